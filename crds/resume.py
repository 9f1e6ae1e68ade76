"""cvData: a CV in the form of JSON Resume 1.0 (https://jsonresume.org/schema), checked and cleaned.

Unknown fields are ignored. Null, an empty text and an empty list count as absent; entries that hold nothing
are dropped. The only field that is required is basics.name. Control characters, lone surrogates and
characters that turn the direction of the text around them are taken out; runs of spaces in a line become one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from crds import partialdate
from crds.partialdate import PartialDate
from crds.photo import check_photo

ROOT = "cvData"

MAX_NAME = 200
MAX_LINE = 500
MAX_URL = 2_000
MAX_TEXT = 10_000
MAX_ENTRIES = 300
MAX_ITEMS = 100
MAX_IMAGE = 1_000_000
# Of the whole CV; about 60 pages. What an entry or a list item costs in layout counts as so many characters.
MAX_CHARACTERS = 250_000
ITEM_COST = 25
MAX_PROBLEMS = 50

# C0 and C1 controls, soft direction embeddings, overrides and isolates, the byte order mark, surrogates,
# noncharacters. Tab, newline and the line separators are spaces, and are dealt with first.
_SPACES = re.compile(r"[\s\u2028\u2029]+")
_BLANKS = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)

T = TypeVar("T")


class ResumeInvalid(Exception):
    """The data is no CV that can be printed.

    `details` holds {"field", "message"} for each field that does not fit, at most MAX_PROBLEMS of them;
    neither holds anything of the data.
    """

    def __init__(self, details: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{detail['field']}: {detail['message']}" for detail in details[:5]))
        self.details = details


def _line(value: Any) -> Any:
    """One line of clean text; what is not a text is left for the type check."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    if not value.isprintable():
        value = _UNWANTED.sub("", _SPACES.sub(" ", value))
    return " ".join(value.split()) if "  " in value else value.strip()


def _text(value: Any) -> Any:
    """Clean text of any number of lines, without empty ones at either end."""
    if isinstance(value, str) and not value.isprintable():
        value = _UNWANTED.sub("", _BLANKS.sub(" ", _NEWLINES.sub("\n", value)))
        return "\n".join(line.strip() for line in value.split("\n")).strip()
    return _line(value)


def _list(value: Any) -> Any:
    return [] if value is None else value


def _object(value: Any) -> Any:
    return {} if value is None else value


def _date(value: Any) -> PartialDate | None:
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, str):
        stripped = value.strip()
        if not stripped:
            return None
        try:
            return PartialDate.parse(stripped)
        except ValueError as e:
            raise PydanticCustomError("date", "{reason}", {"reason": str(e)}) from None
    raise PydanticCustomError("date", "{reason}", {"reason": partialdate.FORM})


def _image(value: str) -> str:
    if not value.startswith("data:"):
        return ""
    problem = check_photo(value)
    if problem:
        raise PydanticCustomError("photo", "{reason}", {"reason": problem})
    return value


def _name(value: str) -> str:
    if not value:
        raise PydanticCustomError("missing", "is required")
    return value


def _without_blank(items: list[T]) -> list[T]:
    return [item for item in items if not (item.is_blank() if isinstance(item, Part) else item == "")]


Line = Annotated[str, Field(max_length=MAX_LINE), BeforeValidator(_line)]
Url = Annotated[str, Field(max_length=MAX_URL), BeforeValidator(_line)]
Text = Annotated[str, Field(max_length=MAX_TEXT), BeforeValidator(_text)]
Date = Annotated[
    PartialDate | None,
    BeforeValidator(_date),
    PlainSerializer(lambda value: None if value is None else str(value)),
    WithJsonSchema(
        {"type": "string", "pattern": partialdate.PATTERN, "description": "YYYY, YYYY-MM or YYYY-MM-DD"}
    ),
]
Image = Annotated[str, Field(max_length=MAX_IMAGE), AfterValidator(_image), BeforeValidator(_line)]
Entries = Annotated[
    list[T], Field(max_length=MAX_ENTRIES), AfterValidator(_without_blank), BeforeValidator(_list)
]
Lines = Annotated[
    list[Line], Field(max_length=MAX_ITEMS), AfterValidator(_without_blank), BeforeValidator(_list)
]
Texts = Annotated[
    list[Text], Field(max_length=MAX_ITEMS), AfterValidator(_without_blank), BeforeValidator(_list)
]


class Part(BaseModel):
    """An object of the CV. Texts that are absent are "", lists [], dates None."""

    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_empty(cls, value: Any) -> Any:
        return _object(value)

    def is_blank(self) -> bool:
        """Whether there is nothing in it."""
        return not any(self.__dict__.values())


