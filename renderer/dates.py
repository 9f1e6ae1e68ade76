"""Dates of a CV as its readers write them: Mar 2021 – Present."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

from crds.partialdate import PartialDate


@dataclass(frozen=True, slots=True)
class Dates:
    """Writes dates in one language. `present` stands for the end of what goes on."""

    locale: Locale
    present: str

    def month(self, date: PartialDate) -> str:
        """A date to its month, or its year when that is all there is: Mar 2021. A CV needs no days."""
        return _month(date.year, date.month, self.locale)

    def period(self, start: PartialDate | None, end: PartialDate | None) -> str:
        """From start to end; without an end it goes on, without a start only the end is written."""
        if start is None:
            return self.month(end) if end else ""
        first, last = self.month(start), self.month(end) if end else self.present
        return first if first == last else f"{first} – {last}"


@lru_cache(maxsize=4096)
def _month(year: int, month: int | None, locale: Locale) -> str:
    if month is None:
        return format_skeleton("y", datetime.date(year, 1, 1), locale=locale)
    return format_skeleton("yMMM", datetime.date(year, month, 1), locale=locale)


@lru_cache(maxsize=256)
def babel_locale(tag: str) -> Locale | None:
    """What Babel knows of a BCP 47 tag, or of its language alone; None when it knows neither."""
    for candidate in (tag.replace("-", "_"), tag.replace("-", "_").split("_")[0]):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return None
