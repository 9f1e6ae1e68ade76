"""What lost renderers have left in storage, of jobs that the controller then ended: it has no access to storage."""

from __future__ import annotations

import asyncio
import logging
import random

from crds.client import jobs_path
from crds.errors import ErrorCode, JobError
from kube.client import TABLE, KubeClient
from kube.errors import KubeError
from renderer.storage.firebase import Storage

log = logging.getLogger("renderer")

# Often enough that a failed job is still there to be seen: it is deleted ten minutes after its creation.
_PERIOD_SECONDS = 120.0
# What the controller ends jobs with.
_CODES = frozenset({ErrorCode.RENDERER_LOST, ErrorCode.TIMEOUT})


class Leftovers:
    """Looks for such jobs, when the renderer starts (often in place of the lost one) and every two minutes."""

    def __init__(self, kube: KubeClient, storage: Storage, *, namespace: str) -> None:
        self._kube = kube
        self._storage = storage
        self._path = jobs_path(namespace)
        self._seen: set[str] = set()

    async def remove_forever(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.remove()
            except (KubeError, JobError) as e:
                log.warning("what lost renderers may have left in storage stays for now: %s", type(e).__name__)
            await asyncio.sleep(_PERIOD_SECONDS * random.uniform(0.75, 1.25))

    async def remove(self) -> None:
        """Remove what is there now; KubeError or JobError when that cannot be seen or done."""
        failed = await self._failed()
        self._seen &= failed
        for job_id in failed - self._seen:
            await self._storage.remove_all(job_id)
            self._seen.add(job_id)

    async def _failed(self) -> set[str]:
        """The jobs that the controller may have ended, by the columns that `kubectl get` prints: no spec is sent."""
        query = {"fieldSelector": "status.phase=Error", "includeObject": "None"}
        table = await self._kube.request("GET", self._path, query=query, accept=TABLE)
        columns = [column["name"] for column in table["columnDefinitions"]]
        name, reason = columns.index("Name"), columns.index("Reason")
        return {row["cells"][name] for row in table["rows"] or () if row["cells"][reason] in _CODES}
