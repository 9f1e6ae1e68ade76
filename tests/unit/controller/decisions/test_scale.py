"""What is decided about renderer pods."""

from __future__ import annotations

from typing import Any

import pytest

from controller.state.actions import Assign, DeletePod, Launch, ReportCondition, ReportFailedStart
from controller.state.pod import Stage
from crds.job import Phase
from tests.unit.builders import NOW, World, job, newer, only, pod, starting


def test_the_warm_pods_are_launched_at_once_and_only_once() -> None:
    world = World(min_warm=2)
    assert len(only(world.decide(), Launch)) == 2
    assert not only(world.decide(), Launch), "asked for is as good as there"


def test_an_empty_pool_of_no_warm_pods_is_launched_by_a_job() -> None:
    world = World(min_warm=0)
    assert not only(world.step(), Launch)
    world.see(job())
    assert len(only(world.step(), Launch)) == 1
    assert only(world.step(), Assign), "to the pod that still starts"


def test_never_more_pods_than_max() -> None:
    world = World(min_warm=1, max_pods=3, launch_batch=100)
    world.see(*(job(str(n)) for n in range(100)))
    for _ in range(20):
        world.step()
        world.now += 1
        assert len(world.state.pods) + len(world.state.launching) <= 3
    assert len(world.state.pods) == 3


def test_terminating_pods_count_against_max() -> None:
    world = World(min_warm=1, max_pods=1)
    world.see(pod("old", terminating=True))
    assert not only(world.step(), Launch)


def busy_world(jobs: int, *, service_seconds: float, start_seconds: float, **limits: Any) -> World:
    """One pod that works, so many jobs, and a known pace."""
    world = World(**{"min_warm": 1, "max_pods": 100, "launch_batch": 100, "slots_per_pod": 2, **limits})
    world.state._service.add(service_seconds)
    world.state._start.add(start_seconds)
    world.see(pod(), *(job(str(n)) for n in range(jobs)))
    return world


@pytest.mark.parametrize(
    ("jobs", "service_seconds", "pods"),
    [
        (20, 0.1, 1),  # 1 s of work for two slots: over before another pod has started
        (40, 0.1, 1),
        (41, 0.1, 2),  # just more than the 2 s that a start takes
        (400, 0.1, 10),
        (4, 10.0, 2),  # never more than have jobs
    ],
)
def test_a_queue_that_outlasts_the_start_of_a_pod_launches_as_many_as_work_it_off_in_that_time(
    jobs: int, service_seconds: float, pods: int
) -> None:
    world = busy_world(jobs, service_seconds=service_seconds, start_seconds=2.0)
    assert 1 + len(only(world.step(), Launch)) == pods


def test_pods_that_start_slowly_are_launched_for_a_shorter_queue() -> None:
    world = busy_world(41, service_seconds=0.1, start_seconds=60.0, queue_seconds=2.0)
    assert len(only(world.step(), Launch)) == 1


def test_jobs_that_take_longer_than_others_did_launch_another_pod() -> None:
    world = busy_world(3, service_seconds=0.1, start_seconds=2.0)
    assert not only(world.step(), Launch)
    world.now += 1.2
    assert not only(world.step(), Launch)
    world.now += 0.2
    assert len(only(world.step(), Launch)) == 1, "three jobs of 1.4 s on two slots outlast a start of 2 s"


def test_the_pace_is_what_was_measured() -> None:
    world = World(min_warm=1)
    (launch,) = only(world.step(), Launch)
    world.now += 3
    world.see(newer(world.state.pods[launch.pod], ready_at=world.now), job("1"))
    assert world.state.start_seconds == 3
    world.step()
    world.now += 0.25
    world.finish("1")
    assert world.state.service_seconds == 0.25


def test_the_start_of_a_pod_is_no_part_of_its_first_jobs_service_time() -> None:
    world = World(min_warm=0)
    world.see(job("1"))
    world.step()
    world.step()
    world.now += 3
    [started] = world.state.pods.values()
    world.see(newer(started, ready_at=world.now))
    world.now += 0.5
    world.finish("1")
    assert world.state.service_seconds == 0.5


