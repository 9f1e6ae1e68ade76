"""The renderer's worker against an API server whose answers come in the order that the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, cast

import pytest

from crds.job import Status, format_time, parse_time
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from renderer.task import Assignment, Exporter
from renderer.worker import Worker

POD = "renderer-1"
LATE_SECONDS = 0.01
CREATED = parse_time("2026-01-01T00:00:00Z")
RESULT: Status = {"phase": "Done", "fileUrl": "https://x"}


def job_object(name: str, version: int = 1, phase: str = "Rendering", renderer: str = POD) -> JsonObject:
    return {
        "metadata": {
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": str(version),
            "creationTimestamp": format_time(CREATED),
        },
        "spec": {"resumeId": 1, "templateId": "modern", "cvData": {}},
        "status": {"phase": phase, "renderer": renderer, "attempt": 1, "startedAt": format_time(CREATED)},
    }


class FakeKube:
    """Lists `objects`, streams what is put into `events`, answers patches with `on_patch`."""

    def __init__(self) -> None:
        self.objects: list[JsonObject] = []
        self.events: asyncio.Queue[JsonObject] = asyncio.Queue()
        self.patches: list[tuple[str, str]] = []
        self.on_patch: Callable[[str, str], None] = lambda name, version: None
        self.server_time = CREATED + 1
        self.away = False

    def now(self) -> float:
        return self.server_time

    async def list(self, path: str, *, query: Mapping[str, str] | None = None) -> tuple[list[JsonObject], str]:
        if self.away:
            raise KubeError(0, "Unreachable", "connection refused")
        return self.objects, "1"

    async def watch(
        self, path: str, *, resource_version: str, query: Mapping[str, str] | None = None
    ) -> AsyncIterator[JsonObject]:
        while True:
            yield await self.events.get()

    async def request(self, method: str, path: str, *, body: JsonObject | None = None, **_: Any) -> JsonObject:
        if body is None:
            return {"items": self.objects, "metadata": {"resourceVersion": "1"}}
        name, version = path.split("/")[-2], body["metadata"]["resourceVersion"]
        self.patches.append((name, version))
        self.on_patch(name, version)
        # The event of a change may come before its answer.
        for _turn in range(5):
            await asyncio.sleep(0)
        return {"metadata": {"resourceVersion": "2"}}


class FakeExporter:
    """Holds each job until it is released."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.cancelled: list[str] = []
        self.cleanups: list[tuple[str, bool]] = []
        self.deleted: list[tuple[str, int]] = []
        self.release = asyncio.Event()

    async def export(self, assignment: Assignment) -> Status:
        self.started.append(assignment.job.name)
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled.append(assignment.job.name)
            raise
        return RESULT

    async def cleanup(self, assignment: Assignment, *, done: bool) -> None:
        self.cleanups.append((assignment.job.name, done))

    async def job_deleted(self, assignment: Assignment) -> None:
        self.deleted.append((assignment.job.name, assignment.job.attempt))


class Scene:
    """A worker that runs, and the fakes around it."""

    def __init__(self, jobs_per_pod: int = 100, late_seconds: float = LATE_SECONDS) -> None:
        self.kube, self.exporter = FakeKube(), FakeExporter()
        self.worker = Worker(
            cast(KubeClient, self.kube),
            cast(Exporter, self.exporter),
            namespace="n",
            pod_name=POD,
            jobs_per_pod=jobs_per_pod,
            late_seconds=late_seconds,
        )

    def event(self, kind: str, obj: JsonObject) -> None:
        self.kube.events.put_nowait({"type": kind, "object": obj})

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 (many conditions, no event for each)
                await asyncio.sleep(0.001)

    async def drained(self, running: asyncio.Task[None]) -> None:
        self.worker.drain()
        async with asyncio.timeout(5):
            await running


async def test_jobs_that_are_there_at_the_start_and_that_come_are_done_once() -> None:
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    scene.event("ADDED", job_object("b"))
    scene.event("MODIFIED", job_object("b", version=2))
    scene.exporter.release.set()
    await scene.until(lambda: len(scene.kube.patches) == 2)
    await scene.drained(running)
    assert sorted(scene.exporter.started) == ["a", "b"]
    assert scene.kube.patches == [("a", "1"), ("b", "1")]


async def test_a_job_that_is_deleted_or_requeued_is_stopped() -> None:
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.exporter.started == ["a"])
    scene.event("DELETED", job_object("a", version=2))
    await scene.until(lambda: scene.exporter.cancelled == ["a"])
    await scene.drained(running)
    assert scene.kube.patches == []


async def test_a_job_that_the_controller_ended_is_stopped() -> None:
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.exporter.started == ["a"])
    scene.event("MODIFIED", job_object("a", version=2, phase="Error"))
    await scene.until(lambda: scene.exporter.cancelled == ["a"])
    await scene.drained(running)


async def test_the_event_of_the_own_result_does_not_stop_its_patch(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    scene.kube.on_patch = lambda name, version: scene.event("MODIFIED", job_object(name, version=2, phase="Done"))
    scene.exporter.release.set()
    with caplog.at_level("INFO", logger="renderer"):
        running = asyncio.create_task(scene.worker.run())
        await scene.until(lambda: scene.kube.patches == [("a", "1")] and not scene.worker._running)
        await scene.drained(running)
    assert "taken away" not in caplog.text


async def test_a_conflict_is_resolved_with_the_version_of_now() -> None:
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.exporter.started == ["a"])

    def conflict(name: str, version: str) -> None:
        if version == "1":
            scene.kube.objects = [job_object("a", version=7)]
            raise KubeError(409, "Conflict", "changed")

    scene.kube.on_patch = conflict
    scene.exporter.release.set()
    await scene.until(lambda: ("a", "7") in scene.kube.patches)
    await scene.drained(running)
    assert scene.kube.patches == [("a", "1"), ("a", "7")]


