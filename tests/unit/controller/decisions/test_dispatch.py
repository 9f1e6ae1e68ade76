"""What is decided about jobs."""

from __future__ import annotations

import pytest

from controller.decisions.dispatch import decide
from controller.state.actions import (
    Assign,
    DeleteJob,
    DeletePod,
    Fail,
    Launch,
    ReportCondition,
    ReportFailedStart,
    Requeue,
)
from controller.state.plan import DeadlineScanMade, ExpiriesTaken, FullScanMade, StartFailed
from controller.state.pod import Pod, Stage
from crds.errors import ErrorCode
from crds.job import EXPIRED_SECONDS, Phase
from tests.unit.builders import NOW, World, job, newer, only, pod, starting


def test_nothing_is_decided_before_the_first_reconcile_pass() -> None:
    world = World(min_warm=1, synced=False)
    world.see(job())
    assert world.decide() == []


def test_a_waiting_job_goes_to_the_pod_with_most_free_slots() -> None:
    world = World(slots_per_pod=2)
    world.see(pod("a"), pod("b"))
    world.see(job("1", phase=Phase.RENDERING, renderer="b", started=NOW, attempt=1), job("2"))
    (assign,) = only(world.step(), Assign)
    assert (assign.job, assign.pod, assign.attempt) == ("2", "a", 1)


def test_an_assignment_is_not_asked_for_twice_while_it_is_under_way() -> None:
    world = World()
    world.see(pod(), job())
    assert only(world.decide(), Assign)
    assert not only(world.decide(), Assign)


def test_no_pod_gets_more_jobs_than_it_has_slots() -> None:
    world = World(slots_per_pod=2)
    world.see(pod(), *(job(str(n)) for n in range(5)))
    assert len(only(world.step(), Assign)) == 2
    assert not only(world.step(), Assign)
    world.finish("0" if "0" in world.state.jobs_by_pod["pod"] else next(iter(world.state.jobs_by_pod["pod"])))
    assert len(only(world.step(), Assign)) == 1


def test_a_pod_gets_no_more_than_its_jobs_per_pod() -> None:
    world = World(slots_per_pod=2, jobs_per_pod=3, max_pods=1)
    world.see(pod(), *(job(str(n)) for n in range(5)))
    given = 0
    for _ in range(6):
        for assign in only(world.step(), Assign):
            given += 1
            world.finish(assign.job)
        if "pod" not in world.state.pods:
            break
    assert given == 3


def test_starting_pods_get_jobs_only_when_none_is_ready() -> None:
    world = World(slots_per_pod=1)
    world.see(starting("s"), job("1"))
    assert [a.pod for a in only(world.step(), Assign)] == ["s"]

    world = World(slots_per_pod=1)
    world.see(starting("s"), pod("r"), job("1"), job("2"))
    assert [a.pod for a in only(world.step(), Assign)] == ["r"]


def test_a_pod_that_was_ready_and_is_not_gets_nothing() -> None:
    world = World()
    ready = pod("r")
    world.see(ready, newer(ready, ready_at=None), job())
    assert not only(world.step(), Assign)

    restarted = World()
    restarted.see(starting("r", was_ready=True), job())
    assert not only(restarted.step(), Assign)


def test_pods_that_end_or_start_from_an_old_template_get_nothing() -> None:
    world = World()
    world.see(pod("a", terminating=True), pod("b", finished=True), starting("c", template="t0"), job())
    assert not only(world.step(), Assign)


def test_a_ready_pod_of_an_old_template_serves_until_it_has_a_successor() -> None:
    world = World(min_warm=1, max_pods=1)
    world.see(pod("old", template="t0"), job("1"))
    assert [a.pod for a in only(world.step(), Assign)] == ["old"], "not the one that starts"
    [new] = [known for known in world.state.pods.values() if known.name != "old"]
    world.see(newer(new, ready_at=world.now))
    world.step()
    world.see(job("2"))
    assert [a.pod for a in only(world.step(), Assign)] == [new.name]


def test_a_job_whose_pod_is_deleted_waits_again_and_its_attempts_are_counted() -> None:
    world = World()
    world.see(pod("a"), job("1"))
    world.step()
    world.state.forget_pod("a", "uid-a", world.now)
    assert [a.job for a in only(world.step(), Requeue)] == ["1"]
    world.see(pod("b"))
    assert [(a.pod, a.attempt) for a in only(world.step(), Assign)] == [("b", 2)]


