"""The informer keeps its handler up to date through everything that ends a watch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

import pytest

from crds.job import DEFAULT_TIMEOUT_SECONDS
from kube import client, informer
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError, WatchExpired
from kube.informer import Informer
from tests.unit.api_fakes import until

GONE = KubeError(0, "Unreachable", "")


def an_object(name: str, version: int = 1) -> JsonObject:
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": str(version)}}


def bookmark(version: int) -> JsonObject:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(version)}}}


class FakeKube:
    """Lists `objects` in pages, streams what is put into `events`; None ends a watch, an error breaks it."""

    def __init__(self) -> None:
        self.objects: list[JsonObject] = []
        self.failures: list[KubeError] = []
        self.queries: list[Mapping[str, str]] = []
        self.watches: list[str] = []
        self.open = 0
        self.events: asyncio.Queue[JsonObject | Exception | None] = asyncio.Queue()

    async def request(self, method: str, path: str, *, query: Mapping[str, str], accept: str) -> JsonObject:
        self.queries.append(dict(query))
        if self.failures:
            raise self.failures.pop(0)
        first, size = int(query.get("continue", 0)), int(query["limit"])
        more = {"continue": str(first + size)} if first + size < len(self.objects) else {}
        return {"items": self.objects[first : first + size], "metadata": {"resourceVersion": "100", **more}}

    async def watch(
        self, path: str, *, resource_version: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[JsonObject]:
        self.watches.append(resource_version)
        self.open += 1
        try:
            while (event := await self.events.get()) is not None:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.open -= 1

    @property
    def lists(self) -> int:
        return sum("continue" not in query for query in self.queries)


class Recorder:
    """A handler that records its calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []
        self.error: Exception | None = None

    def put(self, obj: JsonObject) -> None:
        if self.error:
            raise self.error
        self.calls.append(("put", obj["metadata"]["name"]))

    def deleted(self, obj: JsonObject) -> None:
        self.calls.append(("deleted", obj["metadata"]["name"]))

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        self.calls.append(("relisted", (dict(uids), resource_version)))


class Scene:
    """An informer, its handler and the API server that it watches."""

    def __init__(self, *names: str, page_size: int = 100, query: Mapping[str, str] | None = None) -> None:
        self.kube, self.handler = FakeKube(), Recorder()
        self.kube.objects = [an_object(name) for name in names]
        self.informer = Informer(
            cast(KubeClient, self.kube), "/objects", self.handler, page_size=page_size, query=query
        )

    def emit(self, *events: JsonObject | Exception | None) -> None:
        for event in events:
            self.kube.events.put_nowait(event)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.informer.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_it_lists_in_pages_then_watches_from_there() -> None:
    scene = Scene("a", "b", "c", page_size=2, query={"fieldSelector": "x=y"})
    assert not scene.informer.listed
    assert not scene.informer.in_sync
    async with scene.running():
        await until(lambda: scene.kube.watches == ["100"])
        assert scene.informer.in_sync
        scene.emit({"type": "ADDED", "object": an_object("d", 101)}, {"type": "DELETED", "object": an_object("a", 102)})
        await until(lambda: len(scene.handler.calls) == 6)
    uids = {"a": "uid-a", "b": "uid-b", "c": "uid-c"}
    assert scene.handler.calls == [
        ("put", "a"),
        ("put", "b"),
        ("put", "c"),
        ("relisted", (uids, 100)),
        ("put", "d"),
        ("deleted", "a"),
    ]
    assert scene.kube.queries == [
        {"fieldSelector": "x=y", "limit": "2"},
        {"fieldSelector": "x=y", "limit": "2", "continue": "2"},
    ]


async def test_after_a_break_it_goes_on_from_the_last_event_bookmarks_included() -> None:
    scene = Scene()
    async with scene.running():
        scene.emit(bookmark(150), GONE)
        await until(lambda: scene.kube.watches == ["100", "150"])
    assert scene.informer.restarts == 1
    assert scene.kube.lists == 1


@pytest.mark.parametrize("error", [WatchExpired(), KubeError(400, "BadRequest", "")], ids=["expired", "refused"])
async def test_what_cannot_go_on_is_listed_again(error: KubeError) -> None:
    scene = Scene("a", "b")
    async with scene.running():
        await until(lambda: scene.kube.watches == ["100"])
        del scene.kube.objects[0]
        scene.emit(error)
        await until(lambda: scene.kube.lists == 2)
        await until(lambda: scene.handler.calls[-1] == ("relisted", ({"b": "uid-b"}, 100)))


