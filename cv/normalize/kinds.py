"""What each field of the model holds, as cv/resume.py declares it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args

from cv.fields import Part, has_lines, is_date


class Kind(Enum):
    """What a field of a part holds."""

    LINE = 1
    TEXT = 2
    URL = 3
    IMAGE = 4
    DATE = 5
    LINES = 6
    TEXTS = 7
    PART = 8
    PARTS = 9


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it holds, of which part, and whether a text is taken as it is."""

    kind: Kind
    part: type[Part] = Part
    one_text: bool = False


@cache
def fields_of(part: type[Part]) -> Mapping[str, Field]:
    """What each field of a part holds."""
    return {name: _field(name, info.annotation, info.metadata) for name, info in part.model_fields.items()}


def _field(name: str, annotation: Any, metadata: Iterable[Any]) -> Field:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return Field(Kind.PART, annotation)
    if annotation is str:
        named = {"url": Kind.URL, "image": Kind.IMAGE}.get(name)
        kind = named or (Kind.TEXT if has_lines(metadata) else Kind.LINE)
        return Field(kind, one_text=kind is not Kind.IMAGE)
    if is_date(annotation):
        return Field(Kind.DATE)
    (item,) = get_args(annotation)
    if isinstance(item, type) and issubclass(item, Part):
        return Field(Kind.PARTS, item)
    return Field(Kind.TEXTS if has_lines(get_args(item)) else Kind.LINES)