def test_a_pod_of_an_old_template_that_was_never_ready_goes_at_once_and_its_jobs_lose_no_attempt() -> None:
    world = World(min_warm=1, max_attempts=1)
    world.see(starting("bad", template="t0", trouble="ImagePullBackOff: no such image", stage=Stage.PULLING))
    world.see(job("1", phase=Phase.RENDERING, renderer="bad", attempt=1, started=NOW))
    (delete,) = only(world.decide(), DeletePod)
    assert delete.pod == "bad"
    world.state.forget_pod("bad", delete.uid, world.now, never_ran=True)
    assert [(a.job, a.attempt) for a in only(world.step(), Requeue)] == [("1", 0)]
    world.see(pod("b"))
    assert [(a.pod, a.attempt) for a in only(world.step(), Assign)] == [("b", 1)]


def test_a_pod_that_cannot_pull_its_image_gets_no_jobs() -> None:
    world = World(min_warm=1)
    world.see(starting("s", trouble="ErrImagePull: no such image"), job("1"))
    assert not only(world.step(), Assign)


def test_a_job_fails_as_renderer_lost_after_its_last_attempt() -> None:
    world = World(max_attempts=3)
    world.see(job("1", phase=Phase.RENDERING, renderer="a", attempt=3, started=NOW), pod("a", finished=True))
    (fail,) = only(world.step(), Fail)
    assert fail.error.code is ErrorCode.RENDERER_LOST
    assert fail.error.retryable


def test_jobs_of_a_lost_node_wait_again_before_their_time_is_over() -> None:
    world = World()
    world.see(job("1", phase=Phase.RENDERING, renderer="a", attempt=1, started=NOW), pod("a"))
    assert not only(world.step(), Requeue)
    world.see(pod("a", ready_at=None, was_ready=True, node_lost=True), pod("b"))
    assert [(a.job, a.attempt) for a in only(world.step(), Requeue)] == [("1", 1)]
    assert [(a.pod, a.attempt) for a in only(world.step(), Assign)] == [("b", 2)]


def test_a_pod_that_is_only_late_in_the_view_is_not_taken_for_lost() -> None:
    world = World()
    world.see(job("1", phase=Phase.RENDERING, renderer="late", attempt=1, started=NOW))
    assert not only(world.step(), Requeue)
    no_pods: list[Pod] = []
    world.state.pods_listed(no_pods, version=10**9, asked_at=world.now - 1, now=world.now)
    assert not only(world.step(), Requeue), "the list was asked for before the job was seen"
    world.state.pods_listed(no_pods, version=10**9, asked_at=world.now + 1, now=world.now + 1)
    assert only(world.step(), Requeue)


def test_jobs_of_a_ready_pod_that_reports_nothing_wait_again_and_the_pod_is_replaced() -> None:
    # Guards against giving it one job after the other, each of which ends with a timeout.
    world = World(min_warm=1, max_pods=1, slots_per_pod=2, deadline_grace_seconds=10)
    world.see(pod("deaf"), *(job(name, phase=Phase.RENDERING, renderer="deaf", attempt=1) for name in ("1", "2")))
    world.now = NOW + 69
    assert not only(world.step(), Requeue)
    world.now = NOW + 71
    assert [(requeue.job, requeue.attempt) for requeue in only(world.step(), Requeue)] == [("1", 1), ("2", 1)]
    actions = world.step()
    assert [deleted.pod for deleted in only(actions, DeletePod)] == ["deaf"]
    assert not only(actions, Assign)
    (launch,) = only(world.step(), Launch)
    world.see(pod(launch.pod))
    assert [assign.pod for assign in only(world.step(), Assign)] == [launch.pod] * 2


def test_a_job_that_no_renderer_reports_fails_after_its_attempts() -> None:
    world = World(max_attempts=3, deadline_grace_seconds=10)
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=3))
    world.now = NOW + 71
    (fail,) = only(world.step(), Fail)
    assert fail.error.code == ErrorCode.RENDERER_LOST


def test_a_job_that_hangs_fails_with_the_timeout_and_a_pod_that_reports_others_stays() -> None:
    world = World(min_warm=1, deadline_grace_seconds=10)
    running = {"phase": Phase.RENDERING, "renderer": "pod", "attempt": 1}
    world.see(pod(), job("hangs", **running), job("ends", **running))
    world.now = NOW + 5
    world.finish("ends")
    world.now = NOW + 69
    assert not only(world.step(), Fail)
    world.now = NOW + 71
    (fail,) = only(world.step(), Fail)
    assert fail.error.message == "Playwright timeout: rendering exceeded 60s"
    world.see(job("next"))
    assert [assign.pod for assign in only(world.step(), Assign)] == ["pod"]


