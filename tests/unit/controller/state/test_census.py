"""The numbers behind the metrics: each job, pod and slot counts once."""

from __future__ import annotations

from controller.state.census import take_census
from controller.state.limits import Limits
from controller.state.state import State
from crds.job import Phase
from tests.unit.builders import NOW, World, job, newer, pod, starting


def test_each_pod_is_in_one_state() -> None:
    # Given pods that are ready, were ready, never were, end, and one that is asked for.
    world = World(max_pods=9, slots_per_pod=2)
    was_ready = pod("unready")
    world.see(pod("ready"), was_ready, pod("former", template="t0"), starting("starting"))
    world.see(pod("ends", terminating=True), pod("ended", finished=True))
    world.see(newer(was_ready, ready_at=None))

    # When they are counted.
    census = take_census(world.state)

    # Then no pod counts twice, and a state without pods is zero.
    counted = {key: count for key, count in census.pods.items() if count}
    assert counted == {
        ("ready", "current"): 1,
        ("ready", "former"): 1,
        ("unready", "current"): 1,
        ("starting", "current"): 1,
        ("ending", "current"): 2,
    }
    assert census.pods["launching", "current"] == 0
    assert sum(census.pods.values()) == len(world.state.pods)


def test_jobs_and_slots_add_up() -> None:
    world = World(slots_per_pod=2, max_pods=1)
    world.see(pod("a"), *(job(f"job-{n}") for n in range(4)), job("done", phase=Phase.DONE))
    world.step()
    census = take_census(world.state)
    assert census.jobs == {"waiting": 2, "running": 2, "finished": 1}
    assert census.slots == {"used": 2, "free": 0}

    world.finish("job-0")
    census = take_census(world.state)
    assert census.jobs == {"waiting": 2, "running": 1, "finished": 2}
    assert census.slots == {"used": 1, "free": 1}

    world.state.forget_job("done", "uid-done", world.now)
    assert take_census(world.state).jobs["finished"] == 1


def test_the_oldest_waiting_job_gives_the_age() -> None:
    state = State(Limits(), pod_template="t1")
    assert state.oldest_waiting_seconds(NOW) == 0
    state.observe_job(job("young", submitted=NOW + 50, priority=10), NOW + 60)
    state.observe_job(job("old", user_id="u", priority=-10), NOW + 60)
    assert state.oldest_waiting_seconds(NOW + 60) == 60
    state.forget_job("old", "uid-old", NOW + 60)
    assert state.oldest_waiting_seconds(NOW + 60) == 10
