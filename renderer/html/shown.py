"""Which fields of a CV a template prints, and what of a CV is in the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args

from cv.fields import Part, is_date
from cv.resume import Path, Resume, validate_cv

_NAME = "Marked name"
# Titles alone make no section.
_TITLE = "Marked title"
_EACH = "[]"

Field = tuple[str, ...]
"""A field of the model; what stands in a list is marked []."""


def unshown(fill: Callable[[Resume], str]) -> frozenset[Field]:
    """The fields with texts that a template never prints. `fill` gives its HTML of a CV.

    A field counts as printed when a CV prints it that holds all of them, or nothing else.
    """
    marks = {field: f"mark{number}x" for number, field in enumerate(text_fields())}
    together = fill(_marked(marks))
    missing = {field: mark for field, mark in marks.items() if mark not in together}
    return frozenset(field for field, mark in missing.items() if mark not in fill(_marked({field: mark})))


def texts_of(resume: Resume, fields: frozenset[Field]) -> Iterator[Path]:
    """Where a CV has texts in these fields."""
    for field in sorted(fields):
        yield from _texts(resume, field, ())


def _texts(value: Any, field: Field, at: Path) -> Iterator[Path]:
    if not field:
        if value:
            yield at
    elif field[0] == _EACH:
        for place, item in enumerate(value):
            yield from _texts(item, field[1:], (*at, place))
    else:
        yield from _texts(getattr(value, field[0]), field[1:], (*at, field[0]))


@cache
def text_fields(part: type[Part] = Resume) -> tuple[Field, ...]:
    """The fields of the model that hold texts; a date may be one. A photo is none."""
    return tuple(_text_fields(part))


def _text_fields(part: type[Part]) -> Iterator[Field]:
    for name, field in part.model_fields.items():
        kind = field.annotation
        if name == "image":
            continue
        if kind is str or is_date(kind):
            yield (name,)
        elif isinstance(kind, type) and issubclass(kind, Part):
            yield from ((name, *rest) for rest in text_fields(kind))
        else:
            (item,) = get_args(kind)
            inner = text_fields(item) if isinstance(item, type) and issubclass(item, Part) else ((),)
            yield from ((name, _EACH, *rest) for rest in inner)


def _marked(marks: dict[Field, str]) -> Resume:
    """A CV that holds these texts in these fields."""
    data: dict[str, Any] = {"basics": {"name": _NAME}}
    for field, mark in marks.items():
        _put(data, field, mark)
    for section in data.get("customSections", ()):
        section.setdefault("title", _TITLE)
        section.setdefault("summary", _TITLE)
    return validate_cv(data)


def _put(holder: dict[str, Any], field: Field, mark: str) -> None:
    name, *rest = field
    if not rest:
        holder[name] = mark
    elif rest == [_EACH]:
        holder[name] = [mark]
    elif rest[0] == _EACH:
        entries = holder.setdefault(name, [{}])
        _put(entries[0], tuple(rest[1:]), mark)
    else:
        _put(holder.setdefault(name, {}), tuple(rest), mark)
