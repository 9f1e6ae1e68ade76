"""The condition DefinitionCurrent: whether the API server keeps all fields that the programs of this version write.

It drops the others in silence (crds/served.py). The API does not start then, so that the former one serves on; here the
jobs go on as well as they can, and operators get the reason: an error in the log, an Event and the condition.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from controller.release_client import ReleaseClient
from crds.served import complaint
from kube.errors import KubeError

log = logging.getLogger("controller")

# The document of what is served follows a changed definition within some seconds.
_SOON_SECONDS = 5.0
# Somebody may change the definition at any time.
_LATER_SECONDS = 30.0


class DefinitionReport:
    """Follows what is served while this replica leads, and reports each change once."""

    def __init__(self, client: ReleaseClient, in_charge: Callable[[], bool]) -> None:
        """`in_charge` is asked before anything is written."""
        self._client = client
        self._in_charge = in_charge
        self._seen: list[str] = []
        self._reported: list[str] | None = None

    async def run(self) -> None:
        """Compare and report until cancelled."""
        while True:
            try:
                soon = await self.look()
            except KubeError as e:
                # An API server that does not show what it serves is trusted; the loop reports one that is away.
                log.debug("cannot compare the definition: %s %s", e.status, e.reason)
                soon = e.temporary
            await asyncio.sleep(_SOON_SECONDS if soon else _LATER_SECONDS)

    async def look(self) -> bool:
        """Compare once; whether it is to be done again soon. KubeError."""
        if not self._in_charge():
            # The leader may be of another version, and report other fields.
            self._reported = None
            return True
        missing = await self._client.missing_fields()
        settled = not missing or missing == self._seen
        self._seen = missing
        if settled and missing != self._reported and self._in_charge():
            await self._report(missing)
            self._reported = missing
        return bool(missing)

    async def _report(self, missing: list[str]) -> None:
        now = self._client.now()
        if not missing:
            await self._client.set_definition_current(True, "all fields of this version are served", now)
            return
        message = complaint(missing)
        log.error(message)
        await self._client.set_definition_current(False, message, now)
        await self._client.warn("DefinitionOutdated", message, now)
