"""The sweep of the storage: removes the documents that a setting does not keep any longer (retention.py)."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable

from crds.errors import JobError
from renderer import metrics
from renderer.storage.firebase import Storage
from renderer.storage.retention import Retention
from runtime.text import counted

log = logging.getLogger("renderer")


class Sweeper:
    """Removes the documents whose time is over, for as long as `run` runs.

    The renderers sweep, since only they have the storage's credentials. Each does, now and then: a removal names the
    object's generation, so two that meet do no harm, and one that is killed leaves its work to the next.
    """

    def __init__(self, storage: Storage, retention: Retention, now: Callable[[], float]) -> None:
        """`now` is the API server's time."""
        self._storage = storage
        self._retention = retention
        self._now = now

    async def run(self) -> None:
        """Sweep periodically until cancelled; at once when there is nothing to sweep."""
        pause = self._retention.sweep_seconds
        while pause is not None:
            # Renderers that start together do not sweep together.
            await asyncio.sleep(pause * random.uniform(0.25, 1.0))
            try:
                await self.sweep()
            except JobError as e:
                log.warning("the sweep of the storage failed and will be tried again: %s", e.detail or e.code)

    async def sweep(self) -> int:
        """Sweep once; how many documents were removed. JobError when storage refuses or is unreachable."""
        removed = await self._storage.sweep(self._retention, self._now())
        if removed:
            metrics.DOCUMENTS_REMOVED.labels("RetentionOver").inc(removed)
            log.info("removed %s whose time was over", counted(removed, "document"))
        return removed
