"""The figures as Markdown tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from bench import rows
from bench.bars import Bar
from bench.figures import Figures, Rows, best, group
from bench.meter import STAND_INS, export_cpu

_NOTHING = "–"


def markdown(result: Mapping[str, Any], bars: Sequence[Bar]) -> str:
    """All tables of a run's medians."""
    figures: Rows = result["median"]
    machine = result["machine"]
    head = (
        f"{result['when']}, {machine['cpus']} CPUs ({machine['cpu']}), {machine['memory_gib']} GiB; "
        f"medians of {len(result['runs'])} run(s){', a quick look' if result['quick'] else ''}."
    )
    sections = {
        "Bars": _bars(bars),
        "Time and throughput": _times(figures),
        "CPU milliseconds a job, by process": _by_kind(figures, "cpu_ms_per_job", 1, total=True),
        "Requests to the API server a job": _requests(figures),
        "Steps of a job, median milliseconds": _by_kind(figures, "step_p50_ms", 1),
        "Memory at the end, MiB (shared pages split among those who share them)": _by_kind(figures, "pss_mib", 0),
        "Memory at the end, MiB (RSS)": _by_kind(figures, "rss_mib", 0),
        "Beside many live jobs": _live(figures),
        "With nothing to do, CPU milliseconds a second": _idle(figures),
    }
    return "\n\n".join([head, *(f"### {title}\n\n{text}" for title, text in sections.items() if text)]) + "\n"


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; empty without lines."""
    body = [f"| {' | '.join(line)} |" for line in lines]
    if not body:
        return ""
    return "\n".join([f"| {' | '.join(header)} |", "| --- |" + " ---: |" * (len(header) - 1), *body])


def number(value: float | None, digits: int = 1) -> str:
    """With as many digits behind the point as make sense for its size."""
    if value is None:
        return _NOTHING
    return f"{value:,.{digits if abs(value) < 1000 else 0}f}"


def _bars(bars: Sequence[Bar]) -> str:
    lines = [
        (
            bar.what,
            f"{number(bar.measured, 2)} {bar.unit}".strip(),
            f"{'≥' if bar.at_least else '≤'} {number(bar.limit, 2)} {bar.unit}".strip(),
            "pass" if bar.passed else "**FAIL**",
        )
        for bar in bars
    ]
    return table(["bar", "measured", "limit", ""], lines)


def _times(figures: Rows) -> str:
    bare = figures.get(rows.CONTEXT_A_JOB, {}).get("p50_ms")
    floor = figures.get(rows.REUSED_PAGE, {}).get("p50_ms")
    _, contexts = best(figures, "a contexts")

    def ratio(value: float | None, by: float | None) -> str:
        return f"{value / by:.2f}" if value is not None and by else _NOTHING

    lines = []
    for row, found in figures.items():
        if "p50_ms" not in found:
            continue
        p50, per_second = found["p50_ms"], found.get("jobs_per_second")
        percentiles = (number(found.get(f"p{p}_ms")) for p in (50, 95, 99))
        lines.append(
            (
                row,
                *percentiles,
                ratio(p50, bare),
                ratio(p50, floor),
                number(per_second),
                ratio(per_second, contexts),
                number(found.get("count"), 0),
            )
        )
    header = ["case", "p50 ms", "p95 ms", "p99 ms", "p50 ÷ (a)", "p50 ÷ (b)", "jobs/s", "÷ (a)'s best", "jobs"]
    return table(header, lines)


def _by_kind(figures: Rows, prefix: str, digits: int, *, total: bool = False) -> str:
    """A column for each process or step that has a part in any case."""
    grouped = {row: group(found, prefix) for row, found in figures.items() if row != rows.IDLE}
    grouped = {row: found for row, found in grouped.items() if found}
    columns = _columns(grouped.values(), least=0.5 * 10**-digits)
    ends: list[tuple[str, Callable[[Figures], str]]] = []
    if total:
        ends = [("all but stand-ins", lambda each: number(sum(export_cpu(each)), digits)), ("÷ Chromium", _share)]
    lines = [
        (row, *(number(found.get(name), digits) for name in columns), *(text(found) for _, text in ends))
        for row, found in grouped.items()
    ]
    return table(["case", *columns, *(title for title, _ in ends)], lines)


def _share(cpu: Figures) -> str:
    chromium, others = export_cpu(cpu)
    return f"{others / chromium:.2f}" if chromium else _NOTHING


def _columns(groups: Iterable[Figures], *, least: float) -> list[str]:
    """The names that have more than `least` anywhere, the greatest first, stand-ins last."""
    greatest: dict[str, float] = {}
    for found in groups:
        for name, value in found.items():
            greatest[name] = max(greatest.get(name, 0.0), value)
    names = [name for name, value in greatest.items() if value >= least]
    return sorted(names, key=lambda name: (name in STAND_INS, -greatest[name]))


def _requests(figures: Rows) -> str:
    grouped = {row: group(found, "requests_per_job") for row, found in figures.items() if row != rows.IDLE}
    grouped = {row: found for row, found in grouped.items() if found}
    columns = _columns(grouped.values(), least=0.05)
    lines = [
        (
            row,
            *(number(found.get(name), 2) for name in columns),
            number(figures[row]["writes_per_job"], 2),
            number(figures[row]["etcd_wal_bytes_per_job"] / 1000),
            number(figures[row]["etcd_disk_bytes_per_job"] / 1000),
        )
        for row, found in grouped.items()
    ]
    return table(["case", *columns, "writes", "etcd log kB", "etcd disk kB"], lines)


def _live(figures: Rows) -> str:
    alone, many = figures.get(rows.NO_OTHER_JOBS), figures.get(rows.MANY_LIVE_JOBS)
    if not alone or not many:
        return ""
    lines = [
        (f"poll, {percentile} ms", *(number(found.get(f"poll/{percentile}_ms"), 2) for found in (alone, many)))
        for percentile in ("p50", "p95", "p99")
    ]
    restart = number(many["controller_restart_ms"] / 1000, 2)
    lines.append(("controller's start to the first job done, s", _NOTHING, restart))
    return table(["what", "no other jobs", f"{many['live_jobs']:,.0f} live jobs"], lines)


def _idle(figures: Rows) -> str:
    found = group(figures.get(rows.IDLE, {}), "cpu_ms_per_second")
    lines = sorted(found.items(), key=lambda each: -each[1])
    return table(["process", "ms/s"], [(role, number(value, 2)) for role, value in lines])