@pytest.mark.parametrize(
    ("now", "done"),
    [
        ([], False),
        ([job_object("a", 7, renderer="other")], False),
        ([job_object("a", 7, phase="Error")], False),
        ([job_object("a", 7, phase="Done")], True),
    ],
    ids=["deleted", "another-pod's", "failed", "written-before-but-the-answer-was-lost"],
)
async def test_a_result_is_dropped_when_the_job_is_not_ours_any_more(now: list[JsonObject], done: bool) -> None:
    """And its document with it, but never that of a job that is Done."""
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.exporter.started == ["a"])

    def conflict(name: str, version: str) -> None:
        scene.kube.objects = now
        raise KubeError(409, "Conflict", "changed")

    scene.kube.on_patch = conflict
    scene.exporter.release.set()
    await scene.drained(running)
    assert scene.kube.patches == [("a", "1")]
    assert scene.exporter.cleanups == [("a", done)]


@pytest.mark.parametrize(
    "temporary",
    [
        KubeError(0, "Unreachable", "no route"),
        KubeError(403, "Forbidden", 'jobs "a" is forbidden: User "renderer" cannot update resource "jobs/status"'),
    ],
    ids=["unreachable", "starting"],
)
async def test_a_refused_result_is_dropped_and_a_server_that_is_not_there_yet_is_tried_again(
    temporary: KubeError,
) -> None:
    scene = Scene()
    scene.kube.objects = [job_object("refused"), job_object("written")]
    seen: list[str] = []

    def answer(name: str, version: str) -> None:
        seen.append(name)
        if name == "refused":
            raise KubeError(403, "Forbidden", "not yours")
        if seen.count(name) < 3:
            raise temporary

    scene.kube.on_patch = answer
    scene.exporter.release.set()
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: seen.count("written") == 3)
    await scene.drained(running)
    assert seen.count("refused") == 1


async def test_a_result_is_tried_again_until_its_job_has_expired_by_the_servers_clock() -> None:
    """By the machine's own clock it expired long ago."""
    scene = Scene()
    scene.kube.objects = [job_object("a")]
    scene.kube.server_time = CREATED + 599

    def answer(name: str, version: str) -> None:
        if len(scene.kube.patches) == 3:
            scene.kube.server_time += 2
        raise KubeError(0, "Unreachable", "no route")

    scene.kube.on_patch = answer
    scene.exporter.release.set()
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: bool(scene.exporter.cleanups))
    await scene.drained(running)
    assert len(scene.kube.patches) == 3


async def test_after_its_jobs_it_accepts_no_more_but_does_what_it_is_given() -> None:
    # Guards against leaving a job to be lost: after a restart the controller does not know how many this pod has had.
    scene = Scene(jobs_per_pod=2)
    scene.kube.objects = [job_object("a"), job_object("b"), job_object("c")]
    running = asyncio.create_task(scene.worker.run())
    scene.exporter.release.set()
    await scene.until(lambda: len(scene.kube.patches) == 3)
    assert not scene.worker.accepting
    assert not running.done(), "the controller ends it, when it has given it nothing more"
    await scene.drained(running)


async def test_draining_finishes_what_runs_and_what_is_assigned_before_it_is_known() -> None:
    scene = Scene(late_seconds=60)
    scene.kube.objects = [job_object("a")]
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.exporter.started == ["a"])
    scene.worker.drain()
    assert not scene.worker.accepting
    scene.event("ADDED", job_object("late"))
    await scene.until(lambda: scene.exporter.started == ["a", "late"])
    scene.exporter.release.set()
    await scene.until(lambda: len(scene.exporter.cleanups) == 2)
    assert not running.done(), "another may come"
    running.cancel()


async def test_what_was_assigned_and_never_delivered_is_done_before_the_end() -> None:
    scene = Scene()
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.worker.accepting)
    scene.kube.objects = [job_object("late")]
    scene.exporter.release.set()
    await scene.drained(running)
    assert scene.exporter.started == ["late"]
    assert scene.exporter.cleanups == [("late", True)]


async def test_it_ends_without_a_last_look_when_the_api_server_is_away() -> None:
    scene = Scene()
    running = asyncio.create_task(scene.worker.run())
    await scene.until(lambda: scene.worker.accepting)
    scene.kube.away = True
    await scene.drained(running)


async def test_only_a_done_job_that_is_deleted_takes_its_document_along() -> None:
    # Given a job that waits again because it was taken away, one that failed, and one that was done here earlier.
    scene = Scene()
    running = asyncio.create_task(scene.worker.run())
    for name, phase in (("taken", "Rendering"), ("failed", "Error"), ("done", "Done")):
        scene.event("DELETED", job_object(name, version=5, phase=phase))
    await scene.until(lambda: bool(scene.exporter.deleted))
    await scene.drained(running)
    assert scene.exporter.deleted == [("done", 1)]
