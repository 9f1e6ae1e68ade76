"""Keeps the job cache current with an informer, and removes the jobs that have expired."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from api.jobs.cache import JobCache
from api.jobs.waiters import Waiters
from crds.client import PdfExportJobClient
from crds.job import Job
from kube.client import JsonObject, KubeClient

_log = logging.getLogger(__name__)

_PRUNE_SECONDS = 5.0
# A page of the list holds whole jobs, cvData included: small pages keep the memory flat.
_PAGE_SIZE = 100


class JobWatch:
    """Feeds a JobCache and wakes the waiters of jobs that end; the handler of its own informer."""

    def __init__(self, kube: KubeClient, namespace: str, cache: JobCache, waiters: Waiters) -> None:
        self._kube = kube
        self._cache = cache
        self._waiters = waiters
        self.informer = PdfExportJobClient(kube, namespace).informer(self, page_size=_PAGE_SIZE)

    @property
    def in_sync(self) -> bool:
        """Whether the cache has what the API server has; still true during the moments that a reconnect takes."""
        return self.informer.in_sync

    async def run(self) -> None:
        """List and watch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._prune_forever())
            tasks.create_task(self.informer.run())

    def put(self, obj: JsonObject) -> None:
        """Cache a job that was listed, created or changed."""
        job = _job(obj)
        if job is not None and self._cache.put(job, now=self._kube.now()):
            self._waiters.wake(job.name)

    def deleted(self, obj: JsonObject) -> None:
        """Remove a job that was deleted."""
        name = obj["metadata"]["name"]
        if self._cache.deleted(name, uid=obj["metadata"]["uid"], now=self._kube.now()):
            self._waiters.wake(name)

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        """Remove the jobs that a complete list does not have."""
        for name in self._cache.relisted(uids, resource_version=resource_version):
            self._waiters.wake(name)

    async def _prune_forever(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_SECONDS)
            for name in self._cache.prune(now=self._kube.now()):
                self._waiters.wake(name)


def _job(obj: JsonObject) -> Job | None:
    try:
        return Job.with_details(obj)
    except (KeyError, ValueError, TypeError) as e:
        # An object that cannot be read must not stop the others. Its content is not logged.
        _log.error("Job %s cannot be read: %s", obj["metadata"].get("name"), type(e).__name__)
        return None
