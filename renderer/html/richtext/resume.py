"""The texts of a CV with their markup read: all but those that are addresses, numbers and codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cv.dates import PartialDate
from cv.fields import Part
from cv.options import TextFormat
from cv.resume import Resume
from renderer.html.richtext.read import may_be_rich, rich_line, rich_text

_PROSE = frozenset({"summary", "description", "highlights", "reference"})
_AS_IT_IS = frozenset({"email", "phone", "url", "image", "postalCode", "countryCode", "username"})


def rich_resume(resume: Resume, text_format: TextFormat) -> Resume:
    """The CV in which texts with markup or addresses are RichText; entries that hold only markup are out of it."""
    texts: list[str] = []
    _collect(resume, texts)
    if not may_be_rich("\n".join(texts)):
        return resume
    read: Part = _read_part(resume, text_format)
    assert isinstance(read, Resume)
    return read


def _collect(part: Part, texts: list[str]) -> None:
    # By type: asking whether something is a Part takes pydantic longer than all the rest.
    for name, value in part.__dict__.items():
        if not value or name in _AS_IT_IS:
            continue
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind is list:
            if type(value[0]) is str:
                texts.extend(value)
            else:
                for item in value:
                    _collect(item, texts)
        elif kind is not PartialDate:
            _collect(value, texts)


def _read_part(part: Part, text_format: TextFormat) -> Part:
    changed: dict[str, Any] = {}
    for name, value in part.__dict__.items():
        if value and name not in _AS_IT_IS and type(value) is not PartialDate:
            read = _read(value, rich_text if name in _PROSE else rich_line, text_format)
            # The person's name and a section's title cannot be empty: of nothing but markup they stay as they are.
            if read is not value and (read or not type(part).model_fields[name].is_required()):
                changed[name] = read
    return part.model_copy(update=changed) if changed else part


def _read(value: Any, read_text: Callable[[str, TextFormat], str], text_format: TextFormat) -> Any:
    kind = type(value)
    if kind is str:
        return read_text(value, text_format)
    if kind is not list:
        return _read_part(value, text_format)
    items = [_read(item, read_text, text_format) for item in value]
    if all(read is item for read, item in zip(items, value, strict=True)):
        return value
    return [item for item in items if not (item == "" if isinstance(item, str) else item.is_blank())]
