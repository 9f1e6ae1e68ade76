"""A load that goes on: measured once as many jobs are deleted as are created, so that each job's whole cost counts."""

from __future__ import annotations

from bench.client import Client
from bench.figures import Figures, spread, under
from bench.meter import cost
from bench.testbed import TTL_SECONDS, Testbed


async def steady(testbed: Testbed, client: Client, *, clients: int, seconds: float) -> Figures:
    """So many clients, one job after another each: their times, jobs a second, the jobs' own steps and their cost."""
    await client.closed_loop(clients=clients, seconds=TTL_SECONDS + 1)
    before = testbed.meter.before()
    load = await client.closed_loop(clients=clients, seconds=testbed.seconds(seconds))
    after = testbed.meter.after()
    return {
        **spread(load.milliseconds),
        "jobs_per_second": load.jobs_per_second,
        **steps(testbed, load.job_ids),
        **cost(before, after, len(load.milliseconds)),
    }


def steps(testbed: Testbed, job_ids: list[str]) -> Figures:
    """The median of each step, from the timings in the jobs' status."""
    return under(
        "step_p50_ms",
        {step.removesuffix("Ms"): spread(values)["p50_ms"] for step, values in testbed.timings(job_ids).items()},
    )
