"""Which jobs have expired, found without looking at all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from controller.state.expiries import Expiries


@given(st.lists(st.integers(0, 20)), st.integers(0, 20))
def test_what_is_due_is_found_in_order_and_stays_until_it_is_taken(times: list[int], now: int) -> None:
    # Given expiries, some of them in the past.
    expiries = Expiries()
    for n, time in enumerate(times):
        expiries.add(time, f"job-{n}", f"uid-{n}")

    # When the due ones are read, twice.
    due = expiries.due(now)
    again = expiries.due(now)

    # Then both times they are all that are due, the earliest first; once taken, they are due no more.
    assert due == again == sorted(due)
    assert [time for time, _, _ in due] == sorted(time for time in times if time <= now)
    expiries.take(len(due))
    assert expiries.due(now) == []
    assert len(expiries.due(100)) == len(times) - len(due)
