"""The check at the start that the API server keeps all fields of a job; crds/served.py says why."""

from __future__ import annotations

import asyncio
import logging

from crds.served import complaint, missing_fields
from kube.client import KubeClient
from kube.errors import KubeError
from runtime.settings import SettingsError

_log = logging.getLogger(__name__)

# The document follows a changed definition within some seconds.
_TRIES = 10


async def require_definition(kube: KubeClient, *, pause_seconds: float = 1.0) -> None:
    """Wait until the served definition of PdfExportJob has all fields of this version; SettingsError when it stays
    without some. Waits for the API server, too. One that does not show what it serves is trusted."""
    missing: list[str] = []
    tries = 0
    while tries < _TRIES:
        try:
            missing = await missing_fields(kube)
        except KubeError as e:
            if not e.temporary:
                break
            _log.warning("Waiting for the API server: %s %s", e.status, e.reason)
            # One that has just started allows nothing; another one may never allow this.
            tries += e.not_allowed
        else:
            if not missing:
                return
            tries += 1
        await asyncio.sleep(pause_seconds)
    if not missing:
        _log.info("The API server does not show the definition of PdfExportJob that it serves")
        return
    raise SettingsError(complaint(missing))
