"""The watch keeps the cache up to date and wakes waiters; tests/unit/kube/test_informer.py has what ends a watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from api.jobs import watch
from kube.errors import WatchExpired
from tests.unit.api_fakes import Service, until


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
    service.kube.add({"metadata": {"name": "a"}, "spec": {"templateId": "modern", "ttlSeconds": 1}}, phase="Done")
    async with watching(service):
        await until(lambda: len(service.jobs.cache) == 1)
        await until(lambda: len(service.jobs.cache) == 0)
