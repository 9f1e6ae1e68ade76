"""Dates as people write them, in the languages of documents: Sept. 2024, 09/2024, 15.1.2020, 2024年9月, 2019.

What is read is certain; of all else nothing is guessed, and the document shows it as it was written. A date is printed
to its month, so a day that its month does not have is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cv.dates import PartialDate
from cv.months import folded, month_of

MAX_LENGTH = 80

_YEARS = (1000, 2999)
# The Thai calendar counts from the Buddha's death, and has the months of ours.
_BUDDHIST = 543
_BUDDHIST_YEARS = range(2443, 2643)
# The Persian and the Islamic calendar count from the Hijra, and have months of their own.
_HIJRI_YEARS = range(1300, 1500)
# Unix times of 2001 to 2100, in seconds and in milliseconds.
_SECONDS = (1_000_000_000, 4_102_444_800)

_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})(?:\s*[-/.]\s*(\d{1,2}))?\s*\.?")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4})\s*\.?")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?!\d)")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]?(?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_MONTH_THEN_EAST_ASIAN_YEAR = re.compile(r"(\d{1,2})\s*[月월],?\s*(\d{4})\s*[年년]?")
# The year before the first one of each era; 元 is the first.
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}
_ERA = re.compile(rf"({'|'.join(_ERAS)})\s*(\d{{1,3}}|元)\s*年")
_VIETNAMESE = re.compile(r"(?:ngày\s+(\d{1,2})\s+)?tháng\s+(\d{1,2})\s*(?:năm|[,/-])?\s*(\d{4})", re.IGNORECASE)
_VIETNAMESE_YEAR_FIRST = re.compile(r"(\d{4})\s+tháng\s+(\d{1,2})", re.IGNORECASE)
_YEAR = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4})\s*\.?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]?(?:\s*(\d{1,2})\s*[月월](?:\s*(\d{1,2})\s*[日일])?)?")
_MONTH_THEN_EAST_ASIAN_YEAR = re.compile(r"(\d{1,2})\s*[月월],?\s*(\d{4})\s*[年년]?")
_VIETNAMESE = re.compile(r"(?:ngày\s+(\d{1,2})\s+)?tháng\s+(\d{1,2})\s*(?:năm|[,/-])?\s*(\d{4})", re.IGNORECASE)
_YEAR = re.compile(r"(?:(?:em|en|in|im|в|у)\s+)?(\d{4})(?:\s*[年년]|\s*г\.?|\s*р\.?|\.|\s*m\.|\. gads|\. gada)?")
# A year of two figures, where an apostrophe says that it is one.
_SHORT_YEAR = re.compile(r"['’‘](\d{2})")
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[\u0900-\u0dff\u0e00-\u0e7f\u064b-\u065f'’.]+[^\W\d_]*)*\.?|[^\s\w]", re.UNICODE)
# Between a day, a month and a year, in one language or the other.
_BETWEEN = frozenset(
    {*("of", "de", "del", "di", "do", "da", "la", "le", "the", "den", "d", "m", "gada", "г", "р", "год", "року")}
    | {*("года", "st", "nd", "rd", "th", "er", "º", "ª", "°", "am", "em", "en", "in", "พ.ศ", "ค.ศ", "year", "ماه")}
    | {*("سال", "عام", "سنة", "يوم", "של")}
)
_SIGNS = frozenset(",.-/–—،·")
_WEEKDAYS = re.compile(r"^(mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur|sun)(day)?$")
_RANGE = re.compile(
    r"\s+(?:--?|‒|−|to|until|till|bis|a|à|au|al|até|tot|til|do|до|по|hasta)\s+|\s*(?:[–—→~～〜至]+|から|부터)\s*"
    r"|\s+-\s*|\s*-\s+"
)
_HYPHEN = re.compile(r"(?<=[^\s-])--?(?=[^\s-])")
# Before the start of a period, and behind its end.
_FROM = re.compile(r"(?:from|von|vom|van|du|de|desde|da|dal|dall['’]|od|от|с|з|від)\s+(?=\S)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:まで|까지)$")
# Before the start of what goes on, and a line behind it.
_SINCE = re.compile(r"(?:since|seit|ab|depuis|desde|dal|sinds|vanaf|od|sedan|siden|с|з)\s+(?=\S)", re.IGNORECASE)
_OPEN_END = re.compile(r"\s*[-–—~～]\s*$")
_YEARS_ONLY = re.compile(r"(\d{4})\s*-\s*(\d{4}|[^\W\d_][^\d]*)")

# One a line: what stands for the end of what goes on, in the languages of documents.
_PRESENT_FILE = Path(__file__).with_name("present.txt")


@cache
def _present_words() -> frozenset[str]:
    return frozenset(map(folded, _PRESENT_FILE.read_text(encoding="utf-8").splitlines()))


def is_present(text: str) -> bool:
    """Whether a text says that something goes on: Present, heute, 至今."""
    plain = text.replace("’", "'").strip(" ()[]…-–—")
    return len(plain) <= MAX_LENGTH and folded(plain) in _present_words()


def read_date(value: Any, language: str = "") -> PartialDate | None:
    """The date in a value of JSON; None for none that is certain. `language` is the document's, a BCP 47 tag."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_number(value)
    if isinstance(value, Mapping):
        return _of_object(value, language)
    return _of_text(value, language) if isinstance(value, str) and len(value) <= MAX_LENGTH else None


