"""What the service promises about its speed, checked against measured figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench import rows
from bench.figures import Rows, best, group
from bench.meter import export_cpu

_NEEDED_JOBS_PER_SECOND = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: `measured` is to be at most `limit`, or with `at_least` at least that."""

    what: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def passed(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def check(figures: Rows) -> list[Bar]:
    """The bars whose cases were measured."""
    return [*_latency(figures), *_throughput(figures), *_cold(figures), *_control(figures), *_rest(figures)]


def _latency(figures: Rows) -> Iterator[Bar]:
    bare, done = figures.get(rows.CONTEXT_A_JOB), figures.get(rows.POST_TO_DONE)
    if bare and done:
        yield Bar("1. (c) p50 / (a) p50", done["p50_ms"] / bare["p50_ms"], 1.5)
        yield Bar("1. (c) p50", done["p50_ms"], 100, "ms")
        yield Bar("1. (c) p99 / (c) p50", done["p99_ms"] / done["p50_ms"], 3)
    downloaded = figures.get(rows.POST_TO_BYTES)
    if done and downloaded:
        yield Bar("1. (c) with Prefer: wait, downloaded, p50 / (c) p50", downloaded["p50_ms"] / done["p50_ms"], 1.15)


def _throughput(figures: Rows) -> Iterator[Bar]:
    _, contexts = best(figures, "a contexts")
    row, jobs_per_second = best(figures, "e ")
    if not contexts or not row:
        return
    yield Bar(f"2. best jobs/s ({row}) / (a)'s best", jobs_per_second / contexts, 1.2, at_least=True)
    for pods in (1, 2):
        page = figures.get(rows.pages(pods))
        row, jobs_per_second = best(figures, f"e pods: {pods},")
        if page and row:
            what = f"2. best jobs/s ({row}) / (b)'s, pages: {pods}"
            yield Bar(what, jobs_per_second / page["jobs_per_second"], 0.35, at_least=True)


def _cold(figures: Rows) -> Iterator[Bar]:
    for row in (rows.COLD, rows.COLD_NO_CACHE):
        if cold := figures.get(row):
            yield Bar(f"3. {row} p50", cold["p50_ms"] / 1000, 4, "s")
    unused, done = figures.get(rows.UNUSED), figures.get(rows.POST_TO_DONE)
    if unused and done:
        yield Bar("3. first job of a warm pod, p50 / (c) p50", unused["p50_ms"] / done["p50_ms"], 2)


def _control(figures: Rows) -> Iterator[Bar]:
    row, jobs_per_second = best(figures, "h ")
    if row:
        yield Bar(f"4. jobs/s ({row})", jobs_per_second, _NEEDED_JOBS_PER_SECOND, at_least=True)
        yield Bar(f"4. API-server writes a job ({row})", round(figures[row]["writes_per_job"], 1), 4)


def _rest(figures: Rows) -> Iterator[Bar]:
    alone, many = figures.get(rows.NO_OTHER_JOBS), figures.get(rows.MANY_LIVE_JOBS)
    if alone and many:
        what = f"5. (c) p50 with {many['live_jobs']:,.0f} live jobs / without"
        yield Bar(what, many["p50_ms"] / alone["p50_ms"], 1.2)
    row, _ = best(figures, "e ")
    for name in (rows.ONE_AT_A_TIME, row):
        if name in figures:
            chromium, others = export_cpu(group(figures[name], "cpu_ms_per_job"))
            yield Bar(f"6. CPU of all but Chromium / Chromium's ({name})", others / chromium, 1.5)
