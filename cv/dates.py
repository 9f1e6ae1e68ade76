"""Dates as JSON Resume has them: a year, a month or a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

FORM = "must be YYYY, YYYY-MM or YYYY-MM-DD"
PATTERN = r"^[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_MATCH = re.compile(r"([12][0-9]{3})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year from 1000 to 2999, with its month (1 to 12) and day (1 to 31) when they are known."""

    year: int
    month: int | None = None
    day: int | None = None

    @staticmethod
    def parse(text: str) -> PartialDate:
        """The date in YYYY, YYYY-MM or YYYY-MM-DD; ValueError for another form or no day of the calendar."""
        return _parse(text)

    def __str__(self) -> str:
        parts = [f"{self.year:04}"] + [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts)


@lru_cache(maxsize=4096)
def _parse(text: str) -> PartialDate:
    match = _MATCH(text)
    if match is None:
        raise ValueError(FORM)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        raise ValueError(f"{FORM}, and exist in the calendar") from None
    return PartialDate(year, month, day)