def test_pods_that_do_not_become_ready_are_reported_and_launches_held_back() -> None:
    world = World(min_warm=3, launch_batch=2, start_deadline_seconds=60)
    assert len(only(world.step(), Launch)) == 2
    launched = 2
    for _ in range(3600):
        world.now += 1
        for known in list(world.state.pods.values()):
            if not known.trouble:
                world.see(newer(known, trouble="ErrImagePull: no such image"))
        actions = world.step()
        launched += len(only(actions, Launch))
        for report in only(actions, ReportFailedStart):
            assert "ErrImagePull" in report.message
    # Each try takes its 60 s to fail and the pause grows to a minute: about one launch in two minutes.
    assert launched < 40


def test_batches_grow_when_pods_become_ready() -> None:
    world = World(min_warm=0, max_pods=16, launch_batch=1, slots_per_pod=1)
    world.see(*(job(str(n)) for n in range(64)))
    sizes = []
    for _ in range(4):
        world.now += 1
        sizes.append(len(only(world.step(), Launch)))
        for known in list(world.state.pods.values()):
            if known.ready_at is None:
                world.see(newer(known, ready_at=world.now))
    assert sizes == [1, 2, 4, 8]


def test_an_idle_pod_beyond_the_warm_ones_is_deleted_after_its_time() -> None:
    world = World(min_warm=1, idle_seconds=120)
    world.see(pod("a"), pod("b"))
    world.now = NOW + 119
    assert not only(world.step(), DeletePod)
    world.now = NOW + 121
    assert len(only(world.step(), DeletePod)) == 1
    world.now = NOW + 1000
    assert not only(world.step(), DeletePod)


def test_a_pod_that_works_is_not_deleted() -> None:
    world = World(min_warm=0, idle_seconds=0)
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW))
    world.now += 30
    assert not only(world.step(), DeletePod)


def test_no_job_goes_to_a_pod_that_is_being_deleted() -> None:
    world = World(min_warm=0, idle_seconds=0)
    world.see(pod())
    world.now += 1
    assert only(world.decide(), DeletePod)
    world.see(job())
    assert not only(world.decide(), Assign)


def start_all(world: World) -> None:
    """What starts becomes ready."""
    for known in list(world.state.pods.values()):
        if known.ready_at is None:
            world.see(newer(known, ready_at=world.now))


def test_a_pod_of_an_old_template_is_deleted_when_a_successor_is_ready_and_its_jobs_are_done() -> None:
    world = World(min_warm=1, max_pods=1)
    world.see(pod("old", template="t0"), job("1", phase=Phase.RENDERING, renderer="old", attempt=1, started=NOW))
    first = world.step()
    assert not only(first, DeletePod)
    assert len(only(first, Launch)) == 1, "one more than max_pods"
    start_all(world)
    assert not only(world.step(), DeletePod)
    world.finish("1")
    actions = world.step()
    assert [a.pod for a in only(actions, DeletePod)] == ["old"]
    assert not only(actions, Launch)


def test_pods_of_an_old_template_serve_until_as_many_are_ready() -> None:
    world = World(min_warm=1, max_pods=8, surge_percent=25)
    world.see(*(pod(f"old-{n}", template="t0") for n in range(4)))
    for step in range(20):
        world.step()
        world.now += 1
        if step % 3 == 2:
            start_all(world)
        ready = [known for known in world.state.pods.values() if known.ready_at is not None]
        assert len(ready) >= 4
    assert all(known.template == "t1" for known in ready)
    assert len(world.state.pods) == 4


def test_a_full_pool_exceeds_its_size_by_the_surge_while_it_is_replaced() -> None:
    world = World(min_warm=8, max_pods=8, surge_percent=25, launch_batch=100)
    world.see(*(pod(f"old-{n}", template="t0") for n in range(8)))
    assert len(only(world.step(), Launch)) == 2
    assert not only(world.step(), Launch)
    start_all(world)
    actions = world.step()
    assert len(only(actions, DeletePod)) == 2
    assert len(only(world.step(), Launch)) == 2


def test_pods_that_finish_their_last_jobs_do_not_keep_their_successors_from_starting() -> None:
    world = World(min_warm=4, max_pods=4, slots_per_pod=1, launch_batch=100)
    for name in "abcd":
        world.see(pod(name, template="t0"), job(name, phase=Phase.RENDERING, renderer=name, attempt=1, started=NOW))
    most = 0
    for _ in range(12):
        world.step()
        start_all(world)
        most = max(most, len(world.state.pods))
    assert [known.name for known in world.state.pods.values() if known.template == "t0"] == list("abcd")
    assert most == len(world.state.pods) == 8


