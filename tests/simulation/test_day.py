"""Some minutes of a busy day: what the decisions make of them, and what they cost."""

from __future__ import annotations

import pytest

from controller.state.limits import Limits
from crds.job import Phase
from tests.simulation.day import Day, percentiles, report, simulate
from tests.simulation.pool import Delays

HOUR = 3600.0


@pytest.fixture(scope="module")
def morning() -> Day:
    """Four minutes before noon at 20 jobs/s in the day's mean, for up to 100 renderers, from none."""
    return simulate(
        begin=11.5 * HOUR,
        end=11.5 * HOUR + 240,
        mean=20.0,
        limits=Limits(min_warm=5, max_pods=100, launch_batch=20),
        delays=Delays(service=2.0, renderer_life=2000.0),
        seed=1,
        parts=4,
    )


def test_every_job_of_a_busy_morning_is_done_and_waits_no_longer_than_a_renderer_takes_to_start(morning: Day) -> None:
    day = morning
    pool = day.pool
    assert day.jobs > 5000
    assert pool.ended == {Phase.DONE: day.jobs}, "renderers that die cost attempts, not jobs"
    assert (pool.live_jobs, pool.expired_early) == (0, 0)
    for span in day.spans[1:]:
        p50, p95, _, _ = span.queue
        assert p50 < 0.05
        assert p95 < 5.0
        assert span.pods[1] <= 100


def test_a_job_costs_four_writes(morning: Day) -> None:
    calls, jobs = morning.pool.calls, morning.jobs
    hot = sum(calls[kind] for kind in ("api: create job", "controller: assign job", "renderer: end job"))
    assert hot + calls["controller: delete job"] <= 4.02 * jobs, "a few more for the jobs of renderers that died"
    assert calls["controller: create pod"] < jobs / 20


def test_the_report_has_a_line_for_each_part_of_the_day(morning: Day) -> None:
    text = report(morning)
    assert text.count("\n11:3") == len(morning.spans)
    assert "controller: assign job" in text


def test_percentiles_of_nothing_are_zeros() -> None:
    assert percentiles([]) == (0.0, 0.0, 0.0, 0.0)
    assert percentiles([3.0, 1.0, 2.0]) == (2.0, 2.0, 2.0, 3.0)
