"""The table of `make chaos`: fault by fault, what became of the jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.chaos.account import Account


@dataclass(frozen=True, slots=True)
class Row:
    """A fault in a round, and its account; None when the fault could not be made to happen."""

    round: int
    fault: str
    test: str
    """The name of the function that makes it happen."""
    seconds: float
    account: Account | None
    refusals: int = 0


_HEAD = (
    *("round", "fault", "accepted", "done", "errors", "lost", "twice", "orphans"),
    *("slowest s", "after it s", "took s", "refused"),
)


def by_fault(rows: Iterable[Row]) -> str:
    """All rounds of a fault in one line, sorted by fault, as Markdown: sums, and the slowest job of all rounds."""
    grouped: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.fault):
        grouped.setdefault(row.fault, []).append(row)
    everything = [row for each in grouped.values() for row in each]
    lines = [(fault, f"`{each[0].test}`", _times(each), *_sums(each)) for fault, each in grouped.items()]
    lines.append(("all", "", _times(everything), *_sums(everything, codes=False)))
    head = ("fault", "test", "times", *_HEAD[2:])
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *lines))


def table(rows: Iterable[Row]) -> str:
    """Columns as wide as what they hold; the last line sums up."""
    rows = list(rows)
    cells = [_HEAD, *(_cells(row) for row in rows), ("all", f"{len(rows)} faults", *_sums(rows, codes=False))]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    if row.account is None:
        return (str(row.round), row.fault, *("-" for _ in range(8)), f"{row.seconds:.0f}", "-")
    return (str(row.round), row.fault, *_sums([row]))


def _times(rows: Sequence[Row]) -> str:
    missing = sum(row.account is None for row in rows)
    return str(len(rows)) + (f" ({missing} unaccounted)" if missing else "")


def _sums(rows: Sequence[Row], *, codes: bool = True) -> tuple[str, ...]:
    """The cells from `accepted` on, of faults taken together; `codes`: errors by their codes, not only how many."""
    accounts = [row.account for row in rows if row.account]
    errors = sum((Counter(each.errors) for each in accounts), Counter[str]())
    by_code = ", ".join(f"{count} {code}" for code, count in sorted(errors.items()))
    return (
        str(sum(each.accepted for each in accounts)),
        str(sum(each.done for each in accounts)),
        (by_code if codes else "") or str(errors.total()),
        str(sum(len(each.lost) for each in accounts)),
        str(sum(len(each.twice) for each in accounts)),
        str(sum(len(each.orphans) for each in accounts)),
        f"{max((each.slowest for each in accounts), default=0.0):.1f}",
        f"{max((each.slowest_after for each in accounts), default=0.0):.1f}",
        f"{sum(row.seconds for row in rows):.0f}",
        str(sum(row.refusals for row in rows)),
    )
