"""Benchmarks of the running system, each beside its baseline, all in one run: `make bench`.

a, b  bare Playwright on this machine, a context a job and a page reused, one and several at once
c     POST to done with upload, in turn with (a) and (b)        d  the same for a client that polls every 3 s
e     1 to 16 clients on 1 and 2 renderers                      f  cold: pool at zero, no page cache, unused pod
g     a burst of 200                                            h  control path, with renderers that print nothing
i     POST to done with no other and with 10,000 live jobs      idle  what it costs when nobody wants anything
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import part_bare, part_cold, part_latency, part_live, part_load, part_trace
from bench.bars import check
from bench.figures import Rows, median_of
from bench.report import markdown
from bench.sample import sample
from bench.testbed import Testbed
from cluster.paths import CHECKOUT
from cluster.progress import Failed, say

_QUICK_SCALE = 0.2
# No bar asks for them.
_ONCE = ("idle", "d", "g", "t")
_OUT = CHECKOUT / "out" / "bench.json"


async def _bare(testbed: Testbed) -> Rows:
    return await part_bare.measure(testbed.sample, testbed.release.paths, scale=testbed.scale)


# In an order in which the release has to be settled anew least often.
PARTS: dict[str, Callable[[Testbed], Awaitable[Rows]]] = {
    "a": _bare,
    "b": _bare,
    "c": part_latency.measure_export,
    "idle": part_load.measure_idle,
    "i": part_live.measure,
    "e": part_load.measure_throughput,
    "h": part_load.measure_control,
    "d": part_latency.measure_polled,
    "g": part_load.measure_burst,
    "f": part_cold.measure,
    "t": part_trace.measure,
}


def main() -> int:
    """Measure, print the tables, and write out/bench.json and out/bench.md; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", type=_parts, default=list(PARTS), help="parts, as c,e")
    parser.add_argument("--runs", type=int, help="runs, of which medians are taken (default 3, quick 1)")
    parser.add_argument("--quick", action="store_true", help="a fifth of the jobs and of the time")
    parser.add_argument("--out", type=Path, default=_OUT, help="the file of the figures")
    options = parser.parse_args()
    runs = options.runs or (1 if options.quick else 3)
    try:
        testbed = Testbed(sample(), scale=_QUICK_SCALE if options.quick else 1.0)
        save = partial(report, series=testbed.series, out=options.out, quick=options.quick)
        return asyncio.run(measure(testbed, options.only, runs, save))
    except Failed as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1


async def measure(testbed: Testbed, parts: list[str], runs: int, save: Callable[[list[Rows]], int]) -> int:
    """Each run has all parts once: what the machine does in between falls on all of them. What was measured so far is
    saved after each; the last one's answer is returned."""
    needs_release = any(PARTS[part] is not _bare for part in parts)
    if needs_release:
        testbed.up()
    measured: list[Rows] = []
    status = 1
    try:
        for run in range(runs):
            found: Rows = {}
            for part in {PARTS[part]: part for part in parts}.values():
                if part in _ONCE and run < runs - 1:
                    continue
                say(f"run {run + 1} of {runs}, part {part}")
                found |= await PARTS[part](testbed)
            measured.append(found)
            status = save(measured)
    finally:
        if needs_release:
            say("restoring the release")
            testbed.restore()
    return status


def report(measured: list[Rows], *, series: dict[str, dict[str, list[float]]], out: Path, quick: bool) -> int:
    """Write the figures and print them; the exit status."""
    median = median_of(measured)
    bars = check(median)
    result = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "machine": machine(),
        "quick": quick,
        "runs": measured,
        "median": median,
        "series": series,
        "bars": [
            {"what": bar.what, "measured": bar.measured, "limit": bar.limit, "passed": bar.passed} for bar in bars
        ],
    }
    text = markdown(result, bars)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1))
    out.with_suffix(".md").write_text(text)
    print(f"\n{text}\nfigures: {out}, tables: {out.with_suffix('.md')}")
    return 0 if all(bar.passed for bar in bars) else 1


def machine() -> dict[str, str | int]:
    """What the figures were measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpus": len(os.sched_getaffinity(0)), "cpu": model, "memory_gib": round(pages / 2**30)}


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


def _parts(text: str) -> list[str]:
    wanted = [part.strip() for part in text.split(",")]
    if unknown := [part for part in wanted if part not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return [part for part in PARTS if part in wanted]


if __name__ == "__main__":
    sys.exit(main())
