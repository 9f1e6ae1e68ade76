"""The watch keeps the cache up to date through everything that ends a watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.jobs import watch
from kube.errors import KubeError, WatchExpired
from tests.unit.api_fakes import Service, until

GONE = KubeError(0, "Unreachable", "")


@asynccontextmanager
async def watching(service: Service) -> AsyncIterator[None]:
    task = asyncio.create_task(service.jobs.watch.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def add(service: Service, name: str) -> None:
    service.kube.add({"metadata": {"name": name}, "spec": {"templateId": "modern"}})


async def test_it_lists_then_watches_from_there() -> None:
    service = Service()
    add(service, "a")
    assert not service.jobs.watch.in_sync
    async with watching(service):
        await until(lambda: service.kube.watches == ["101"])
        assert service.jobs.watch.in_sync
        assert service.jobs.cache.waiting == 1
        service.kube.events.put_nowait(service.kube.change("a", phase="Done", fileUrl="https://x"))
        await until(lambda: service.jobs.cache.waiting == 0)
        gone = service.kube.objects.pop("a")
        service.kube.events.put_nowait({"type": "DELETED", "object": gone})
        await until(lambda: len(service.jobs.cache) == 0)


async def test_after_a_break_it_goes_on_from_the_last_event_bookmarks_included() -> None:
    service = Service()
    async with watching(service):
        service.kube.events.put_nowait({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "150"}}})
        service.kube.events.put_nowait(GONE)
        await until(lambda: service.kube.watches == ["100", "150"])
        assert service.jobs.watch.restarts == 1
        assert service.kube.count("GET") == 1, "no second list"


async def test_after_410_it_lists_again_and_drops_what_vanished() -> None:
    service = Service()
    add(service, "stays")
    add(service, "vanishes")
    async with watching(service):
        await until(lambda: len(service.jobs.cache) == 2)
        waiting = asyncio.create_task(service.jobs.waiters.wait("vanishes", 30))
        await until(lambda: len(service.jobs.waiters) == 1)
        del service.kube.objects["vanishes"]
        service.kube.version += 1
        service.kube.events.put_nowait(WatchExpired())
        await until(lambda: len(service.jobs.cache) == 1)
        async with asyncio.timeout(5):
            await waiting


async def test_a_long_break_is_out_of_sync_until_the_watch_stands_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_OUT_OF_SYNC_SECONDS", 0.0)
    monkeypatch.setattr(watch, "_BACKOFF_SECONDS", (0.05, 0.05))
    service = Service()
    async with watching(service):
        await until(lambda: service.jobs.watch.in_sync)
        service.kube.events.put_nowait(GONE)
        await until(lambda: not service.jobs.watch.in_sync)
        service.kube.events.put_nowait({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "150"}}})
        await until(lambda: service.jobs.watch.in_sync)


async def test_a_watch_that_is_not_refused_stands_before_its_first_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_OUT_OF_SYNC_SECONDS", 0.0)
    monkeypatch.setattr(watch, "_STANDS_AFTER_SECONDS", 0.02)
    service = Service()
    async with watching(service):
        service.kube.events.put_nowait(GONE)
        await until(lambda: len(service.kube.watches) == 2)
        await until(lambda: service.jobs.watch.in_sync)


async def test_a_silent_connection_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_SILENCE_SECONDS", 0.02)
    service = Service()
    async with watching(service):
        await until(lambda: len(service.kube.watches) >= 2)


async def test_a_connection_that_is_not_silent_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_SILENCE_SECONDS", 0.2)
    service = Service()
    async with watching(service):
        for n in range(6):
            await asyncio.sleep(0.05)
            service.kube.events.put_nowait({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(n)}}})
    assert service.jobs.watch.restarts == 0


async def test_an_unreachable_api_server_is_tried_again_ever_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    delays: list[float] = []
    real_sleep = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds not in (0, watch._PRUNE_SECONDS, 0.001):
            delays.append(seconds)
            seconds = 0
        await real_sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    service = Service()
    service.kube.failures = [GONE] * 12
    async with watching(service):
        await until(lambda: service.kube.watches != [])
    assert len(delays) == 12
    assert delays[0] < 0.3
    assert all(2 <= delay <= 5 for delay in delays[-5:])


async def test_an_object_that_is_not_understood_stops_nothing() -> None:
    service = Service()
    async with watching(service):
        odd = {"metadata": {"name": "odd", "uid": "u", "resourceVersion": "120"}, "spec": {}}
        service.kube.events.put_nowait({"type": "ADDED", "object": odd})
        add(service, "a")
        service.kube.events.put_nowait({"type": "ADDED", "object": service.kube.objects["a"]})
        await until(lambda: len(service.jobs.cache) == 1)


async def test_jobs_that_expire_are_pruned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_PRUNE_SECONDS", 0.01)
    service = Service()
    service.kube.add({"metadata": {"name": "a"}, "spec": {"templateId": "modern", "ttlSeconds": 1}})
    async with watching(service):
        await until(lambda: len(service.jobs.cache) == 1)
        await until(lambda: len(service.jobs.cache) == 0)
