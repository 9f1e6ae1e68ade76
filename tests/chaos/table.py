"""The table of `make chaos`: fault by fault, what became of the jobs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.chaos.account import Account


@dataclass(frozen=True, slots=True)
class Row:
    """A fault in a round, and its account; None when the fault could not be made to happen."""

    round: int
    fault: str
    seconds: float
    account: Account | None
    refusals: int = 0


_HEAD = (
    *("round", "fault", "accepted", "done", "errors", "lost", "twice", "orphans"),
    *("slowest s", "after it s", "took s", "refused"),
)


def table(rows: Iterable[Row]) -> str:
    """Columns as wide as what they hold; the last line sums up."""
    rows = list(rows)
    accounts = [row.account for row in rows if row.account]
    cells = [_HEAD, *(_cells(row) for row in rows)]
    cells.append(
        (
            "all",
            f"{len(rows)} faults",
            str(sum(each.accepted for each in accounts)),
            str(sum(each.done for each in accounts)),
            str(sum(sum(each.errors.values()) for each in accounts)),
            str(sum(len(each.lost) for each in accounts)),
            str(sum(len(each.twice) for each in accounts)),
            str(sum(len(each.orphans) for each in accounts)),
            f"{max((each.slowest for each in accounts), default=0.0):.1f}",
            f"{max((each.slowest_after for each in accounts), default=0.0):.1f}",
            f"{sum(row.seconds for row in rows):.0f}",
            str(sum(row.refusals for row in rows)),
        )
    )
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def _cells(row: Row) -> tuple[str, ...]:
    account = row.account
    if account is None:
        return (str(row.round), row.fault, *("-" for _ in range(8)), f"{row.seconds:.0f}", "-")
    errors = ", ".join(f"{count} {code}" for code, count in sorted(account.errors.items()))
    return (
        str(row.round),
        row.fault,
        str(account.accepted),
        str(account.done),
        errors or "0",
        str(len(account.lost)),
        str(len(account.twice)),
        str(len(account.orphans)),
        f"{account.slowest:.1f}",
        f"{account.slowest_after:.1f}",
        f"{row.seconds:.0f}",
        str(row.refusals),
    )
