"""Keeping the job cache up to date: one list, then one watch on the API server, for as long as the program runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from api.jobs.cache import JobCache
from api.jobs.waiters import Waiters
from crds.client import jobs_path
from crds.job import Job
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError, WatchExpired
from runtime.backoff import Backoff

_log = logging.getLogger(__name__)

# A watch that was not refused within this time stands. (Its first event may be a minute away.)
_STANDS_AFTER_SECONDS = 1.0
# The API server sends a bookmark each minute; a connection on which nothing comes any more is given up.
_SILENCE_SECONDS = 100.0
# So long may the watch be away before its view counts as out of date; a reconnect takes milliseconds.
_OUT_OF_SYNC_SECONDS = 5.0
_PRUNE_SECONDS = 5.0
_BACKOFF_SECONDS = (0.1, 5.0)
# A page of the list holds whole jobs, cvData included: small pages keep the memory flat.
_PAGE_SIZE = 100


class JobWatch:
    """Feeds a JobCache and wakes the waiters of jobs that end."""

    def __init__(self, kube: KubeClient, namespace: str, cache: JobCache, waiters: Waiters) -> None:
        self._kube = kube
        self._path = jobs_path(namespace)
        self._cache = cache
        self._waiters = waiters
        self._resource_version: str | None = None
        self._broken_since: float | None = None
        self.restarts = 0
        """How often the watch had to be started again after it broke (not when the server ended it in time)."""

    @property
    def in_sync(self) -> bool:
        """Whether the cache shows what the API server has, but for the moments a reconnect takes."""
        if self._broken_since is None:
            return self._resource_version is not None
        return self._resource_version is not None and time.monotonic() - self._broken_since < _OUT_OF_SYNC_SECONDS

    async def run(self) -> None:
        """List and watch until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._prune_forever())
            tasks.create_task(self._watch_forever())

    async def _prune_forever(self) -> None:
        while True:
            await asyncio.sleep(_PRUNE_SECONDS)
            for name in self._cache.prune(now=self._kube.now()):
                self._waiters.wake(name)

    async def _watch_forever(self) -> None:
        backoff = Backoff(*_BACKOFF_SECONDS)
        relist = True
        while True:
            started = time.monotonic()
            try:
                if relist:
                    await self._list()
                    relist = False
                await self._watch()
                broken = ""
            except WatchExpired:
                relist, broken = True, "it expired"
            except KubeError as e:
                # Also a list whose pages expired under way: 410. A watch that is refused for good starts over.
                relist = relist or not e.temporary
                broken = f"{e.status} {e.reason}"
            except TimeoutError:
                broken = "it went silent"
            if not broken and time.monotonic() - started > _STANDS_AFTER_SECONDS:
                backoff.reset()
                continue
            if time.monotonic() - started > 2 * _BACKOFF_SECONDS[1]:
                backoff.reset()
            self.restarts += 1
            self._broken_since = self._broken_since or time.monotonic()
            delay = backoff.next()
            _log.warning("The job watch broke (%s); starting again in %.1f s", broken or "it ended early", delay)
            await asyncio.sleep(delay)

    async def _list(self) -> None:
        names: list[str] = []
        query = {"limit": str(_PAGE_SIZE)}
        while True:
            page = await self._kube.request("GET", self._path, query=query)
            for obj in page["items"]:
                names.append(obj["metadata"]["name"])
                self._take(obj)
            token = page["metadata"].get("continue")
            if not token:
                break
            query["continue"] = token
        version = page["metadata"]["resourceVersion"]
        for name in self._cache.relisted(names, resource_version=int(version)):
            self._waiters.wake(name)
        self._resource_version = version
        self._stands()
        _log.info("Listed %d jobs", len(names))

    async def _watch(self) -> None:
        assert self._resource_version is not None
        loop = asyncio.get_running_loop()
        stands = loop.call_later(_STANDS_AFTER_SECONDS, self._stands)
        try:
            async with (
                asyncio.timeout(_SILENCE_SECONDS) as silence,
                aclosing(self._events(self._resource_version)) as events,
            ):
                async for event in events:
                    silence.reschedule(loop.time() + _SILENCE_SECONDS)
                    self._stands()
                    obj = event["object"]
                    if event["type"] == "DELETED":
                        self._drop(obj)
                    elif event["type"] != "BOOKMARK":
                        self._take(obj)
                    self._resource_version = obj["metadata"]["resourceVersion"]
        finally:
            stands.cancel()

    def _events(self, resource_version: str) -> AsyncGenerator[JsonObject, None]:
        events = self._kube.watch(self._path, resource_version=resource_version)
        return cast(AsyncGenerator[JsonObject, None], events)  # So that its connection can be closed at once.

    def _stands(self) -> None:
        self._broken_since = None

    def _take(self, obj: JsonObject) -> None:
        job = _job(obj)
        if job is not None and self._cache.put(job, now=self._kube.now()):
            self._waiters.wake(job.name)

    def _drop(self, obj: JsonObject) -> None:
        name = obj["metadata"]["name"]
        if self._cache.deleted(name, uid=obj["metadata"]["uid"], now=self._kube.now()):
            self._waiters.wake(name)


def _job(obj: JsonObject) -> Job | None:
    try:
        return Job.from_object(obj)
    except (KeyError, ValueError, TypeError) as e:
        # One object that is not understood must not stop the others. Its content stays out of the log.
        _log.error("Job %s is not understood: %s", obj["metadata"].get("name"), type(e).__name__)
        return None
