"""The informer: lists the objects of one collection, then watches them, and calls a handler with what it receives.

What ends a watch, and what follows:

- The server ends it in good time: it is started again from the last event's resourceVersion, bookmarks included.
- The connection breaks, or is silent for longer than a watch takes: the same, after a pause that grows.
- 410, the resourceVersion is too old, or a refusal that will not pass: the objects are listed again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Protocol, cast

from kube.client import PAGE_SIZE, WATCH_TIMEOUT_SECONDS, JsonObject, KubeClient, pages
from kube.errors import KubeError, WatchExpired
from runtime.backoff import Backoff

_log = logging.getLogger(__name__)

# A watch that is silent although the API server should have ended it has died without a word. The sum is less than the
# time of a job, so that a renderer whose connection has died does the job of which it was not told.
_SILENCE_SECONDS = WATCH_TIMEOUT_SECONDS + 5.0
# A watch that was not refused within this time stands. (Its first event may be seconds away.)
_STANDS_AFTER_SECONDS = 1.0
# So long may the watch be away before the handler's state counts as out of date; a reconnect takes milliseconds.
_OUT_OF_SYNC_SECONDS = 5.0
_BACKOFF_SECONDS = (0.1, 3.0)
# A watch that lived as long as this was no immediate failure: the next pause is the first one again.
_LASTED_SECONDS = 10.0


class Handler(Protocol):
    """What an informer calls. An exception ends the informer."""

    def put(self, obj: JsonObject) -> None:
        """An object was listed, created or changed. It may be an older state than one seen before."""

    def deleted(self, obj: JsonObject) -> None:
        """An object was deleted, or no longer matches the query; this is its last state."""

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        """A complete list ended; each of its objects was `put`. uids: by name. All others are gone, unless they are
        newer than the list's resourceVersion."""


class Informer:
    """Keeps a handler up to date with one collection, for as long as `run` runs."""

    def __init__(
        self,
        kube: KubeClient,
        path: str,
        handler: Handler,
        *,
        query: Mapping[str, str] | None = None,
        page_size: int = PAGE_SIZE,
    ) -> None:
        """`query` selects objects (`fieldSelector`, `labelSelector`) for the list and the watch."""
        self._kube = kube
        self._path = path
        self._handler = handler
        self._query = dict(query or {})
        self._page_size = page_size
        self._resource_version: str | None = None
        self._broken_since: float | None = None
        self.restarts = 0
        """How often the watch had to be started again after it broke (not when the server ended it in time)."""

    @property
    def listed(self) -> bool:
        """Whether the objects have been listed once."""
        return self._resource_version is not None

    @property
    def in_sync(self) -> bool:
        """Whether the handler has what the API server has, but for the moments a reconnect takes."""
        return self.listed and (
            self._broken_since is None or time.monotonic() - self._broken_since < _OUT_OF_SYNC_SECONDS
        )

    async def run(self) -> None:
        """List and watch until cancelled."""
        backoff = Backoff(*_BACKOFF_SECONDS)
        relist = True
        while True:
            started = time.monotonic()
            try:
                if relist:
                    await self.relist()
                    relist = False
                await self._watch(backoff)
                broken = ""
            except WatchExpired:
                # Also a list whose pages expired under way.
                relist, broken = True, "it expired"
            except KubeError as e:
                relist = relist or not e.temporary
                broken = f"{e.status} {e.reason}"
            except TimeoutError:
                broken = "it went silent"
            lasted = time.monotonic() - started
            if not broken and lasted > _STANDS_AFTER_SECONDS:
                backoff.reset()
                continue
            if lasted > _LASTED_SECONDS:
                backoff.reset()
            self.restarts += 1
            self._broken_since = self._broken_since or time.monotonic()
            delay = backoff.next()
            _log.warning(
                "The watch on %s broke (%s); starting again in %.1f s", self._path, broken or "it ended early", delay
            )
            await asyncio.sleep(delay)

    async def relist(self) -> None:
        """List once. KubeError."""
        uids: dict[str, str] = {}
        version = ""
        async for page in pages(self._kube, self._path, query=self._query, size=self._page_size):
            for obj in page["items"]:
                uids[obj["metadata"]["name"]] = obj["metadata"]["uid"]
                self._handler.put(obj)
            version = page["metadata"]["resourceVersion"]
        self._handler.relisted(uids, int(version))
        self._resource_version = version
        self._stands()
        _log.info("Listed %d objects of %s", len(uids), self._path)

    async def _watch(self, backoff: Backoff) -> None:
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
                    backoff.reset()
                    self._observe(event)
        finally:
            stands.cancel()

    def _observe(self, event: JsonObject) -> None:
        obj = event["object"]
        if event["type"] == "DELETED":
            self._handler.deleted(obj)
        elif event["type"] != "BOOKMARK":
            self._handler.put(obj)
        self._resource_version = obj["metadata"]["resourceVersion"]

    def _events(self, resource_version: str) -> AsyncGenerator[JsonObject, None]:
        events = self._kube.watch(self._path, resource_version=resource_version, query=self._query)
        return cast(AsyncGenerator[JsonObject, None], events)  # So that its connection can be closed at once.

    def _stands(self) -> None:
        self._broken_since = None
