"""Part t: a load that changes, and how the pool follows it: steps, a spike, and a day in half a minute."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import rows
from bench.bare import timed
from bench.client import Client
from bench.figures import Rows, spread, under
from bench.testbed import Testbed, is_ready
from cluster.progress import say
from kube.client import KubeClient

_SAMPLE_SECONDS = 0.25
_SPIKE = 60
_DAY_SECONDS = 40.0
_DAY_PEAK = 14.0
# (from second, jobs a second)
_STEPS = ((0.0, 0.0), (3.0, 3.0), (18.0, 10.0), (33.0, 0.0), (65.0, -1.0))
_SPIKE_AT = 48.0
_DAY_AT = 65.0


@dataclass(slots=True)
class _Seen:
    """What was seen of the pods, second by second."""

    at: list[float] = field(default_factory=list)
    ready: list[float] = field(default_factory=list)
    all: list[float] = field(default_factory=list)


def rate(second: float) -> float:
    """Jobs a second that are ordered at this time of the trace, the spike left out."""
    if second >= _DAY_AT:
        hour = (second - _DAY_AT) / _DAY_SECONDS
        return _DAY_PEAK * math.sin(math.pi * hour) ** 2 if hour < 1 else 0.0
    return next(jobs for since, jobs in reversed(_STEPS) if second >= since)


def arrivals(speed: float = 1.0) -> list[float]:
    """When each job is ordered, in seconds from the beginning; `speed` 2 makes half as many in half the time."""
    ordered = [_SPIKE_AT / speed] * round(_SPIKE / speed)
    due, step = 0.0, 0.01
    for n in range(round((_DAY_AT + _DAY_SECONDS) / step)):
        due += rate(n * step) * step / speed
        while due >= 1:
            due -= 1
            ordered.append(n * step / speed)
    return sorted(ordered)


async def measure(testbed: Testbed) -> Rows:
    """From a pool at zero that may have two renderers, and goes back to zero when it is idle for five seconds."""
    testbed.settle(0, pool_max=2, pool_idleSeconds=5, jobs_ttlSeconds=300)
    kube = await KubeClient.connect()
    seen = _Seen()
    began = time.monotonic()
    watching = asyncio.create_task(_watch_pods(kube, testbed, seen, began))
    try:
        async with Client(testbed.api_url(), testbed.sample.body) as client:
            ordered = arrivals(1.0 if testbed.scale >= 1 else 2.0)
            say(f"ordering {len(ordered)} jobs in {ordered[-1]:.0f} s")
            jobs = await asyncio.gather(*(_order(client, at, began) for at in ordered))
        await asyncio.sleep(10)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await kube.close()
    statuses = testbed.jobs(job_id for _, job_id, _ in jobs)
    queued = [statuses[job_id]["timings"]["queueMs"] for _, job_id, _ in jobs]
    testbed.series["trace"] = {
        "ordered_at_s": [at for at, _, _ in jobs],
        "queue_ms": queued,
        "done_ms": [milliseconds for _, _, milliseconds in jobs],
        "pods_at_s": seen.at,
        "pods_ready": seen.ready,
        "pods": seen.all,
    }
    return {
        rows.TRACE: {
            **spread([milliseconds for _, _, milliseconds in jobs]),
            **under("queue", spread(queued)),
            "pods_at_most": max(seen.all),
            "pod_seconds": pod_seconds(seen.at, seen.all),
        }
    }


def pod_seconds(at: Sequence[float], pods: Sequence[float]) -> float:
    """How long pods were there in all: each number of pods counts until the next is seen."""
    return sum(count * (after - before) for count, before, after in zip(pods, at, at[1:], strict=False))


async def _order(client: Client, at: float, began: float) -> tuple[float, str, float]:
    """Order a job at its time, whatever has become of the others: when it was, its jobId, milliseconds to done."""
    await asyncio.sleep(max(began + at - time.monotonic(), 0.0))
    when, job_ids = time.monotonic() - began, []

    async def export() -> None:
        job_ids.append(await client.export())

    milliseconds = await timed(export)
    return when, job_ids[0], milliseconds


async def _watch_pods(kube: KubeClient, testbed: Testbed, seen: _Seen, began: float) -> None:
    path = f"/api/v1/namespaces/{testbed.release.namespace}/pods"
    while True:
        items, _ = await kube.list(path, query={"labelSelector": "app.kubernetes.io/component=renderer"})
        seen.at.append(time.monotonic() - began)
        seen.all.append(len(items))
        seen.ready.append(sum(is_ready(item) for item in items))
        await asyncio.sleep(_SAMPLE_SECONDS)
