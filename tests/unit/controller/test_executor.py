"""What the executor makes of the API server's refusals, which a real one gives only by chance."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from controller.executor import Executor
from controller.release_client import ReleaseClient
from controller.state.actions import Action, Assign, DeleteJob, DeletePod, Fail, Launch, ReportFailedStart, Requeue
from controller.state.pod import Pod, PodTemplate
from crds.errors import ErrorCode, JobError
from crds.job import EXPIRED_SECONDS, Job, Phase
from kube.errors import KubeError
from tests.unit.builders import NOW, World, job, newer, only, pod


class RefusingClient(ReleaseClient):
    """Refuses every change with one error; `jobs` are what a GET finds, or how it fails."""

    def __init__(self, error: KubeError, jobs: Mapping[str, Job | KubeError]) -> None:
        self.error = error
        self.jobs = jobs

    async def job(self, name: str) -> Job:
        if name not in self.jobs:
            raise KubeError(404, "NotFound", "gone")
        if isinstance(found := self.jobs[name], KubeError):
            raise found
        return found

    async def change_status(self, job: Job, status: Mapping[str, Any]) -> Job:
        raise self.error

    async def delete_job(self, name: str, uid: str) -> None:
        raise self.error

    async def create_pod(self, manifest: dict[str, Any]) -> Pod:
        raise self.error

    async def delete_pod(self, name: str, uid: str) -> None:
        raise self.error

    async def owner(self) -> dict[str, Any]:
        return {"kind": "Deployment", "name": "controller", "uid": "u", "apiVersion": "apps/v1"}

    async def last_warning(self, pod: str) -> str:
        raise self.error


async def carry_out(
    world: World, action: Action, status: int, jobs: Mapping[str, Job | KubeError] | None = None
) -> None:
    client = RefusingClient(KubeError(status, "Reason", "message"), jobs or {})
    done = asyncio.Event()
    template = PodTemplate.from_manifest({"kind": "Pod"})
    executor = Executor(client, world.state, template, done.set, 32, clock=lambda: world.now)
    executor.start(action)
    async with asyncio.timeout(5):
        await done.wait()
    await executor.stop()


def assigning(world: World) -> Assign:
    world.see(pod(), job("1"))
    (assign,) = only(world.decide(), Assign)
    assert isinstance(assign, Assign)
    return assign


async def test_why_a_pod_could_not_be_created_is_passed_on() -> None:
    world = World(min_warm=1)
    (launch,) = only(world.decide(), Launch)
    await carry_out(world, launch, 403)
    (report,) = only(world.decide(), ReportFailedStart)
    assert "it could not be created: 403 Reason: message" in report.message


@pytest.mark.parametrize("warning", ["FailedMount: no such Secret", ""])
async def test_the_last_warning_about_a_pod_that_did_not_start_is_reported(warning: str) -> None:
    class Reports(RefusingClient):
        def __init__(self) -> None:
            super().__init__(KubeError(403, "Forbidden", ""), {})
            self.reported: list[str] = []

        async def last_warning(self, pod: str) -> str:
            return warning or await super().last_warning(pod)

        async def warn(self, reason: str, message: str, now: float, about: Job | None = None) -> None:
            self.reported.append(message)

    world, client = World(), Reports()
    template = PodTemplate.from_manifest({"kind": "Pod"})
    executor = Executor(client, world.state, template, lambda: None, 32, clock=lambda: world.now)
    executor.start(ReportFailedStart("renderer pod r-1 did not become ready", "r-1"))
    await all_ready_tasks()
    # Nothing depends on the Events: without them the rest is reported.
    expected = "renderer pod r-1 did not become ready" + (f"; last warning: {warning}" if warning else "")
    assert client.reported == [expected]


async def test_a_conflict_is_resolved_by_looking_at_the_job() -> None:
    world = World()
    assign = assigning(world)
    current = newer(world.state.jobs["1"], phase=Phase.RENDERING, renderer="other", attempt=1, started=world.now)
    await carry_out(world, assign, 409, {"1": current})
    assert "1" in world.state.jobs_by_pod["other"]
    assert "pod" not in world.state.jobs_by_pod


async def test_a_job_that_has_ended_is_left_alone() -> None:
    world = World()
    assign = assigning(world)
    await carry_out(world, assign, 422, {"1": newer(world.state.jobs["1"], phase=Phase.DONE)})
    assert world.state.jobs["1"].phase is Phase.DONE
    assert world.state.running_jobs == 0
    assert world.state.waiting_jobs == 0


async def test_a_job_that_is_gone_is_forgotten() -> None:
    world = World()
    await carry_out(world, assigning(world), 404)
    assert not world.state.jobs
    assert world.state.running_jobs == 0


@pytest.mark.parametrize("status", [0, 429, 500, 503])
async def test_a_failing_api_server_frees_the_slot_and_the_job_is_tried_again_later(status: int) -> None:
    world = World()
    assign = assigning(world)
    await carry_out(world, assign, status, {"1": world.state.jobs["1"]})
    assert world.state.running_jobs == 0
    assert not only(world.decide(), Assign)
    world.now += world.state.limits.retry_seconds
    assert only(world.decide(), Assign)


async def test_a_slot_that_may_have_been_given_is_not_given_again_until_the_job_is_seen() -> None:
    world = World(max_pods=1, slots_per_pod=1)
    assign = assigning(world)
    await carry_out(world, assign, 0, {"1": KubeError(0, "Unreachable", "")})
    world.see(job("2"))
    world.now += 60
    assert not only(world.decide(), Assign), "the pod may have job 1"
    world.state.jobs_listed({"1": assign.resource_version, "2": 1}, version=1, asked_at=world.now, now=world.now)
    assert only(world.decide(), Assign), "the list has job 1 as it was: the slot is free"


async def test_an_assignment_whose_answer_was_lost_holds_when_the_job_is_seen_on_its_pod() -> None:
    world = World(max_pods=1, slots_per_pod=1)
    await carry_out(world, assigning(world), 0, {"1": KubeError(0, "Unreachable", "")})
    world.see(job("2"), newer(world.state.jobs["1"], phase=Phase.RENDERING, renderer="pod", attempt=1))
    assert not only(world.decide(), Assign)
    world.finish("1")
    assert [a.job for a in only(world.decide(), Assign)] == ["2"]


async def test_a_deleted_job_stays_deleted_when_its_name_belongs_to_another() -> None:
    world = World()
    world.see(job("1", expires=world.now, phase=Phase.DONE))
    (delete,) = only(world.decide(), DeleteJob)
    await carry_out(world, delete, 409)
    assert not world.state.jobs


async def test_a_failure_that_could_not_be_written_is_decided_again() -> None:
    world = World(max_attempts=1)
    world.see(pod(finished=True), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=world.now))
    (fail,) = only(world.decide(), Fail)
    assert fail.error.code is ErrorCode.RENDERER_LOST
    await carry_out(world, fail, 500)
    assert not only(world.decide(), Fail)
    world.now += world.state.limits.retry_seconds
    assert only(world.decide(), Fail)


async def test_a_pod_that_cannot_be_created_counts_as_a_failed_start() -> None:
    world = World(min_warm=1)
    (launch,) = only(world.decide(), Launch)
    await carry_out(world, launch, 403)
    assert not world.state.launching
    assert world.state._launch_backoff.failures == 1


@pytest.mark.parametrize("status", [0, 409, 500, 503])
async def test_a_pod_that_may_have_been_created_counts_until_a_list_does_not_have_it(status: int) -> None:
    world = World(min_warm=1, max_pods=1)
    (launch,) = only(world.decide(), Launch)
    asked_before = world.now - 0.1
    await carry_out(world, launch, status)
    world.now += 5
    assert not only(world.decide(), Launch), "there may be one already, and there must not be two"
    world.state.pods_listed([], version=1, asked_at=asked_before, now=world.now)
    assert not only(world.decide(), Launch), "that list is too old to know"
    world.state.pods_listed([], version=1, asked_at=world.now, now=world.now)
    assert only(world.decide(), Launch)


async def test_a_pod_that_is_gone_already_is_forgotten() -> None:
    world = World()
    world.see(pod(finished=True))
    (delete,) = only(world.decide(), DeletePod)
    await carry_out(world, delete, 404)
    assert not world.state.pods


def test_an_errors_text_names_its_code() -> None:
    assert str(JobError(ErrorCode.TIMEOUT, "too slow")) == "Timeout: too slow"


@pytest.mark.parametrize("status", [409, 422])
async def test_a_refusal_that_looking_again_does_not_explain_is_not_repeated_at_once(status: int) -> None:
    world = World()
    assign = assigning(world)
    await carry_out(world, assign, status, {"1": world.state.jobs["1"]})
    assert not only(world.decide(), Assign)
    world.now += world.state.limits.retry_seconds
    assert only(world.decide(), Assign)


async def test_an_answer_about_a_job_that_is_gone_does_not_hide_the_next_of_its_name() -> None:
    world = World()
    world.see(job("1", expires=world.now, phase=Phase.DONE))
    (delete,) = only(world.decide(), DeleteJob)
    world.see(job("1", uid="uid-other"))
    await carry_out(world, delete, 404)
    assert world.state.jobs["1"].uid == "uid-other"


async def test_an_assignment_in_doubt_is_resolved_by_a_list_when_the_job_has_changed_otherwise_meanwhile() -> None:
    world = World()
    assign = assigning(world)
    world.see(newer(world.state.jobs["1"]))
    await carry_out(world, assign, 0, {"1": KubeError(0, "Unreachable", "")})
    now = world.state.jobs["1"].resource_version
    world.now += 5
    world.state.jobs_listed({"1": now}, version=now, asked_at=world.now, now=world.now)
    assert only(world.decide(), Assign)


async def deleting_in_doubt() -> tuple[World, DeleteJob]:
    """A job has expired of which nobody knows whether it was assigned."""
    world = World()
    world.see(pod(), job("1", expires=world.now + 10))
    (assign,) = only(world.decide(), Assign)
    await carry_out(world, assign, 0, {"1": KubeError(0, "Unreachable", "")})
    world.now += 10 + EXPIRED_SECONDS
    (delete,) = only(world.decide(), DeleteJob)
    assert isinstance(delete, DeleteJob)
    return world, delete


async def test_a_job_in_doubt_that_expires_is_deleted_once_and_stays_in_doubt_when_that_fails() -> None:
    world, delete = await deleting_in_doubt()
    # The assignment has been made after all: its event comes while the job is being deleted.
    written = newer(world.state.jobs["1"], phase=Phase.RENDERING, renderer="pod", attempt=1, started=world.now)
    world.see(written)
    assert not world.decide()
    await carry_out(world, delete, 503)
    world.now += world.state.limits.retry_seconds
    assert world.decide() == [delete]

    world, delete = await deleting_in_doubt()
    await carry_out(world, delete, 503)
    world.now += world.state.limits.retry_seconds
    # Not assigned once more: what became of the first assignment is not known.
    assert world.decide() == [delete]


@pytest.mark.parametrize("refused", [False, True])
async def test_a_lost_renderer_is_reported_in_an_event_about_its_job_which_nothing_depends_on(refused: bool) -> None:
    class EventRecorder(RefusingClient):
        def __init__(self) -> None:
            super().__init__(KubeError(503, "Reason", "message"), {})
            self.events: list[tuple[str, str]] = []

        async def change_status(self, job: Job, status: Mapping[str, Any]) -> Job:
            return job.changed(status, resource_version=job.resource_version + 1000)

        async def warn(self, reason: str, message: str, now: float, about: Job | None = None) -> None:
            assert about is not None
            self.events.append((about.name, reason))
            if refused:
                raise self.error

    world, client = World(), EventRecorder()
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=world.now))
    template = PodTemplate.from_manifest({"kind": "Pod"})
    executor = Executor(client, world.state, template, lambda: None, 32, clock=lambda: world.now)
    lost = Requeue("1", world.state.jobs["1"].resource_version, "pod", 1)
    world.state.expect(lost, world.now)
    executor.start(lost)
    await all_ready_tasks()
    assert client.events == [("1", "RendererLost")]
    assert world.state.jobs["1"].phase is Phase.PENDING
    assert not world.state.is_busy("1")


class SlowClient(RefusingClient):
    """Answers nothing; `asked` is what it was asked for."""

    def __init__(self) -> None:
        super().__init__(KubeError(0, "Unreachable", ""), {})
        self.asked: list[str] = []

    async def change_status(self, job: Job, status: Mapping[str, Any]) -> Job:
        await self._never(f"change {job.name}")
        return job

    async def delete_job(self, name: str, uid: str) -> None:
        await self._never(f"delete {name}")

    async def create_pod(self, manifest: dict[str, Any]) -> Pod:
        await self._never("create a pod")
        return Pod.from_object(manifest)

    async def _never(self, what: str) -> None:
        self.asked.append(what)
        await asyncio.get_running_loop().create_future()


def executing(world: World, client: SlowClient, *, at_once: int) -> Executor:
    """An executor that has been given all that is decided now."""
    template = PodTemplate.from_manifest({"kind": "Pod"})
    executor = Executor(client, world.state, template, lambda: None, at_once, clock=lambda: world.now)
    for action in world.decide():
        executor.start(action)
    return executor


async def all_ready_tasks() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.parametrize("phase", [Phase.PENDING, Phase.DONE])
async def test_jobs_that_wait_are_assigned_although_many_others_are_still_to_be_deleted(phase: Phase) -> None:
    # Given many jobs that have expired while the controller was away, and one that waits for a free slot.
    world, client = World(), SlowClient()
    world.see(pod(), *(job(f"old-{n}", expires=NOW, phase=phase) for n in range(500)), job("new"))
    world.now += 1
    # When all that is to be done is started, and nothing is answered.
    executor = executing(world, client, at_once=32)
    await all_ready_tasks()
    # Then the assignment is among what has been asked for.
    assert "change new" in client.asked
    assert len(client.asked) < 32
    await executor.stop()


async def test_a_controller_that_stops_asks_for_nothing_more_and_does_not_wait_for_answers() -> None:
    # Given more launches than may be asked for at once, none of which is answered.
    world, client = World(min_warm=3, launch_batch=3), SlowClient()
    executor = executing(world, client, at_once=1)
    await all_ready_tasks()
    assert client.asked == ["create a pod"]
    # When it stops.
    async with asyncio.timeout(5):
        await executor.stop()
    # Then nothing was asked for since, and the pod that may have been created counts.
    assert client.asked == ["create a pod"]
    assert len(world.state.launching) == 1
