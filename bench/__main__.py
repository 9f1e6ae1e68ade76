"""POST to done, one job after another, beside the bare print of the same document on a hot page.

Both are measured in turn, job by job, so that what else happens on the machine falls on both. The bare print
runs on this machine's Chromium, filling included, finishing and upload left out: the floor for any service.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from bench import chromium
from cluster.demo import JOBS, release
from cluster.paths import CHECKOUT
from cluster.progress import Failed
from cluster.release import ensure
from crds.options import Options
from crds.resume import validate_cv
from renderer.browser import Printer
from renderer.fill import Templates

_CV = CHECKOUT / "tests" / "data" / "cv-two-pages.json"
_WARM_UP = 10
_SETTLE_SECONDS = 20.0


def main() -> int:
    """Measure and print a table; the figures also go to out/bench.json."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--jobs", type=int, default=100, help="measured jobs (default 100)")
    options = parser.parse_args()
    try:
        demo = release()
        # One pod does all the jobs, so that its memory is that after all of them.
        ensure(demo, values=["pool.minWarm=1", "pool.max=1", "pool.jobsPerPod=100000"])
        figures = asyncio.run(measure(demo.url("api"), options.jobs))
        memory = idle_memory()
    except Failed as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    report(figures, memory)
    return 0


async def measure(api_url: str, jobs: int) -> dict[str, list[float]]:
    """Milliseconds of each job and of each bare print, and of the job's own steps."""
    cv = json.loads(_CV.read_text())
    templates = Templates([CHECKOUT / "templates"])
    printer = Printer(chromium())
    await printer.start()
    figures: dict[str, list[float]] = {"POST to done": [], "bare print": []}
    job_ids: list[str] = []
    try:
        async with httpx.AsyncClient(base_url=api_url, timeout=40) as http:
            for n in range(-_WARM_UP, jobs):
                began = time.perf_counter()
                job_id = await _export(http, cv)
                exported = time.perf_counter()
                await printer.print(templates.fill("modern", validate_cv(cv), Options()).html)
                printed = time.perf_counter()
                if n >= 0:
                    figures["POST to done"].append((exported - began) * 1000)
                    figures["bare print"].append((printed - exported) * 1000)
                    job_ids.append(job_id)
    finally:
        await printer.stop()
    for timings in _timings(job_ids):
        for name, milliseconds in timings.items():
            figures.setdefault(name, []).append(milliseconds)
    return figures


async def _export(http: httpx.AsyncClient, cv: dict[str, Any]) -> str:
    body = {"resumeId": 1, "templateId": "modern", "cvData": cv, "fileName": "bench"}
    created = await http.post(JOBS, json=body)
    created.raise_for_status()
    job_id = str(created.json()["jobId"])
    answer = (await http.get(f"{JOBS}/{job_id}", params={"wait": "30"})).json()
    if answer["status"] != "done":
        raise Failed(f"job {job_id} ended with {answer}")
    return job_id


def _timings(job_ids: list[str]) -> list[dict[str, float]]:
    """status.timings of the jobs that have not expired yet."""
    items = json.loads(release().kubectl("get", "pej", "-o", "json"))["items"]
    return [item["status"]["timings"] for item in items if item["metadata"]["name"] in set(job_ids)]


def idle_memory() -> dict[str, float]:
    """MiB of working set, as the kubelet tells it, of each pod of the release once it is idle."""
    settled = time.time() + _SETTLE_SECONDS
    node = release().kubectl("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}")
    while True:
        summary = json.loads(release().kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/stats/summary"))
        pods = [pod for pod in summary["pods"] if pod["podRef"]["namespace"] == release().namespace]
        if pods and all(datetime.fromisoformat(pod["memory"]["time"]).timestamp() > settled for pod in pods):
            return {pod["podRef"]["name"]: round(pod["memory"]["workingSetBytes"] / 2**20, 1) for pod in pods}
        if time.time() > settled + 60:
            raise Failed("the kubelet told no memory of the release's pods")
        time.sleep(1)


def report(figures: dict[str, list[float]], memory: dict[str, float]) -> None:
    """Print percentiles in milliseconds, the ratio of the medians, and the pods' memory."""
    print(f"\n{'':14} {'p50':>8} {'p95':>8} {'p99':>8}   ms, {len(figures['bare print'])} jobs one after another")
    table = {}
    for name, values in figures.items():
        table[name] = {f"p{p}": round(_percentile(values, p), 1) for p in (50, 95, 99)}
        print(f"{name:14} " + " ".join(f"{table[name][p]:8.1f}" for p in ("p50", "p95", "p99")))
    ratio = table["POST to done"]["p50"] / table["bare print"]["p50"]
    print(f"\nPOST to done / bare print, at the median: {ratio:.2f}\n")
    for pod, mebibytes in memory.items():
        print(f"{mebibytes:7.1f} MiB  working set of {pod}, idle for {_SETTLE_SECONDS:.0f} s after the jobs")
    out = CHECKOUT / "out" / "bench.json"
    out.parent.mkdir(exist_ok=True)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    result = {
        "when": when,
        "machine": platform.machine(),
        "milliseconds": table,
        "ratio": round(ratio, 3),
        "idle_mebibytes": memory,
    }
    out.write_text(json.dumps(result, indent=1))
    print(f"figures: {out.relative_to(CHECKOUT)}")


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    sys.exit(main())
