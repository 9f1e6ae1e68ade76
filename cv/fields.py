"""What the fields of a CV hold: cleaned texts, dates and lists, with their limits.

Control characters, soft hyphens, lone surrogates and characters that turn the direction of the text around them are
taken out, what is left is in Unicode's form NFC; runs of spaces in a line become one. Null, an empty text and an
empty list count as absent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from cv import dates as partialdate
from cv.dates import PartialDate
from cv.photo import check_photo

MAX_NAME = 200
MAX_LINE = 2_000
MAX_URL = 2_000
MAX_TEXT = 10_000
MAX_ENTRIES = 300
MAX_ITEMS = 300
MAX_IMAGE = 1_000_000

# C0 and C1 controls, soft hyphens, direction embeddings, overrides and isolates, the byte order mark, surrogates,
# noncharacters. Tab, newline and the line separators are spaces, and are dealt with first.
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_BLANKS = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
# Lines that begin with the mark or the number of a list item, behind spaces.
_LISTS = re.compile(r"(?m)^[ \t\u00a0]+(?:[-*+•▪‣◦●○■·–—]|[0-9]{1,3}[.)])\s")
_MAX_INDENT = 40
# As long as what stands for no address.
_MAX_SIGNS = 5
# U+FFFC stands for a picture or a field of the program that a text was copied from; it counts as printable.
_OBJECT = "\ufffc"
# Bullets and arrows of Word's Symbol and Wingdings, which have no meaning but in those fonts.
_WORDS_SIGNS = {
    **dict.fromkeys(map(ord, "\uf06c\uf06e\uf06f\uf071\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc"), "•"),
    **dict.fromkeys(map(ord, "\uf0ae\uf0e0\uf0e8"), "→"),
}
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")
# Something to see must be in a name: not only blanks and what is taken out of texts. In JSON Schema's regular
# expressions (ECMA 262), for clients.
VISIBLE_PATTERN = r"[^\s\u0000-\u001f\u007f-\u009f\u00ad\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff]"

T = TypeVar("T")


def clean_line(value: Any) -> Any:
    """One line of clean text; what is not a text is left for the type check."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    if not _is_plain(value):
        value = _UNWANTED.sub("", _SPACES.sub(" ", value)).translate(_WORDS_SIGNS)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return " ".join(value.split()) if "  " in value else value.strip()


def _is_plain(text: str) -> bool:
    """Whether a text holds nothing that is to be replaced or taken out."""
    return text.isprintable() and _OBJECT not in text


def _text(value: Any) -> Any:
    """Clean text of any number of lines, without empty ones at either end."""
    if isinstance(value, str) and not _is_plain(value):
        value = value.translate(_WORDS_SIGNS)
        lines = _NEWLINES.sub("\n", value).split("\n")
        indents = map(_indent, lines) if _LISTS.search(value) else [""] * len(lines)
        cleaned = (_UNWANTED.sub("", _BLANKS.sub(" ", line)).strip() for line in lines)
        value = "\n".join(indent + line if line else "" for indent, line in zip(indents, cleaned, strict=True))
        value = value.strip()
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    return clean_line(value)


def _indent(line: str) -> str:
    """The spaces that a line begins with: they say which list of several it belongs to. A tab counts as four."""
    blank = len(line) - len(line.lstrip())
    return " " * min(len(line[:blank].expandtabs(4)), _MAX_INDENT)


def without_controls(text: str) -> str:
    """A text without the characters that no text may hold, for what was written as an entity (&#x202e;)."""
    text = _UNWANTED.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _url(value: Any) -> Any:
    """A line; "" for one without a letter or a figure: # and / stand for no address."""
    value = clean_line(value)
    return value if not isinstance(value, str) or len(value) > _MAX_SIGNS or any(map(str.isalnum, value)) else ""


def _list(value: Any) -> Any:
    return [] if value is None else value


def _date(value: Any) -> PartialDate | str | None:
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, str):
        try:
            return PartialDate.parse(value)
        except ValueError:
            return value.strip() or None
    raise PydanticCustomError("date", "{reason}", {"reason": partialdate.FORM})


def _image(value: str) -> str:
    if not value.startswith("data:"):
        return ""
    problem = check_photo(value)
    if problem:
        raise PydanticCustomError("photo", "{reason}", {"reason": problem})
    return value


def _needed(value: str) -> str:
    if not value:
        raise PydanticCustomError("missing", "is required")
    return value


def _without_blank(items: list[T]) -> list[T]:
    return [item for item in items if not (item.is_blank() if isinstance(item, Part) else item == "")]


Line = Annotated[str, Field(max_length=MAX_LINE), BeforeValidator(clean_line)]
Url = Annotated[str, Field(max_length=MAX_URL), BeforeValidator(_url)]
Text = Annotated[str, Field(max_length=MAX_TEXT), BeforeValidator(_text)]
_VISIBLE: dict[str, Any] = {"pattern": VISIBLE_PATTERN}
Name = Annotated[
    str, Field(max_length=MAX_NAME, json_schema_extra=_VISIBLE), AfterValidator(_needed), BeforeValidator(clean_line)
]
Title = Annotated[
    str, Field(max_length=MAX_LINE, json_schema_extra=_VISIBLE), AfterValidator(_needed), BeforeValidator(clean_line)
]
# A text is a date as it was written, where it is no date that is certain.
Date = Annotated[
    PartialDate | Line | None,
    BeforeValidator(_date),
    PlainSerializer(lambda value: None if value is None else str(value)),
    WithJsonSchema({"type": "string", "pattern": partialdate.PATTERN, "description": "YYYY, YYYY-MM or YYYY-MM-DD"}),
]
Image = Annotated[str, Field(max_length=MAX_IMAGE), AfterValidator(_image), BeforeValidator(clean_line)]
Entries = Annotated[list[T], Field(max_length=MAX_ENTRIES), AfterValidator(_without_blank), BeforeValidator(_list)]
Lines = Annotated[list[Line], Field(max_length=MAX_ITEMS), AfterValidator(_without_blank), BeforeValidator(_list)]
Texts = Annotated[list[Text], Field(max_length=MAX_ITEMS), AfterValidator(_without_blank), BeforeValidator(_list)]


def has_lines(metadata: Iterable[Any]) -> bool:
    """Whether a text with these annotations may have several lines."""
    return any(isinstance(one, BeforeValidator) and one.func is _text for one in metadata)


def is_date(annotation: Any) -> bool:
    """Whether a field with this type is a date."""
    return PartialDate in get_args(annotation)


class Part(BaseModel):
    """An object of the CV. Texts that are absent are "", lists [], dates None."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value

    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not any(self.__dict__.values())
