"""Two runs side by side: `python -m bench.compare A.json B.json`, each as `python -m bench` has written it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figures, Rows, group
from bench.meter import export_cpu
from bench.report import number, table

# What two runs are compared by; the rest is in their files.
_PLAIN = ("p50_ms", "p99_ms", "jobs_per_second", "last_done_ms", "writes_per_job", "etcd_wal_bytes_per_job")


def main() -> int:
    """Print a table of both runs' medians and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("a", type=Path, help="the run before")
    parser.add_argument("b", type=Path, help="the run after")
    options = parser.parse_args()
    before, after = (json.loads(path.read_text()) for path in (options.a, options.b))
    print(f"A: {options.a}, {before['when']}\nB: {options.b}, {after['when']}\n")
    print(compared(before["median"], after["median"]))
    return 0


def compared(before: Rows, after: Rows) -> str:
    """Every case that both have, figure by figure."""
    lines = []
    for row in before:
        for name, old, new in _pairs(summary(before[row]), summary(after.get(row, {}))):
            ratio = f"{new / old:.2f}" if old else "–"
            lines.append((row, name, number(old, 2), number(new, 2), ratio))
    return table(["case", "figure", "A", "B", "B ÷ A"], lines)


def summary(figures: Figures) -> Figures:
    """The figures to compare by: the plain ones, and CPU a job in sum and by process."""
    found = {name: figures[name] for name in _PLAIN if name in figures}
    cpu = group(figures, "cpu_ms_per_job")
    if "chromium" in cpu:
        found["CPU ms a job"] = sum(export_cpu(cpu))
        found |= {f"CPU ms a job: {role}": value for role, value in cpu.items() if value >= 1}
    return found


def _pairs(before: Figures, after: Figures) -> Iterator[tuple[str, float, float]]:
    for name, value in before.items():
        if name in after:
            yield name, value, after[name]


if __name__ == "__main__":
    sys.exit(main())
