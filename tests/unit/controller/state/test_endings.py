"""Each job that ends is counted once, with its outcome and the time from its request."""

from __future__ import annotations

import pytest

from controller.state.endings import Ending
from crds.job import Phase
from tests.unit.builders import NOW, World, job, newer


def test_an_end_is_reported_once() -> None:
    # Given a job that was requested 3 s before its end.
    world = World()
    waits = job("a", submitted=NOW - 1)
    world.see(waits)

    # When it is done, and seen twice so, and deleted later.
    done = newer(waits, phase=Phase.DONE, completed=NOW + 2)
    world.see(done, done, newer(done))
    world.state.forget_job("a", done.uid, NOW + 600)

    # Then there is one ending, and none remains after it was taken.
    assert world.state.take_endings() == [Ending("Done", 3.0)]
    assert world.state.take_endings() == []


def test_an_error_has_its_code() -> None:
    world = World()
    waits = job("a")
    world.see(waits, newer(waits, phase=Phase.ERROR, completed=NOW + 60, error_code="Timeout"))
    assert world.state.take_endings() == [Ending("Timeout", 60.0)]


def test_a_job_that_had_ended_when_it_was_first_seen_is_not_counted() -> None:
    world = World()
    world.see(job("a", phase=Phase.DONE, completed=NOW))
    world.state.forget_job("a", "uid-a", NOW)
    assert world.state.take_endings() == []


@pytest.mark.parametrize(("after", "outcome"), [(10.0, "Cancelled"), (600.0, "Expired")])
def test_a_deleted_job_was_cancelled_or_not_served_in_time(after: float, outcome: str) -> None:
    world = World()
    world.see(job("a", expires=NOW + 600))
    world.state.forget_job("a", "uid-a", NOW + after)
    assert world.state.take_endings() == [Ending(outcome, after)]
