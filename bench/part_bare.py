"""Parts a and b in parallel: what a plain renderer gets done a second, with contexts and with pages side by side."""

from __future__ import annotations

import asyncio
import time

from bench import processes, rows
from bench.bare import Bare, NewContext, reused_page, throughput, warmed
from bench.figures import Figures, Rows, spread, under
from bench.sample import Sample
from cluster.paths import Paths

_SECONDS = 4.0


async def measure(sample: Sample, paths: Paths, *, scale: float) -> Rows:
    """Rows of 1, 2 and 4 contexts at once in one browser, and of 1 and 2 browsers with one page each."""
    found: Rows = {}
    seconds = max(_SECONDS * scale, 2.0)
    for lanes in (1, 2, 4):
        browser = NewContext()
        found[rows.contexts(lanes)] = await _measure([browser], [browser] * lanes, sample, paths, seconds)
    for lanes in (1, 2):
        printers = [reused_page() for _ in range(lanes)]
        found[rows.pages(lanes)] = await _measure(printers, printers, sample, paths, seconds)
    return found


async def _measure(browsers: list[Bare], lanes: list[Bare], sample: Sample, paths: Paths, seconds: float) -> Figures:
    try:
        pages = await asyncio.gather(*(warmed(browser, sample.html) for browser in browsers))
        began, before = time.monotonic(), processes.read(paths, {})
        times, per_second = await throughput(lanes, sample.html, seconds=seconds)
        after, elapsed = processes.read(paths, {}), time.monotonic() - began
    finally:
        await asyncio.gather(*(browser.stop() for browser in browsers))
    cpu = processes.cpu_by_role(before, after)
    bare = {role: ms / len(times) for role, ms in cpu.items() if role in ("bare driver", "bare chromium")}
    bare["load generator"] = cpu["load generator"] / len(times)
    return {
        **spread(times),
        "jobs_per_second": per_second,
        "pages": pages[0],
        "seconds": elapsed,
        **under("cpu_ms_per_job", bare),
    }
