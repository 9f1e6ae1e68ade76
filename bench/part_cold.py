"""Part f: the first job after a pause: no renderer there, nothing of it in the page cache, or one that is new."""

from __future__ import annotations

import os
from pathlib import Path

from bench import rows
from bench.bare import timed
from bench.client import Client
from bench.figures import Figures, Rows, spread
from bench.steady import steps
from bench.testbed import Testbed

_STARTS = 3
_UNUSED = 4
_DROP_CACHES = Path("/proc/sys/vm/drop_caches")


async def measure(testbed: Testbed) -> Rows:
    """POST to done with a pool at zero, the same on a node without page cache, and on a warm pod never used."""
    testbed.settle(0, jobs_ttlSeconds=30)
    found: Rows = {
        rows.COLD: await _starts(testbed, without_cache=False),
        rows.COLD_NO_CACHE: await _starts(testbed, without_cache=True),
    }
    testbed.settle(1, jobs_ttlSeconds=30)
    found[rows.UNUSED] = await _unused(testbed)
    return found


async def _starts(testbed: Testbed, *, without_cache: bool) -> Figures:
    times: list[float] = []
    job_ids: list[str] = []
    for _ in range(testbed.count(_STARTS)):
        testbed.wait_for_renderers(0)
        if without_cache:
            drop_page_cache()
        times.append(await _first_export(testbed, job_ids))
    return spread(times) | steps(testbed, job_ids[-1:])


async def _unused(testbed: Testbed) -> Figures:
    times: list[float] = []
    job_ids: list[str] = []
    for _ in range(testbed.count(_UNUSED)):
        [pod] = testbed.wait_for_renderers(1)
        testbed.release.kubectl("delete", "pod", pod)
        testbed.wait_for_renderers(1)
        times.append(await _first_export(testbed, job_ids))
    return spread(times) | steps(testbed, job_ids[-1:])


async def _first_export(testbed: Testbed, job_ids: list[str]) -> float:
    """Milliseconds, from a client whose connection stands already: it is none of the start."""
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        await client.get("00000000-0000-4000-8000-000000000000")

        async def export() -> None:
            job_ids.append(await client.export())

        return await timed(export)


def drop_page_cache() -> None:
    """Let the kernel forget every file that it can read again."""
    os.sync()
    _DROP_CACHES.write_text("3\n")
