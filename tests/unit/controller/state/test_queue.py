"""The order in which waiting jobs are served."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.state.queue import WaitingQueue
from tests.unit.builders import job


def drained(queue: WaitingQueue) -> list[str]:
    names = []
    while (name := queue.pop()) is not None:
        names.append(name)
    return names


def test_priority_first_then_oldest() -> None:
    queue = WaitingQueue()
    queue.add(job("old", submitted=1.0))
    queue.add(job("young", submitted=2.0))
    queue.add(job("urgent", submitted=3.0, priority=10))
    assert drained(queue) == ["urgent", "old", "young"]


def test_users_take_turns() -> None:
    queue = WaitingQueue()
    for n in range(3):
        queue.add(job(f"a{n}", submitted=float(n), user_id="a"))
    queue.add(job("b0", submitted=10.0, user_id="b"))
    assert drained(queue) == ["a0", "b0", "a1", "a2"]


def test_a_stream_of_newcomers_does_not_starve_a_long_queue() -> None:
    queue = WaitingQueue()
    for n in range(50):
        queue.add(job(f"a{n}", submitted=float(n), user_id="a"))
    served = []
    for n in range(60):
        queue.add(job(f"n{n}", submitted=100.0 + n, user_id=f"n{n}"))
        served.append(queue.pop())
    # One newcomer a turn is all there is room for: without fairness towards "a" it would be served once.
    assert sum(name is not None and name.startswith("a") for name in served) >= 5


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.booleans()), max_size=60))
def test_every_job_is_served_exactly_once_unless_taken_out(steps: list[tuple[str, int, bool]]) -> None:
    queue = WaitingQueue()
    expected = set()
    for n, (user, priority, keep) in enumerate(steps):
        name = f"job{n}"
        queue.add(job(name, user_id=user, priority=priority, submitted=float(n)))
        if keep:
            expected.add(name)
        else:
            queue.discard(name)
        assert len(queue) == len(expected)
    served = drained(queue)
    assert sorted(served) == sorted(expected)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=60))
def test_no_user_is_served_twice_more_than_another_that_waits_all_the_time(users: list[str]) -> None:
    queue = WaitingQueue()
    waiting = {user: users.count(user) for user in users}
    for n, user in enumerate(users):
        queue.add(job(f"{user}-{n}", user_id=user, submitted=float(n)))
    served = dict.fromkeys(waiting, 0)
    for name in drained(queue):
        served[name[0]] += 1
        pending = [user for user in waiting if served[user] < waiting[user]]
        if len(pending) > 1:
            counts = [served[user] for user in pending]
            assert max(counts) - min(counts) <= 1


def test_a_job_that_is_made_anew_under_its_name_waits_from_then() -> None:
    queue = WaitingQueue()
    queue.add(job("1", submitted=1.0))
    queue.add(job("2", submitted=2.0))
    queue.discard("1")
    queue.add(job("1", submitted=3.0))
    assert drained(queue) == ["2", "1"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2), st.booleans()), max_size=60))
def test_looking_at_the_next_job_changes_no_order(steps: list[tuple[str, int, bool]]) -> None:
    looked, untouched = WaitingQueue(), WaitingQueue()
    for n, (user, priority, keep) in enumerate(steps):
        for queue in (looked, untouched):
            queue.add(job(f"job{n}", user_id=user, priority=priority, submitted=float(n)))
            if not keep:
                queue.discard(f"job{n}")
    order = []
    while (name := looked.peek()) is not None:
        assert looked.peek() == looked.pop() == name
        order.append(name)
    assert order == drained(untouched)