def test_an_upgrade_does_not_shrink_a_pool_to_what_the_queue_of_this_moment_calls_for() -> None:
    world = World(min_warm=1, max_pods=4, idle_seconds=120)
    world.see(*(pod(name, template="t0") for name in "abc"))
    for _ in range(10):
        world.step()
        start_all(world)
        world.now += 1
    assert [known.template for known in world.state.pods.values()] == ["t1"] * 3
    for _ in range(130):
        world.now += 1
        world.step()
    assert len(world.state.pods) == 1


def test_what_starts_from_an_old_template_is_deleted_at_once() -> None:
    world = World(min_warm=1)
    world.see(starting("old", template="t0"))
    assert [a.pod for a in only(world.step(), DeletePod)] == ["old"]


def test_pods_of_an_old_template_shrink_while_those_of_the_new_one_do_not_start() -> None:
    world = World(min_warm=1, max_pods=4, idle_seconds=120, start_deadline_seconds=1000)
    world.see(*(pod(name, template="t0") for name in "abc"))
    for _ in range(300):
        world.step()
        world.now += 1
    ready = [known for known in world.state.pods.values() if known.ready_at is not None]
    assert [known.template for known in ready] == ["t0"]


def test_failures_of_an_old_template_do_not_hold_launches_back() -> None:
    world = World(min_warm=1, start_deadline_seconds=60)
    old = starting("old", template="t0", trouble="ErrImagePull: no such image")
    world.see(old, newer(old, finished=True))
    world.state.forget_pod("old", old.uid, world.now)
    actions = world.step()
    assert only(actions, Launch)
    assert not only(actions, ReportFailedStart)


def test_a_pod_that_has_had_nearly_all_its_jobs_has_a_successor_before_it_ends() -> None:
    world = World(min_warm=1, max_pods=2, jobs_per_pod=100, slots_per_pod=1)
    world.state._service.add(0.5)
    world.state._start.add(4.0)  # in which a pod does eight jobs
    world.see(pod("old"))
    launched: list[int] = []
    for n in range(95):
        world.see(job(str(n)))
        launched += [n for _ in only(world.step(), Launch)]
        world.now += 0.5
        world.finish(str(n))
    assert launched == [91]
    assert not only(world.step(), DeletePod), "the successor has not started yet"
    [new] = [known for known in world.state.pods.values() if known.name != "old"]
    world.see(newer(new, ready_at=world.now))
    assert [a.pod for a in only(world.step(), DeletePod)] == ["old"]
    assert not only(world.step(), Launch)


def test_ended_pods_are_removed() -> None:
    world = World(min_warm=0)
    world.see(pod("a", finished=True))
    assert [a.pod for a in only(world.step(), DeletePod)] == ["a"]


def test_a_pod_that_failed_to_be_created_is_a_failed_start() -> None:
    world = World(min_warm=1)
    (launch,) = only(world.decide(), Launch)
    world.state.settle(launch, world.now, ok=False)
    actions = world.decide()
    assert not only(actions, Launch)
    assert only(actions, ReportFailedStart)
    world.now += 1.5
    assert only(world.decide(), Launch)


def test_a_starting_pod_is_given_its_time() -> None:
    world = World(min_warm=1, start_deadline_seconds=60)
    world.see(starting())
    world.now = NOW + 59
    assert not only(world.step(), DeletePod)
    world.now = NOW + 61
    assert only(world.step(), DeletePod)


def test_a_retire_that_failed_is_tried_again_but_not_in_a_hot_loop() -> None:
    world = World(retry_seconds=1.0)
    world.see(pod(finished=True))
    (delete,) = only(world.decide(), DeletePod)
    world.state.settle(delete, world.now, ok=False)
    assert not only(world.decide(), DeletePod)
    world.now += 1.0
    assert only(world.decide(), DeletePod)


def test_failed_assignments_do_not_use_up_a_pod() -> None:
    world = World(jobs_per_pod=10, max_pods=1)
    world.see(pod(), *(job(str(n)) for n in range(3)))
    for _ in range(50):
        for assign in only(world.decide(), Assign):
            world.state.settle(assign, world.now, ok=False)
        world.now += 0.5
    assert world.state.jobs_taken["pod"] <= 2
    assert "pod" not in world.state.deleting_pods


