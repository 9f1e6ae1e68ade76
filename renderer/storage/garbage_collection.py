"""Storage garbage collection: removes documents that lost renderers uploaded for jobs which the controller then ended.

The controller has no access to storage, so the renderers do it.
"""

from __future__ import annotations

import asyncio
import logging
import random

from crds.client import PdfExportJobClient
from crds.errors import ErrorCode, JobError
from kube.client import KubeClient
from kube.errors import KubeError
from renderer.storage.firebase import Storage

log = logging.getLogger("renderer")

# Often enough that a failed job is still there to be seen: it is deleted ten minutes after its creation.
_PERIOD_SECONDS = 120.0
# What the controller ends jobs with.
_CODES = frozenset({ErrorCode.RENDERER_LOST, ErrorCode.TIMEOUT, ErrorCode.EXPIRED})


class StorageGarbageCollector:
    """Removes the documents of failed jobs: at the start of a renderer, which often replaces a lost one, and then
    every two minutes."""

    def __init__(self, kube: KubeClient, storage: Storage, *, namespace: str) -> None:
        self._storage = storage
        self._jobs = PdfExportJobClient(kube, namespace)
        self._seen: set[str] = set()

    async def run(self) -> None:
        """Collect periodically until cancelled."""
        while True:
            try:
                await self.collect()
            except (KubeError, JobError) as e:
                log.warning("storage garbage collection failed and will be tried again: %s", type(e).__name__)
            await asyncio.sleep(_PERIOD_SECONDS * random.uniform(0.75, 1.25))

    async def collect(self) -> None:
        """Collect once; KubeError when the jobs cannot be listed, JobError when storage refuses or is unreachable."""
        failed = await self._failed()
        self._seen &= failed
        for job_id in failed - self._seen:
            await self._storage.remove_all(job_id)
            self._seen.add(job_id)

    async def _failed(self) -> set[str]:
        """The jobs that the controller may have ended. The list is a Table, as for kubectl: no spec is sent."""
        reasons = await self._jobs.list_reasons("status.phase=Error")
        return {name for name, reason in reasons.items() if reason in _CODES}