def read_period(text: str, language: str = "") -> tuple[PartialDate | None, PartialDate | None] | None:
    """Start and end in one text (Jan 2019 – Present, since 2019: the end is None); None where it is not certain."""
    if len(text) > 2 * MAX_LENGTH:
        return None
    if not language or language == "en":
        language = _with_order(text, language)
    match = _YEARS_ONLY.fullmatch(text.strip())
    pairs = [match.groups()] if match else []
    pairs += [(text[: found.start()], text[found.end() :]) for found in _RANGE.finditer(text)]
    for first, last in pairs:
        last = _UNTIL.sub("", last.strip())
        end = read_date(last, language)
        start = _start(first.strip(), end, language)
        if start and (end or is_present(last)):
            return start, end
    return _around_a_hyphen(text, language) or _open(text.strip(), language)


def _with_order(text: str, language: str) -> str:
    """The language that dates such as 3/4/2020 are read in: where another one in the text is certain, it is as that."""
    figures = [(int(first), int(second)) for first, second in _SLASHED.findall(text)]
    day_first, month_first = any(f > 12 for f, _ in figures), any(s > 12 for _, s in figures)
    if day_first == month_first:
        return language
    return "en-GB" if day_first else "en-US"


def _start(text: str, end: PartialDate | None, language: str) -> PartialDate | None:
    """The first date of a period, which may have its year at the end only: January - April 2014."""
    text = _FROM.sub("", text, count=1) if _FROM.match(text) else text
    if end and end.month and not any(character.isdigit() for character in text):
        start = read_date(f"{text} {end.year}", language)
        if start and start.month and start.month > end.month:
            # December - February 2021
            return read_date(f"{text} {end.year - 1}", language)
        return start
    return read_date(text, language)


def _around_a_hyphen(text: str, language: str) -> tuple[PartialDate | None, PartialDate | None] | None:
    """The period in 2016/09-2021/12, whose hyphen may be one of several; None unless one of them alone parts dates."""
    found = []
    for hyphen in _HYPHEN.finditer(text):
        first, last = text[: hyphen.start()], text[hyphen.end() :]
        end = read_date(last, language)
        start = _start(first.strip(), end, language)
        if start and (end or is_present(last)):
            found.append((start, end))
    return found[0] if len(found) == 1 else None


def _open(text: str, language: str) -> tuple[PartialDate | None, PartialDate | None] | None:
    """The start of what goes on: since 2019, 2019 –."""
    since = _SINCE.match(text)
    bare = text[since.end() :] if since else _OPEN_END.sub("", text)
    start = read_date(bare, language) if bare != text else None
    return (start, None) if start else None


@lru_cache(maxsize=4096)
def _of_text(text: str, language: str) -> PartialDate | None:
    text = _without_eras(_ascii_digits(text).strip().strip("()[]"))
    return _of_figures(text, language) or _of_words(text, language)


