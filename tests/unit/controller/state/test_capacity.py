"""Which pod gets the next job, found without looking at every pod."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.state.actions import Assign
from controller.state.capacity import Capacity, Room
from tests.unit.builders import NOW, World, job, only, pod

_rooms = st.none() | st.builds(Room, free=st.integers(-1, 3), ready=st.booleans())


@given(st.lists(st.tuples(st.sampled_from("abcd"), _rooms), max_size=300), st.booleans())
def test_it_is_the_pod_that_looking_at_all_of_them_finds(
    changes: list[tuple[str, Room | None]], starting: bool
) -> None:
    rooms: dict[str, Room | None] = {}
    capacity = Capacity(rooms.get)
    for name, room in changes:
        rooms[name] = room
        capacity.changed(name)
        known = [room for room in rooms.values() if room is not None]
        ready = any(room.ready for room in known)
        open_to_jobs = [room.free for room in known if room.free > 0 and room.ready is ready and (ready or starting)]
        found = capacity.least_loaded(starting=starting)
        best = rooms[found] if found else None
        assert (best.free if best else None) == max(open_to_jobs, default=None)


def test_memory_is_bounded_by_the_number_of_pods() -> None:
    rooms: dict[str, Room] = {"full": Room(9, True)}
    capacity = Capacity(rooms.get)
    capacity.changed("full")
    for n in range(10_000):
        rooms["busy"] = Room(n % 3, True)
        capacity.changed("busy")
        capacity.least_loaded(starting=False)
    assert sum(map(len, capacity._heaps.values())) < 100


def test_in_a_large_pool_jobs_are_assigned_at_once_and_pods_looked_at_now_and_then() -> None:
    world = World(max_pods=1000, slots_per_pod=1)
    world.see(*(pod(str(n)) for n in range(1000)))
    assert world.state.full_scan_due(NOW)
    world.decide()
    assert not world.state.full_scan_due(NOW + 0.01)
    world.see(job("1"))
    world.now = NOW + 0.01
    assert only(world.step(), Assign)
    assert world.state.full_scan_due(NOW + 0.11)