def test_a_job_has_its_whole_time_however_long_its_assignment_is_under_way() -> None:
    # Guards against counting from when the assignment was asked for: the API server may take seconds to write it, and
    # before that no renderer knows of the job.
    world = World(deadline_grace_seconds=10)
    world.see(pod(), job("1", timeout_seconds=5))
    (assign,) = only(world.decide(), Assign)
    asked_at, written_at = NOW, NOW + 9
    world.now = written_at
    written = newer(world.state.jobs["1"], phase=Phase.RENDERING, renderer="pod", attempt=1, started=asked_at)
    world.see(written)
    # The answer follows the event, and changes to the job that do not matter follow both.
    world.now = written_at + 1
    world.state.settle(assign, world.now, ok=True)
    world.see(newer(written))
    world.now = written_at + 15
    assert not only(world.step(), Requeue)
    world.now = written_at + 16
    assert only(world.step(), Requeue)


def test_a_job_that_ran_before_the_controller_did_waits_again_in_time() -> None:
    # Guards against counting from when it was first seen: a controller that restarts often would leave every job.
    world = World(deadline_grace_seconds=10)
    world.now = NOW + 69
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW))
    assert not only(world.step(), Requeue)
    world.now = NOW + 71
    assert only(world.step(), Requeue)


def test_a_job_that_has_ended_is_deleted_at_its_expiry() -> None:
    world = World()
    world.see(job("done", expires=NOW + 10, phase=Phase.DONE), job("later", expires=NOW + 20, phase=Phase.DONE))
    world.now = NOW + 9
    assert not only(world.step(), DeleteJob)
    world.now = NOW + 10
    assert [a.job for a in only(world.step(), DeleteJob)] == ["done"]


def test_a_job_that_was_not_served_by_its_expiry_ends_visibly_before_it_is_deleted() -> None:
    # Given jobs that nobody has served, with or without a renderer.
    world = World()
    running = job("running", expires=NOW + 10, phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW)
    world.see(starting(), job("waiting", expires=NOW + 10), running)
    world.step()
    # When they expire.
    world.now = NOW + 10
    expired = only(world.step(), Fail)
    # Then they end as such, and nobody has them any more.
    assert {a.job: a.error.code for a in expired} == {"waiting": ErrorCode.EXPIRED, "running": ErrorCode.EXPIRED}
    assert (world.state.running_jobs, world.state.waiting_jobs) == (0, 0)
    # And they are deleted once their clients have had time to see it.
    world.now = NOW + 10 + EXPIRED_SECONDS - 0.1
    assert not only(world.step(), DeleteJob)
    world.now = NOW + 10 + EXPIRED_SECONDS
    assert {a.job for a in only(world.step(), DeleteJob)} == {"waiting", "running"}
    assert not world.step()


def test_an_end_that_could_not_be_written_is_tried_again_until_the_job_is_deleted() -> None:
    world = World(retry_seconds=1.0)
    world.see(job("1", expires=NOW))
    for _ in range(3):
        (fail,) = only(world.decide(), Fail)
        world.state.settle(fail, world.now, ok=False)
        assert not world.decide()
        world.now += 1.0
    world.now = NOW + EXPIRED_SECONDS
    assert [a.job for a in only(world.step(), DeleteJob)] == ["1"]


def test_a_job_that_is_being_assigned_at_its_expiry_ends_when_that_has_failed() -> None:
    world = World(retry_seconds=1.0)
    world.see(pod(), job("1", expires=NOW + 10))
    (assign,) = only(world.decide(), Assign)
    world.now = NOW + 10
    assert not world.decide()
    world.state.settle(assign, world.now, ok=False)
    world.now += 1.0
    assert [a.job for a in only(world.decide(), Fail)] == ["1"]


def test_a_delete_that_failed_is_tried_again_but_not_in_a_hot_loop() -> None:
    world = World(retry_seconds=1.0)
    world.see(job("1", expires=NOW, phase=Phase.DONE))
    (delete,) = only(world.decide(), DeleteJob)
    world.state.settle(delete, world.now, ok=False)
    assert not only(world.decide(), DeleteJob)
    world.now += 1.0
    assert only(world.decide(), DeleteJob)


def test_an_assignment_that_failed_frees_the_slot_and_is_tried_again_later() -> None:
    world = World(slots_per_pod=1, retry_seconds=1.0)
    world.see(pod(), job("1", priority=1), job("2"))
    (assign,) = only(world.decide(), Assign)
    world.state.settle(assign, world.now, ok=False)
    (other,) = only(world.step(), Assign)
    assert other.job == "2"
    world.finish("2")
    world.now += 1.0
    assert [a.job for a in only(world.step(), Assign)] == ["1"]


