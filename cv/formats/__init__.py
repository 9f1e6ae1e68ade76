"""CVs of other programs: which it is by its shape, and the JSON Resume that it stands for.

cv/accept.py alone imports it, before cv/normalize/, which reads what is common: other names, other types, dates. Each
format is a module with a function that returns a Converted, or None for data that is not its own. Begin at `convert`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cv.formats import fresh, reactive_resume, reactive_resume_old, rendercv, textkernel, wrapped
from cv.formats.converted import Converted, Heading, with_titles
from cv.formats.lists import convert_list
from cv.formats.refused import refusal
from cv.formats.wrapped import in_languages, only_listed
from cv.resume import Path

TAKEN = (
    "JSON Resume (https://jsonresume.org/schema), Reactive Resume v1 to v5 exports, RenderCV files as JSON, FRESH, and "
    "answers of Textkernel's parser"
)
"""The formats that are read, for messages."""

_FORMATS: tuple[Callable[[dict[str, Any]], Converted | None], ...] = (
    reactive_resume.convert,
    reactive_resume_old.convert,
    rendercv.convert,
    fresh.convert,
    textkernel.convert,
)
# How deep in what databases and services answer a CV is looked for.
_DEEPEST = 8

__all__ = [
    "TAKEN",
    "Converted",
    "Heading",
    "convert",
    "convert_list",
    "cvs_within",
    "holds_cv",
    "in_languages",
    "only_listed",
    "refusal",
    "with_titles",
]


def convert(data: dict[str, Any]) -> Converted | None:
    """The data of another program as JSON Resume; None for what is in no format that is known, or in JSON Resume."""
    if converted := _in_format(data):
        return converted
    outer = wrapped.convert(data)
    inner = _in_format(outer.data) if outer and () in outer.origins else None
    return inner.below(outer) if outer and inner else outer


def _in_format(data: dict[str, Any]) -> Converted | None:
    return next(filter(None, (read(data) for read in _FORMATS)), None)


def cvs_within(value: dict[str, Any] | list[Any], at: Path = ()) -> Iterator[Path]:
    """Where whole CVs are in what is none itself, as services answer them: {"data": {"attributes": {…}}}."""
    items: list[tuple[int | str, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value))
    held = [(key, item) for key, item in items if isinstance(item, dict | list)]
    if at and held and isinstance(value, dict) and (wrapped.is_whole_cv(value) or _in_format(value)):
        yield at
    elif len(at) < _DEEPEST:
        for key, item in held:
            yield from cvs_within(item, (*at, key))


def holds_cv(data: dict[str, Any]) -> bool:
    """Whether an object holds a CV in a format that is known, be it one that is not read."""
    return bool(wrapped.is_cv(data) or convert(data) or only_listed(data) or refusal(data))
