"""CVs of other programs: which it is by its shape, and the JSON Resume that it stands for.

cv/accept.py alone imports it, before cv/normalize/, which reads what is common: other names, other types, dates. Each
format is a module with a function that returns a Converted, or None for data that is not its own. Begin at `convert`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cv.formats import fresh, reactive_resume, reactive_resume_old, rendercv, wrapped
from cv.formats.converted import Converted, Heading, with_titles
from cv.formats.lists import convert_list
from cv.formats.refused import refusal
from cv.formats.wrapped import only_listed

TAKEN = (
    "JSON Resume (https://jsonresume.org/schema), Reactive Resume v1 to v5 exports, RenderCV files as JSON, and FRESH"
)
"""The formats that are read, for messages."""

_FORMATS: tuple[Callable[[dict[str, Any]], Converted | None], ...] = (
    reactive_resume.convert,
    reactive_resume_old.convert,
    rendercv.convert,
    fresh.convert,
    wrapped.convert,
)

__all__ = [
    "TAKEN",
    "Converted",
    "Heading",
    "convert",
    "convert_list",
    "holds_cv",
    "only_listed",
    "refusal",
    "with_titles",
]


def convert(data: dict[str, Any]) -> Converted | None:
    """The data of another program as JSON Resume; None for what is in no format that is known, or in JSON Resume."""
    return next(filter(None, (read(data) for read in _FORMATS)), None)


def holds_cv(data: dict[str, Any]) -> bool:
    """Whether an object holds a CV in a format that is known, be it one that is not read."""
    return bool(wrapped.is_cv(data) or convert(data) or only_listed(data) or refusal(data))