def test_a_pod_that_takes_no_more_but_works_is_left_in_peace() -> None:
    world = World(min_warm=0, start_deadline_seconds=60)
    ready = pod()
    busy = job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW, timeout_seconds=600)
    world.see(ready, busy)
    world.see(newer(ready, ready_at=None))
    world.now = NOW + 300
    assert not only(world.step(), DeletePod)


def test_a_pod_without_a_node_is_waited_for_and_reported() -> None:
    world = World(min_warm=1, start_deadline_seconds=60)
    world.see(starting(stage=Stage.UNSCHEDULED, trouble="Unschedulable: 0/3 nodes are available"))
    world.now += 61
    actions = world.step()
    (delayed,), (condition,) = only(actions, ReportFailedStart), only(actions, ReportCondition)
    assert "Unschedulable: 0/3 nodes are available" in delayed.message
    assert (condition.available, condition.message) == (False, delayed.message)
    world.now += 36_000
    assert not world.step(), "it is reported once, and neither deleted nor joined by others"


def test_a_pod_that_waits_is_reported_again_when_the_reason_is_known() -> None:
    world = World(min_warm=1, start_deadline_seconds=60)
    waiting = starting(stage=Stage.UNSCHEDULED)
    world.see(waiting)
    world.now += 61
    assert [report.given_up for report in only(world.step(), ReportFailedStart)] == [False]
    reasons = "Unschedulable: 0/3 nodes are available", "Unschedulable: 0/4 nodes are available"
    for reason in reasons:
        waiting = newer(waiting, trouble=reason)
        world.see(waiting)
    (report,) = only(world.step(), ReportFailedStart)
    assert reasons[-1] in report.message
    world.see(newer(waiting, trouble=reasons[0]))
    assert not only(world.step(), ReportFailedStart), "the numbers of nodes vary"


def test_a_start_counts_from_when_the_image_is_pulled() -> None:
    world = World(min_warm=1, start_deadline_seconds=60, pull_deadline_seconds=600)
    pulling = starting(stage=Stage.PULLING)
    world.see(pulling)
    world.now += 599
    assert not only(world.step(), DeletePod)
    world.see(newer(pulling, stage=Stage.STARTED))
    world.now += 59
    assert not only(world.step(), DeletePod)
    world.now += 2
    assert only(world.step(), DeletePod)


@pytest.mark.parametrize(("trouble", "seconds"), [("", 600), ("ImagePullBackOff: no such image", 60)])
def test_a_pod_whose_image_is_not_pulled_is_given_up_the_sooner_when_that_fails(trouble: str, seconds: int) -> None:
    world = World(min_warm=1, start_deadline_seconds=60, pull_deadline_seconds=600)
    world.see(starting(stage=Stage.PULLING, trouble=trouble))
    world.now += seconds
    assert not only(world.step(), DeletePod)
    world.now += 1
    assert only(world.step(), DeletePod)


def test_jobs_wait_for_the_first_pod_whose_process_runs() -> None:
    world = World(min_warm=1)
    world.see(starting(stage=Stage.PULLING), job("1"))
    assert not only(world.step(), Assign)


def test_a_pod_that_was_ready_and_is_not_is_replaced_before_it_is_deleted() -> None:
    world = World(min_warm=1, max_pods=2)
    ready = pod()
    world.see(ready, newer(ready, ready_at=None))
    actions = world.step()
    assert only(actions, Launch)
    assert not only(actions, DeletePod)


def test_a_pod_first_seen_when_it_has_ended_well_is_no_failed_start() -> None:
    world = World(min_warm=1)
    world.see(pod(finished=True, ready_at=None))
    actions = world.step()
    assert not only(actions, ReportFailedStart)
    assert only(actions, Launch)


def reported(world: World) -> list[tuple[bool, str]]:
    """What a step reports of the condition RenderersAvailable."""
    return [(condition.available, condition.message) for condition in only(world.step(), ReportCondition)]