def test_late_and_repeated_events_change_nothing() -> None:
    world = World()
    old = job("1")
    done = newer(old, phase=Phase.DONE)
    world.see(pod(), done, old, done)
    assert not only(world.step(), Assign)
    world.state.forget_job("1", "uid-1", world.now)
    world.see(newer(old))
    assert not only(world.step(), Assign), "an event after the deletion must not bring the job back"


def test_a_recreated_job_of_the_same_name_is_served() -> None:
    world = World()
    world.see(pod(), job("1"))
    world.state.forget_job("1", "uid-1", world.now)
    world.see(job("1", uid="uid-other"))
    assert [a.job for a in only(world.step(), Assign)] == ["1"]


def test_jobs_missing_from_a_list_are_forgotten_but_not_newer_ones() -> None:
    world = World(slots_per_pod=4)
    old, young = job("old"), job("young")
    world.see(pod(), old, young)
    world.state.jobs_listed({}, version=old.resource_version, asked_at=world.now, now=world.now)
    assert set(world.state.jobs) == {"young"}
    assert [a.job for a in only(world.step(), Assign)] == ["young"]


def test_jobs_do_not_use_up_their_attempts_on_pods_that_do_not_start() -> None:
    world = World(min_warm=0, start_deadline_seconds=60, max_attempts=3)
    world.see(job("1", expires=NOW + 6000))
    for _ in range(1200):
        world.step()
        world.now += 1
    assert world.state.jobs["1"].phase is Phase.PENDING
    (name,) = world.state.pods or ["none"]
    world.see(newer(world.state.pods[name], ready_at=world.now))
    assert only(world.step(), Assign)


@pytest.mark.parametrize("pods", [1, 100])
def test_a_pod_that_is_to_be_removed_since_it_did_not_become_ready_is_given_no_job_first(pods: int) -> None:
    world = World(min_warm=0, max_pods=pods, start_deadline_seconds=60)
    world.see(*(starting(str(n)) for n in range(pods)))
    world.now = NOW + 59.999
    world.decide()
    world.see(job())
    # Too soon after the last pass for one that looks at all of a hundred pods.
    world.now = NOW + 60.001
    assert not only(world.decide(), Assign)


def test_renderers_are_given_time_to_write_what_they_did_during_an_outage() -> None:
    world = World(deadline_grace_seconds=10)
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW))
    world.now = NOW + 80
    world.state.unreachable(world.now)
    assert not only(world.step(), Requeue)
    world.now = NOW + 80 + 71
    assert only(world.step(), Requeue)


def test_a_job_that_takes_the_name_of_one_being_deleted_is_deleted_once_at_its_own_expiry() -> None:
    world = World()
    world.see(job("1", expires=world.now, phase=Phase.DONE))
    (delete,) = only(world.decide(), DeleteJob)
    world.see(job("1", uid="uid-other", phase=Phase.DONE))
    world.state.settle(delete, world.now, ok=True)
    world.now += 601
    assert [a.uid for a in only(world.decide(), DeleteJob)] == ["uid-other"]


def test_a_decision_changes_nothing_only_applying_its_plan_does() -> None:
    # Given a state in which there is something of nearly everything to do.
    world = World(min_warm=3, max_pods=6, slots_per_pod=1, start_deadline_seconds=60)
    world.see(pod("a"), pod("ended", finished=True), starting("late"))
    world.see(job("gone", phase=Phase.RENDERING, renderer="ended", attempt=1, started=NOW))
    world.see(job("waiting"), job("expired", expires=NOW))
    world.now = NOW + 61
    state = world.state
    parts = (state, state._cache, state._expectations, state._assignments, state._launch_backoff, state._availability)

    def snapshot() -> list[str]:
        return [repr(vars(part)) for part in parts] + [repr(state.expired(world.now)), str(state.waiting_jobs)]

    # When each step of a plan is drawn, and then applied.
    plan = decide(state, world.now, lambda: "new")
    kinds: set[type] = set()
    before = snapshot()
    while (step := next(plan, None)) is not None:
        # Then drawing it has changed nothing.
        assert snapshot() == before, f"deciding {step} has changed the state"
        state.apply(iter([step]), world.now)
        before = snapshot()
        kinds.add(type(step))
    notes = {FullScanMade, ExpiriesTaken, DeadlineScanMade, StartFailed}
    assert kinds == notes | {DeleteJob, Requeue, Assign, DeletePod, ReportCondition, ReportFailedStart}
    assert world.decide() == [], "everything has been asked for"