def _ascii_digits(text: str) -> str:
    """Latin figures for those of other scripts, and plain spaces; marks that only turn the direction are left out."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", re.sub("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", text))
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)


def _without_eras(text: str) -> str:
    """平成30年 is 2018年."""
    return _ERA.sub(lambda era: f"{_ERAS[era[1]] + (1 if era[2] == '元' else int(era[2]))}年", text)


def _of_figures(text: str, language: str) -> PartialDate | None:
    if match := _TIMESTAMP.fullmatch(text):
        return _of_text(match[1], language)
    for pattern in (_YEAR_FIRST, _EAST_ASIAN, _VIETNAMESE_YEAR_FIRST, _COMPACT):
        if match := pattern.fullmatch(text):
            return _date(*match.groups())
    for pattern in (_MONTH_YEAR, _MONTH_THEN_EAST_ASIAN_YEAR):
        if match := pattern.fullmatch(text):
            return _date(match[2], match[1])
    if match := _VIETNAMESE.fullmatch(text):
        return _date(match[3], match[2], match[1])
    if match := _DAY_FIRST.fullmatch(text):
        first, sign, second, year = match.groups()
        return _day_and_month(first, second, year, sign, language)
    if match := _YEAR.fullmatch(text):
        return _date(match[1])
    return None


def _day_and_month(first: str, second: str, year: str, sign: str, language: str) -> PartialDate | None:
    """Of 3/4/2020 it is not known which is the month, unless the one cannot be, or the language is known."""
    parts = language.replace("_", "-").lower().split("-")
    if sign == "." or int(first) > 12 or first == second:
        return _date(year, second, first)
    if int(second) > 12:
        return _date(year, first, second)
    if parts[0] and parts[0] != "en":
        return _date(year, second, first)
    if parts[0] == "en" and len(parts) > 1:
        return _date(year, first, second) if parts[-1] == "us" else _date(year, second, first)
    return None


def _of_words(text: str, language: str) -> PartialDate | None:
    """A month by its name, a year, perhaps a day; nothing else of meaning."""
    text = _SHORT_YEAR.sub(r" '\1 ", re.sub(r"\s+\d{1,2}:\d{2}.*$", "", text).replace("年", " "))
    named = _month_in(text, language)
    if named is None:
        return None
    month, rest = named
    years: list[str] = []
    days: list[str] = []
    short = _SHORT_YEAR.findall(rest)
    for token in _TOKEN.findall(_SHORT_YEAR.sub(" ", rest)):
        if token.isdigit():
            (years if len(token) == 4 else days).append(token)
        elif not (token in _SIGNS or folded(token) in _BETWEEN or _WEEKDAYS.match(folded(token))):
            return None
    if short and not years:
        years = [f"{19 if int(short[0]) > 60 else 20}{short[0]}"]
    if len(years) != 1 or len(days) > 1 or len(short) > 1:
        return None
    if days and not 1 <= int(days[0]) <= 31:
        return None
    return _date(years[0], str(month), days[0] if days else None)


def _month_in(text: str, language: str) -> tuple[int, str] | None:
    """The month that is named in a text, and the rest of the text; None unless just one is."""
    found: tuple[int, str] | None = None
    for match in re.finditer(r"[^\W\d_][^\s\d,/()–—-]*(?:\s(?:الأول|الثاني|الاول))?", text):
        word = match[0]
        month = next((m for one in _readings(word) if (m := month_of(one, language))), None)
        if month is None:
            continue
        if found is not None:
            return None
        found = month, f"{text[: match.start()]} {text[match.end() :]}"
    return found


def _readings(word: str) -> tuple[str, ...]:
    """A word, and what it is without a preposition that is written with it: d'agost, בינואר."""
    bare = re.sub(r"^(?:d['’]|ב)", "", word)
    return (word,) if bare == word else (word, bare)


def _date(year: str, month: str | None = None, day: str | None = None) -> PartialDate | None:
    number = int(year)
    if not _YEARS[0] <= number <= _YEARS[1]:
        return None
    if number in _BUDDHIST_YEARS:
        number -= _BUDDHIST
    # Zeros stand for what is not known: 2019-00-00.
    if month is None or int(month) == 0:
        return PartialDate(number)
    if int(month) > 12 or number in _HIJRI_YEARS:
        return None
    if day is None or int(day) == 0:
        return PartialDate(number, int(month))
    if int(day) > 31:
        return None
    try:
        return PartialDate.parse(f"{number:04}-{int(month):02}-{int(day):02}")
    except ValueError:
        return PartialDate(number, int(month))


def _of_number(value: float) -> PartialDate | None:
    if value != value or value in (float("inf"), float("-inf")) or value != int(value):
        return None
    for unit in (1, 1000):
        if _SECONDS[0] * unit <= value < _SECONDS[1] * unit:
            moment = datetime.fromtimestamp(value / unit, UTC)
            return PartialDate(moment.year, moment.month, moment.day)
    text = str(int(value))
    return _of_text(text, "") if len(text) in (4, 6, 8) else None


def _figure(value: Any) -> Any:
    """A text of a figure or two as a number; "" as none."""
    if isinstance(value, str) and (not value.strip() or re.fullmatch(r"[0-9]{1,4}", value.strip())):
        return int(value) if value.strip() else None
    return value


def _of_object(value: Mapping[str, Any], language: str) -> PartialDate | None:
    """An object of figures, as databases and LinkedIn have it: {"year": 2019, "month": 5}. The month may be named."""
    parts = [_figure(value.get(name)) for name in ("year", "month", "day")]
    if set(value) <= {"year", "month", "day"} and any(isinstance(part, str) for part in parts):
        text = " ".join(str(part) for part in reversed(parts) if isinstance(part, int | str) and str(part).strip())
        return read_date(text, language)
    if set(value) <= {"year", "month", "day"} and all(isinstance(part, int | None) for part in parts):
        year, month, day = (None if part is None else str(abs(part)) for part in parts)
        return _date(year, month, day) if year else None
    seconds = value.get("seconds", value.get("_seconds"))
    return _of_number(seconds) if isinstance(seconds, int) and not isinstance(seconds, bool) else None