def test_the_condition_follows_the_renderers_that_are_ready() -> None:
    world = World(min_warm=1)
    assert reported(world) == [(False, "no renderer is ready yet")]
    start_all(world)
    assert reported(world) == [(True, "renderers are ready")]
    world.see(pod("another"))
    assert reported(world) == []
    for known in list(world.state.pods.values()):
        world.see(newer(known, ready_at=None))
    assert reported(world) == [(False, "no renderer is ready yet")], "a node that is lost reports no failed start"


def test_the_condition_has_the_reason_when_renderers_do_not_start() -> None:
    world = World(min_warm=1)
    world.step()
    [started] = world.state.pods.values()
    world.see(newer(started, finished=True, trouble="exit code 2"))
    [(available, message)] = reported(world)
    assert not available
    assert "exit code 2" in message
    world.state.start_explained("FailedMount: no such Secret")
    [(_, message)] = reported(world)
    assert "FailedMount" in message


def test_renderers_of_an_old_template_are_available_though_those_of_the_new_one_do_not_start() -> None:
    world = World(min_warm=1)
    world.see(pod("old", template="t0"))
    world.step()
    new = next(known for known in world.state.pods.values() if known.name != "old")
    world.see(newer(new, finished=True, trouble="exit code 2"))
    [(available, message)] = reported(world)
    assert available
    assert "exit code 2" in message


def test_no_renderer_is_missing_where_none_is_wanted() -> None:
    world = World(min_warm=0)
    assert reported(world) == [(True, "no renderer is wanted")]


def test_a_condition_that_was_not_received_is_reported_again_but_not_in_a_hot_loop() -> None:
    world = World(min_warm=1)
    (condition,) = only(world.decide(), ReportCondition)
    start_all(world)
    assert not only(world.decide(), ReportCondition), "two under way could arrive in the other order"
    world.state.settle(condition, world.now, ok=False)
    assert not only(world.decide(), ReportCondition)
    world.now += 5
    assert only(world.decide(), ReportCondition)


def test_pods_that_are_deleted_before_they_are_ready_are_not_replaced_in_a_hot_loop() -> None:
    world = World(min_warm=1)
    launched = 0
    for _ in range(60):
        launched += len(only(world.step(), Launch))
        for known in list(world.state.pods.values()):
            world.state.forget_pod(known.name, known.uid, world.now)
        world.now += 1
    # Pauses of 1, 2, 4, 8, 16, 32 s.
    assert launched <= 7


def test_a_full_pool_of_pods_that_have_nearly_had_all_their_jobs_shrinks_to_its_size() -> None:
    world = World(min_warm=1, max_pods=2, jobs_per_pod=3, idle_seconds=5)
    world.see(pod("a"), pod("b"))
    for n, renderer in enumerate("aabb"):
        done = job(str(n), phase=Phase.RENDERING, renderer=renderer, attempt=1, started=NOW)
        world.see(done)
        world.finish(done.name)
    for _ in range(20):
        world.step()
        for known in list(world.state.pods.values()):
            if known.ready_at is None:
                world.see(newer(known, ready_at=world.now))
        world.now += 1
    assert len(world.state.pods) == 1


def test_a_pod_that_is_deleted_before_it_was_ever_seen_is_a_failed_start_and_forgotten() -> None:
    world = World(min_warm=1)
    (launch,) = only(world.decide(), Launch)
    world.state.forget_pod(launch.pod, "uid", world.now)
    assert not only(world.decide(), Launch)
    assert world.state._launch_backoff.failures == 1
    assert all(
        launch.pod not in kept for kept in vars(world.state._launch_backoff).values() if isinstance(kept, dict | set)
    )


def test_a_pod_whose_creation_waits_for_other_requests_counts_until_it_is_asked_for() -> None:
    """A list that lacks it says nothing: another launched in its place would be one too many when both are created."""
    world = World(min_warm=1, max_pods=1, start_deadline_seconds=8)
    (launch,) = only(world.decide(), Launch)
    late = world.now + 100
    world.state.pods_listed([], version=1, asked_at=late, now=late)
    assert launch.pod in world.state.launching
    world.state.sent(launch, late)
    world.state.pods_listed([], version=2, asked_at=late + 7, now=late + 7)
    assert launch.pod in world.state.launching
    world.state.pods_listed([], version=3, asked_at=late + 9, now=late + 9)
    assert launch.pod not in world.state.launching
