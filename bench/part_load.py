"""Parts e, g and h: many clients at once, a burst, and the control path without anything that prints."""

from __future__ import annotations

import asyncio
import time

from bench import rows
from bench.bare import timed
from bench.client import Client
from bench.figures import Figures, Rows, spread, under
from bench.meter import cost
from bench.steady import steady
from bench.testbed import Testbed

_CLIENTS = (1, 2, 4, 8, 16)
_BURST = 200
_CONTROL_CLIENTS = (8, 16, 32)
# Renderers that print nothing take a job in no time: these slots are never all taken.
_CONTROL_SLOTS = 16


async def measure_throughput(testbed: Testbed) -> Rows:
    """(e): 1 to 16 clients with 1 and 2 renderers."""
    found: Rows = {}
    for pods in (1, 2):
        testbed.settle(pods)
        async with Client(testbed.api_url(), testbed.sample.body) as client:
            for clients in _CLIENTS:
                found[rows.load(pods, clients)] = await steady(testbed, client, clients=clients, seconds=4)
    return found


async def measure_burst(testbed: Testbed) -> Rows:
    """(g): many jobs ordered at the same moment, of a pool of one renderer that may become two."""
    # The jobs must outlive the burst.
    testbed.settle(1, pool_max=2, pool_idleSeconds=5, jobs_ttlSeconds=60)
    jobs = testbed.count(_BURST)
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        for _ in range(10):
            await client.export()
        before = testbed.meter.before()
        began = time.perf_counter()
        job_ids = await asyncio.gather(*(client.post() for _ in range(jobs)))
        accepted = time.perf_counter() - began
        times = await asyncio.gather(*(_since(began, client, job_id) for job_id in job_ids))
        elapsed = time.perf_counter() - began
        after = testbed.meter.after()
    queued: Figures = spread(testbed.timings(job_ids).get("queueMs", []))
    return {
        rows.BURST: {
            **spread(times),
            "jobs_per_second": jobs / elapsed,
            "all_accepted_ms": accepted * 1000,
            "last_done_ms": elapsed * 1000,
            **under("queue", queued),
            **cost(before, after, jobs),
        }
    }


async def _since(began: float, client: Client, job_id: str) -> float:
    await client.done(job_id)
    return (time.perf_counter() - began) * 1000


async def measure_control(testbed: Testbed) -> Rows:
    """(h): jobs a second when nothing is printed."""
    found: Rows = {}
    testbed.settle(2, idle_renderers=True, pool_slotsPerPod=_CONTROL_SLOTS)
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        for clients in _CONTROL_CLIENTS:
            found[rows.control(clients)] = await steady(testbed, client, clients=clients, seconds=6)
    return found


async def measure_idle(testbed: Testbed) -> Rows:
    """What it all costs when nobody wants anything, with one warm renderer that has had jobs."""
    testbed.settle(1)
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        await timed(client.export)
        await client.closed_loop(clients=2, seconds=5)
    await asyncio.sleep(testbed.seconds(10))
    before = testbed.meter.before()
    await asyncio.sleep(testbed.seconds(15))
    after = testbed.meter.after()
    seconds = after.at - before.at
    figures = cost(before, after, 1)
    renamed = {
        name.replace("_per_job", "_per_second"): value / seconds if "_per_job" in name else value
        for name, value in figures.items()
    }
    return {rows.IDLE: renamed}
