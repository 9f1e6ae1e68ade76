"""Figures of measured cases as flat numbers by name, so that runs are merged and compared whatever they hold.

A name carries its unit and, after a slash, what it is of: `p50_ms`, `cpu_ms_per_job/etcd`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Figures: TypeAlias = dict[str, float]
Rows: TypeAlias = dict[str, Figures]
"""Each measured case by its name, which begins with the letter of its part: `e 2 pods, 8 clients`."""


def percentile(values: Sequence[float], percent: int) -> float:
    """Between the two nearest values; `percent` from 1 to 99. Of a single value, that value."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float], unit: str = "ms") -> Figures:
    """p50, p95 and p99 of some values, in their unit, and how many they are."""
    if not values:
        return {"count": 0}
    return {"count": len(values), **{f"p{p}_{unit}": percentile(values, p) for p in (50, 95, 99)}}


def under(prefix: str, values: Mapping[str, float]) -> Figures:
    """The same figures as part of a group: `p50_ms` under `queue` becomes `queue/p50_ms`."""
    return {f"{prefix}/{name}": value for name, value in values.items()}


def group(figures: Mapping[str, float], prefix: str) -> Figures:
    """The figures of a group by what they are of: the reverse of `under`."""
    return {name.partition("/")[2]: value for name, value in figures.items() if name.startswith(prefix + "/")}


def median_of(runs: Sequence[Rows]) -> Rows:
    """Each figure's median over the runs that have it."""
    names = {row: dict.fromkeys(name for run in runs for name in run.get(row, {})) for run in runs for row in run}
    return {
        row: {name: statistics.median(run[row][name] for run in runs if name in run.get(row, {})) for name in figures}
        for row, figures in names.items()
    }


def best(rows: Mapping[str, Figures], beginning: str, figure: str = "jobs_per_second") -> tuple[str, float]:
    """The row with the highest figure among those whose names begin so; ("", 0.0) when there is none."""
    found = [(row, figures[figure]) for row, figures in rows.items() if row.startswith(beginning) and figure in figures]
    return max(found, key=lambda each: each[1], default=("", 0.0))