class Location(Part):
    address: Text = ""
    postalCode: Line = ""
    city: Line = ""
    countryCode: Line = ""
    region: Line = ""


class Profile(Part):
    network: Line = ""
    username: Line = ""
    url: Url = ""


class Basics(Part):
    name: Annotated[str, Field(max_length=MAX_NAME), AfterValidator(_name), BeforeValidator(_line)]
    label: Line = ""
    image: Image = Field(
        "", description="A PNG or JPEG as a data: URL in base64; another URL is ignored, nothing is fetched."
    )
    email: Line = ""
    phone: Line = ""
    url: Url = ""
    summary: Text = ""
    location: Location = Field(default_factory=Location)
    profiles: Entries[Profile] = []


class Work(Part):
    name: Line = ""
    position: Line = ""
    location: Line = ""
    description: Line = ""
    url: Url = ""
    startDate: Date = None
    endDate: Date = None
    summary: Text = ""
    highlights: Texts = []


class Volunteer(Part):
    organization: Line = ""
    position: Line = ""
    url: Url = ""
    startDate: Date = None
    endDate: Date = None
    summary: Text = ""
    highlights: Texts = []


class Education(Part):
    institution: Line = ""
    url: Url = ""
    area: Line = ""
    studyType: Line = ""
    startDate: Date = None
    endDate: Date = None
    score: Line = ""
    courses: Lines = []


class Award(Part):
    title: Line = ""
    date: Date = None
    awarder: Line = ""
    summary: Text = ""


class Certificate(Part):
    name: Line = ""
    date: Date = None
    url: Url = ""
    issuer: Line = ""


class Publication(Part):
    name: Line = ""
    publisher: Line = ""
    releaseDate: Date = None
    url: Url = ""
    summary: Text = ""


class Skill(Part):
    name: Line = ""
    level: Line = ""
    keywords: Lines = []


class Language(Part):
    language: Line = ""
    fluency: Line = ""


class Interest(Part):
    name: Line = ""
    keywords: Lines = []


class Reference(Part):
    name: Line = ""
    reference: Text = ""


class Project(Part):
    name: Line = ""
    description: Text = ""
    highlights: Texts = []
    keywords: Lines = []
    startDate: Date = None
    endDate: Date = None
    url: Url = ""
    roles: Lines = []
    entity: Line = ""
    type: Line = ""


class Resume(Part):
    """A CV as JSON Resume has it."""

    basics: Basics
    work: Entries[Work] = []
    volunteer: Entries[Volunteer] = []
    education: Entries[Education] = []
    awards: Entries[Award] = []
    certificates: Entries[Certificate] = []
    publications: Entries[Publication] = []
    skills: Entries[Skill] = []
    languages: Entries[Language] = []
    interests: Entries[Interest] = []
    references: Entries[Reference] = []
    projects: Entries[Project] = []

    @model_validator(mode="before")
    @classmethod
    def _basics_are_an_object(cls, value: Any) -> Any:
        # So that a CV without basics is told what it lacks: basics.name.
        value = _object(value)
        if isinstance(value, Mapping) and "basics" not in value:
            return {**value, "basics": {}}
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        image = len(self.basics.image)
        if _characters(self) - image > MAX_CHARACTERS:
            raise PydanticCustomError(
                "too_large",
                "is too long: at most {limit} characters, each entry and list item counting as {item}",
                {"limit": MAX_CHARACTERS, "item": ITEM_COST},
            )
        return self


def validate_cv(data: Any) -> Resume:
    """The CV in a parsed JSON value; ResumeInvalid names the fields that do not fit (cvData.work[2].url)."""
    try:
        return Resume.model_validate(data)
    except ValidationError as e:
        errors = e.errors(include_url=False, include_input=False)
        details = [{"field": field_path(error["loc"]), "message": _message(error)} for error in errors]
        raise ResumeInvalid(details[:MAX_PROBLEMS]) from None


def field_path(location: tuple[int | str, ...]) -> str:
    """The path of a field for people: cvData.work[2].startDate."""
    return ROOT + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def _message(error: ErrorDetails) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "is required"
        case "string_type" | "string_unicode":
            return "must be a string"
        case "list_type":
            return "must be a list"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "must be an object"
        case "string_too_long":
            return f"must have at most {limits['max_length']} characters"
        case "too_long":
            return f"must have at most {limits['max_length']} entries"
        case _:
            return error["msg"]


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Part):
        return ITEM_COST + sum(map(_characters, value.__dict__.values()))
    if isinstance(value, list):
        return ITEM_COST * len(value) + sum(map(_characters, value))
    return 0
