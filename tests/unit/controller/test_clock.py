"""Clocks that differ or jump: the controller's, the API server's, a node's. Nothing comes too early or never."""

from __future__ import annotations

from controller.state.actions import DeleteJob, DeletePod, Requeue
from crds.job import Phase
from tests.unit.builders import NOW, World, job, newer, only, pod, starting

HOUR = 3600.0


def test_a_job_expires_by_the_servers_clock_when_the_controllers_is_ahead() -> None:
    world = World()
    world.now = NOW + HOUR
    world.state.server_date_seen(NOW, world.now)
    world.see(job("1", expires=NOW + 600, phase=Phase.DONE))
    assert not only(world.decide(), DeleteJob)
    world.now += 601
    assert only(world.decide(), DeleteJob)


def test_a_job_expires_by_the_servers_clock_when_the_controllers_is_behind() -> None:
    world = World()
    world.now = NOW - HOUR
    world.state.server_date_seen(NOW, world.now)
    world.see(job("1", expires=NOW + 600, phase=Phase.DONE))
    world.now += 601
    assert only(world.decide(), DeleteJob)


def test_a_starting_pod_is_given_its_time_whatever_its_nodes_clock_says() -> None:
    world = World(min_warm=1, start_deadline_seconds=60)
    first = starting(created=NOW - HOUR)
    world.see(first)
    world.now += 59
    assert not only(world.step(), DeletePod)
    world.see(newer(first, trouble="still pulling"))
    world.now += 2
    assert only(world.step(), DeletePod), "news about it do not give it more time"


def test_a_job_of_a_silent_pod_waits_again_in_time_when_its_node_is_an_hour_ahead() -> None:
    world = World(deadline_grace_seconds=10)
    world.see(pod(ready_at=NOW + HOUR), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW))
    world.now += 69
    assert not only(world.step(), Requeue)
    world.now += 2
    assert only(world.step(), Requeue)


def test_a_job_of_a_silent_pod_waits_again_in_time_when_the_servers_clock_is_set_back() -> None:
    world = World(deadline_grace_seconds=10)
    world.see(pod(), job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, started=NOW))
    world.state.server_date_seen(NOW - HOUR, NOW)
    world.now += 71
    assert only(world.step(), Requeue)
