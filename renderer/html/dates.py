"""Dates of a CV as its readers write them: Mar 2021 – Present.

Babel writes them from CLDR: Gregorian years, which is what the data has, and European digits also in Arabic,
Persian and Hindi. So do the figures that people type into CVs and page numbers, and application systems read them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton

from cv.dates import PartialDate
from cv.locale_data import with_own_data

_MONTH = "yMMM"
# Where CLDR's short names of months are not what is written in CVs (maalis 2021, thg 3 2021): figures.
_MONTH_IN = {"fi": "yM", "vi": "yM"}
# Bulgarian, Russian and Ukrainian put the word year behind it; tables and CVs do without.
_YEAR_WORDS = ("\u202fг.", "\u202fр.", " г.")


@dataclass(frozen=True, slots=True)
class Dates:
    """Writes dates in one language. `present` stands for the end of what goes on."""

    locale: Locale
    present: str

    def month(self, date: PartialDate | str) -> str:
        """A date to its month, or its year when that is all there is: Mar 2021. A CV needs no days.

        A text is a date as it was written, which is not changed.
        """
        return date if isinstance(date, str) else _month(date.year, date.month, self.locale)

    def period(self, start: PartialDate | str | None, end: PartialDate | str | None) -> str:
        """From start to end; without an end it goes on, without a start only the end is written. A start that is a
        text may say itself until when it was: without an end it stands alone.

        In a paragraph that runs from right to left so does the period, without any marks of direction in it.
        """
        if not start:
            return self.month(end) if end else ""
        if isinstance(start, str) and not end:
            return start
        first, last = self.month(start), self.month(end) if end else self.present
        return first if first == last else f"{first} – {last}"


@lru_cache(maxsize=4096)
def _month(year: int, month: int | None, locale: Locale) -> str:
    own = with_own_data(locale)
    if month is None:
        written = format_skeleton("y", datetime.date(year, 1, 1), locale=own)
    else:
        skeleton = _MONTH_IN.get(locale.language, _MONTH)
        written = format_skeleton(skeleton, datetime.date(year, month, 1), locale=own)
        # CLDR's stand-in for a name that it lacks.
        if f"M{month:02}" in written:
            written = format_skeleton("yM", datetime.date(year, month, 1), locale=own)
    for word in _YEAR_WORDS:
        written = written.removesuffix(word)
    return written