async def test_a_list_whose_pages_expire_begins_anew() -> None:
    scene = Scene("a")
    scene.kube.failures = [WatchExpired()]
    async with scene.running():
        await until(lambda: scene.informer.in_sync)
    assert scene.kube.lists == 2


async def test_a_watch_that_ends_at_once_is_started_again_after_a_pause() -> None:
    scene = Scene()
    async with scene.running():
        scene.emit(None)
        await until(lambda: len(scene.kube.watches) == 2)
    assert scene.informer.restarts == 1


async def test_a_watch_that_the_server_ends_in_time_is_no_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(informer, "_STANDS_AFTER_SECONDS", 0.0)
    scene = Scene()
    async with scene.running():
        scene.emit(None)
        await until(lambda: len(scene.kube.watches) == 2)
    assert scene.informer.restarts == 0


async def test_a_long_break_is_out_of_sync_until_the_watch_stands_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(informer, "_OUT_OF_SYNC_SECONDS", 0.0)
    scene = Scene()
    async with scene.running():
        await until(lambda: scene.informer.in_sync)
        scene.emit(GONE)
        await until(lambda: not scene.informer.in_sync)
        assert scene.informer.listed
        scene.emit(bookmark(150))
        await until(lambda: scene.informer.in_sync)


async def test_a_watch_that_is_not_refused_stands_before_its_first_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(informer, "_OUT_OF_SYNC_SECONDS", 0.0)
    monkeypatch.setattr(informer, "_STANDS_AFTER_SECONDS", 0.02)
    scene = Scene()
    async with scene.running():
        scene.emit(GONE)
        await until(lambda: len(scene.kube.watches) == 2)
        await until(lambda: scene.informer.in_sync)


async def test_a_silent_connection_is_closed_and_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(informer, "_SILENCE_SECONDS", 0.02)
    scene = Scene()
    async with scene.running():
        await until(lambda: len(scene.kube.watches) >= 3)
        assert scene.kube.open <= 1
    assert scene.kube.open == 0


def test_a_watch_that_the_server_ends_in_time_is_not_silent() -> None:
    assert client.WATCH_TIMEOUT_SECONDS < informer._SILENCE_SECONDS


def test_silence_is_noticed_within_the_time_of_a_job() -> None:
    assert informer._SILENCE_SECONDS < DEFAULT_TIMEOUT_SECONDS


async def test_a_connection_that_is_not_silent_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = 0.0
    loop = asyncio.get_running_loop()
    real_time = loop.time
    monkeypatch.setattr(loop, "time", lambda: real_time() + passed)
    scene = Scene()
    async with scene.running():
        await until(lambda: scene.kube.watches != [])
        for n in range(6):
            passed += 0.7 * informer._SILENCE_SECONDS
            scene.emit(bookmark(n))
            await until(scene.kube.events.empty)
        assert len(scene.kube.watches) == 1
    assert scene.informer.restarts == 0


async def test_an_unreachable_api_server_is_tried_again_ever_more_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = recorded_delays(monkeypatch)
    scene = Scene()
    scene.kube.failures = [GONE] * 12
    async with scene.running():
        await until(lambda: scene.kube.watches != [])
    assert len(delays) == 12
    assert delays[0] <= 0.1
    assert all(1.5 <= delay <= 3 for delay in delays[-5:])


async def test_an_event_makes_the_next_pause_the_first_again(monkeypatch: pytest.MonkeyPatch) -> None:
    delays = recorded_delays(monkeypatch)
    scene = Scene()
    scene.kube.failures = [GONE] * 12
    async with scene.running():
        scene.emit(bookmark(150), GONE)
        await until(lambda: len(scene.kube.watches) == 2)
    assert delays[-1] <= 0.1


async def test_an_error_of_the_handler_ends_the_informer_and_closes_the_watch() -> None:
    scene = Scene()
    task = asyncio.create_task(scene.informer.run())
    await until(lambda: scene.kube.open == 1)
    scene.handler.error = ValueError("a bug")
    scene.emit({"type": "ADDED", "object": an_object("a")})
    with pytest.raises(ValueError, match="a bug"):
        await asyncio.wait_for(task, 5)
    assert scene.kube.open == 0


def recorded_delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries, which are not waited for."""
    delays: list[float] = []
    real_sleep = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if seconds not in (0, 0.001):
            delays.append(seconds)
            seconds = 0
        await real_sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return delays
