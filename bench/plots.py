"""The figures as plots: which points each plot shows, and matplotlib that draws them as SVG."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import rows
from bench.figures import Figures, Rows, best, group
from bench.meter import STAND_INS
from cluster.progress import Failed

_LOAD = re.compile(r"e pods: (\d+), clients: (\d+)")
_LATENCIES = (
    rows.REUSED_PAGE,
    rows.CONTEXT_A_JOB,
    rows.POST_TO_DONE,
    rows.UNUSED,
    rows.NO_OTHER_JOBS,
    rows.MANY_LIVE_JOBS,
)
# Reproducible files, text as text, readable on any page.
_STYLE = {
    "svg.hashsalt": "pdf-export",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
_OTHERS_BELOW_MS = 0.5


def latency_bars(figures: Rows) -> list[tuple[str, float, float, float]]:
    """Case, p50, p95, p99 in milliseconds, the first to be drawn at the top."""
    return [
        (row, figures[row]["p50_ms"], figures[row]["p95_ms"], figures[row]["p99_ms"])
        for row in _LATENCIES
        if row in figures
    ]


def throughput_lines(figures: Rows) -> dict[int, list[tuple[int, float]]]:
    """By number of renderers: clients and jobs a second."""
    lines: dict[int, list[tuple[int, float]]] = {}
    for row, found in figures.items():
        if match := _LOAD.fullmatch(row):
            lines.setdefault(int(match[1]), []).append((int(match[2]), found["jobs_per_second"]))
    return {pods: sorted(points) for pods, points in sorted(lines.items())}


def references(figures: Rows) -> list[tuple[str, float]]:
    """What the lines are compared with, jobs a second."""
    _, contexts = best(figures, "a contexts")
    found = [("(a) a context a job, best", contexts)]
    found += [
        (f"(b) a page reused, pages: {n}", figures.get(rows.pages(n), {}).get("jobs_per_second", 0.0)) for n in (1, 2)
    ]
    return [(name, jobs) for name, jobs in found if jobs]


def cpu_stacks(figures: Rows) -> tuple[list[str], dict[str, list[float]]]:
    """Cases, and by process its CPU milliseconds a job in each; what is little is put together."""
    most_loaded = [best(figures, beginning)[0] for beginning in ("e pods: 1", "e pods: 2", "h ")]
    cases = [row for row in (rows.ONE_AT_A_TIME, *most_loaded) if row in figures]
    shares = [_shares(group(figures[case], "cpu_ms_per_job")) for case in cases]
    roles = sorted(
        {role for share in shares for role in share}, key=lambda role: -max(s.get(role, 0.0) for s in shares)
    )
    return cases, {role: [share.get(role, 0.0) for share in shares] for role in roles}


def _shares(cpu: Figures) -> Figures:
    counted = {role: ms for role, ms in cpu.items() if role not in STAND_INS}
    large = {role: ms for role, ms in counted.items() if ms >= _OTHERS_BELOW_MS}
    return {**large, "others": sum(counted.values()) - sum(large.values())}


def draw(figures: Rows, series: Mapping[str, Mapping[str, Sequence[float]]], folder: Path) -> list[Path]:
    """Write the plots for which there are figures; their files."""
    try:
        pyplot: Any = importlib.import_module("matplotlib.pyplot")
    except ImportError as e:
        # It is no part of the tests' environment: nothing else needs it.
        raise Failed("plots need matplotlib: make bench-publish") from e
    pyplot.switch_backend("svg")
    plots: dict[str, Callable[[], Any]] = {
        "latency": lambda: _draw_latency(pyplot, latency_bars(figures)),
        "throughput": lambda: _draw_throughput(pyplot, throughput_lines(figures), references(figures)),
        "cpu": lambda: _draw_cpu(pyplot, *cpu_stacks(figures)),
        "trace": lambda: _draw_trace(pyplot, series.get("trace", {})),
    }
    written: list[Path] = []
    with pyplot.rc_context(_STYLE):
        for name, plot in plots.items():
            if (figure := plot()) is not None:
                path = folder / f"performance-{name}.svg"
                figure.savefig(path, bbox_inches="tight", metadata={"Date": None, "Creator": None})
                pyplot.close(figure)
                written.append(path)
    return written


def _draw_latency(pyplot: Any, bars: Sequence[tuple[str, float, float, float]]) -> Any:
    if not bars:
        return None
    figure, axes = pyplot.subplots(figsize=(8, 0.5 * len(bars) + 1))
    names = [name for name, *_ in bars]
    axes.barh(names, [p50 for _, p50, _, _ in bars], color="#0b5a70", height=0.6, label="p50")
    for marker, index, label in (("|", 2, "p95"), ("x", 3, "p99")):
        axes.plot([bar[index] for bar in bars], names, marker, color="#b3541e", markersize=9, label=label)
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("milliseconds")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_throughput(
    pyplot: Any, lines: Mapping[int, Sequence[tuple[int, float]]], references: Sequence[tuple[str, float]]
) -> Any:
    if not lines:
        return None
    figure, axes = pyplot.subplots(figsize=(8, 4))
    for (pods, points), color in zip(lines.items(), ("#0b5a70", "#b3541e", "#4c7a34"), strict=False):
        clients, jobs = zip(*points, strict=True)
        axes.plot(clients, jobs, "o-", color=color, label=f"(e) renderers: {pods}")
    for (name, jobs_per_second), dashes in zip(references, (":", "-.", "--"), strict=False):
        axes.axhline(jobs_per_second, color="#666666", linestyle=dashes, label=name)
    axes.set_xscale("log", base=2)
    axes.set_xticks([clients for clients, _ in next(iter(lines.values()))])
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("clients at once")
    axes.set_ylabel("jobs a second")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_cpu(pyplot: Any, cases: Sequence[str], stacks: Mapping[str, Sequence[float]]) -> Any:
    if not cases:
        return None
    figure, axes = pyplot.subplots(figsize=(8, 0.6 * len(cases) + 1))
    left = [0.0] * len(cases)
    colors = pyplot.get_cmap("tab20").colors
    for (role, values), color in zip(stacks.items(), colors, strict=False):
        axes.barh(cases, values, left=left, color=color, height=0.6, label=role)
        left = [before + value for before, value in zip(left, values, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("CPU milliseconds a job")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return figure


def _draw_trace(pyplot: Any, series: Mapping[str, Sequence[float]]) -> Any:
    if not series:
        return None
    figure, (load, queue, pods) = pyplot.subplots(3, 1, figsize=(8, 6), sharex=True)
    at = series["ordered_at_s"]
    load.hist(at, bins=range(int(max(at)) + 2), color="#0b5a70")
    load.set_ylabel("jobs ordered\na second")
    queue.plot(at, [ms / 1000 for ms in series["queue_ms"]], ".", color="#b3541e", markersize=3)
    queue.set_ylabel("queue time, s")
    for name, label, color in (("pods", "there", "#bbbbbb"), ("pods_ready", "ready", "#0b5a70")):
        pods.step(series["pods_at_s"], series[name], where="post", color=color, label=label)
    pods.set_ylabel("renderers")
    pods.set_yticks(range(int(max(series["pods"])) + 1))
    pods.set_xlabel("seconds")
    pods.legend(loc="upper left")
    return figure
