"""Removes the documents of done jobs that were deleted after the renderer that had printed them has ended."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from collections.abc import Mapping

from crds.deletions import Deletion, deletions, informer
from crds.errors import JobError
from kube.client import JsonObject, KubeClient
from renderer.storage.firebase import Storage, Target

log = logging.getLogger("renderer")

# The job's own renderer is faster, where it still runs; and not all others look at once.
_PAUSE_SECONDS = (1.0, 3.0)
_TRIES = 3
# Whichever attempt has stored the document.
_ANY_ATTEMPT = sys.maxsize


class DeletionFollower:
    """Removes what the API has given notice of (crds/deletions.py), one document after the other, while `run` runs.

    Every renderer does so. A removal names the object's generation; where another was faster there is nothing to do.
    """

    def __init__(self, kube: KubeClient, storage: Storage, *, namespace: str) -> None:
        self._storage = storage
        self._informer = informer(kube, namespace, self)
        self._known: set[Deletion] = set()
        self._waiting: asyncio.Queue[Deletion] = asyncio.Queue()

    async def run(self) -> None:
        """Follow the notices until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._informer.run())
            group.create_task(self._remove())

    def put(self, obj: JsonObject) -> None:
        """The ConfigMap as it is now."""
        found = set(deletions(obj))
        for deletion in found - self._known:
            self._waiting.put_nowait(deletion)
        self._known = found

    def deleted(self, obj: JsonObject) -> None:
        """The release is being removed."""

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        """There is one object: `put` has had it."""

    async def _remove(self) -> None:
        while True:
            deletion = await self._waiting.get()
            for _ in range(_TRIES):
                await asyncio.sleep(random.uniform(*_PAUSE_SECONDS))
                try:
                    await self._storage.remove(_target(deletion))
                    break
                except JobError as e:
                    log.warning("job %s was deleted, and its document is still in storage: %s", deletion.job_id, e.code)


def _target(deletion: Deletion) -> Target:
    return Target(deletion.job_id, deletion.submitted_ms / 1000, "", _ANY_ATTEMPT)
