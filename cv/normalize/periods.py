"""When something was: names of fields that say it, and dates that are compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cv import resume
from cv.dates import PartialDate
from cv.names import field_names, squeezed, translated_periods

# A text between the dates: when it was, in one field. For parts that have a start and an end.
_PERIODS = frozenset(
    {*("date", "dates", "period", "year", "years", "duration", "daterange", "timeframe", "when", "time", "timeperiod")}
    | {"timespan", "jobduration", "jobperiod", "workperiod", "workduration", "durationdate", "employmentperiod"}
    | {"startandenddate", "startenddate", "worktime", "edutime", "projecttime", "span", "tenure"}
)


class Present(str):
    """A word for the end of what goes on, as it is written."""


def is_period(name: str) -> bool:
    """Whether a squeezed name is that of a start and an end in one text."""
    return name in _PERIODS or name in translated_periods()


def is_dated(key: str) -> bool:
    """Whether a name is that of a start, an end, or both in one text."""
    name = squeezed(key)
    field = field_names(resume.Volunteer).get(name)
    return field in ("startDate", "endDate") or is_period(name)


def dated_key(value: dict[str, Any], field: str) -> str:
    """The name under which an object has a start or an end, or both in one text."""
    keys = [key for key in value if is_dated(key)]
    return next((key for key in keys if field_names(resume.Volunteer).get(squeezed(key)) == field), keys[0])


def beyond(start: Any, end: Any, roles: list[dict[str, Any]]) -> Iterator[str]:
    """Which ends of an employer's period are outside of the periods of all its roles."""
    starts = [date for role in roles if isinstance(date := role.get("startDate"), PartialDate)]
    ends = [date for role in roles if isinstance(date := role.get("endDate"), PartialDate)]
    if isinstance(start, PartialDate) and all(_is_before(start, other) for other in starts):
        yield "startDate"
    if isinstance(end, PartialDate) and all(_is_before(other, end) for other in ends):
        yield "endDate"


def is_part_of(one: Any, other: Any) -> bool:
    """Whether a value is a date that another one tells more exactly."""
    return isinstance(one, PartialDate) and isinstance(other, PartialDate) and str(other).startswith(str(one))


def _is_before(one: PartialDate, other: PartialDate) -> bool:
    """Whether a date is before another one, as far as both are known."""
    for mine, its in ((one.year, other.year), (one.month, other.month), (one.day, other.day)):
        if mine is None or its is None or mine != its:
            return mine is not None and its is not None and mine < its
    return False
