"""cvData: a CV in the form of JSON Resume 1.0 (https://jsonresume.org/schema), checked and cleaned.

Beyond it there are customSections, for what none of its sections fits, and a few fields that many CVs have: the place
and the text of an education, the keywords of a job. Unknown fields are ignored, entries that hold nothing are dropped;
required are basics.name and the title of a custom section. What the fields take is in
cv/fields.py. Resume.model_json_schema() is the JSON Schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from cv.dates import PartialDate
from cv.fields import Date, Entries, Image, Line, Lines, Name, Part, Text, Texts, Title, Url

ROOT = "cvData"

Path = tuple[int | str, ...]
"""Where a value is in cvData: ("work", 2, "startDate")."""

# Of the whole CV; about 60 pages. What an entry or a list item costs in layout counts as so many characters.
MAX_CHARACTERS = 250_000
ITEM_COST = 25
MAX_PROBLEMS = 50

_COMMAS = re.compile("[\n,،，、]")


class ResumeInvalid(Exception):
    """The data is no CV that can be printed.

    `details` holds {"field", "message"} for each field that does not fit, at most MAX_PROBLEMS of them;
    neither holds anything of the data.
    """

    def __init__(self, details: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{detail['field']}: {detail['message']}" for detail in details[:5]))
        self.details = details


def _parts(text: str) -> list[str]:
    """What stands between the commas and line breaks of a text."""
    return [part.strip() for part in _COMMAS.split(text)]


def _lines(address: str) -> list[str]:
    """The lines of an address, each without its first part where the line before ends with that."""
    lines: list[str] = []
    for line in address.split("\n"):
        first, *rest = _COMMAS.split(line, maxsplit=1)
        again = bool(lines) and first.strip().casefold() == _parts(lines[-1])[-1].casefold()
        lines += [kept] if (kept := "".join(rest).strip() if again else line) else []
    return lines


def _without(part: str, beside: Iterable[str]) -> str:
    """A part of an address without a postal code and a region at its ends: Toronto of Toronto ON M5H 1J9."""
    for _ in range(2):
        for name in beside:
            part = part.removeprefix(f"{name} ").removesuffix(f" {name}")
    return part


class Location(Part):
    address: Text = ""
    postalCode: Line = ""
    city: Line = ""
    countryCode: Line = ""
    region: Line = ""

    def said_once(self) -> Self:
        """Without a city that the address names again after its street, and the postal code and region beside it.

        Nor does a line of the address begin with what the one before ends with.
        """
        if not self.address:
            return self
        address = "\n".join(_lines(self.address))
        beside = {self.postalCode.casefold(), self.region.casefold()} - {""}
        parts = _parts(address.casefold())[1:]
        words = {word for part in parts for word in part.split()}
        names = {_without(part, beside) for part in parts}
        city = [name for name in _parts(self.city) if name.casefold() not in names]
        if not self.city or len(city) == len(_parts(self.city)):
            return self.model_copy(update={"address": address})
        said = {
            field: ""
            for field in ("postalCode", "region")
            if {*getattr(self, field).casefold().split()} <= words or getattr(self, field).casefold() in parts
        }
        return self.model_copy(update={"address": address, "city": ", ".join(city), **said})


class Profile(Part):
    network: Line = ""
    username: Line = ""
    url: Url = ""


class Basics(Part):
    name: Name
    label: Line = ""
    image: Image = Field(
        "", description="A PNG, JPEG or WebP as a data: URL in base64; another URL is ignored, nothing is fetched."
    )
    email: Line = ""
    phone: Line = ""
    url: Url = ""
    summary: Text = ""
    location: Location = Field(default_factory=Location)
    profiles: Entries[Profile] = Field(default_factory=list)


class Work(Part):
    name: Line = ""
    position: Line = ""
    location: Line = ""
    description: Line = ""
    url: Url = ""
    startDate: Date = None
    endDate: Date = None
    summary: Text = ""
    highlights: Texts = Field(default_factory=list)
    keywords: Lines = Field(default_factory=list)


class Volunteer(Part):
    organization: Line = ""
    position: Line = ""
    location: Line = ""
    url: Url = ""
    startDate: Date = None
    endDate: Date = None
    summary: Text = ""
    highlights: Texts = Field(default_factory=list)


class Education(Part):
    institution: Line = ""
    location: Line = ""
    url: Url = ""
    area: Line = ""
    studyType: Line = ""
    startDate: Date = None
    endDate: Date = None
    score: Line = ""
    summary: Text = ""
    highlights: Texts = Field(default_factory=list)
    courses: Lines = Field(default_factory=list)


class Award(Part):
    title: Line = ""
    date: Date = None
    awarder: Line = ""
    url: Url = ""
    summary: Text = ""


class Certificate(Part):
    name: Line = ""
    date: Date = None
    url: Url = ""
    issuer: Line = ""
    summary: Text = ""


class Publication(Part):
    name: Line = ""
    authors: Line = ""
    publisher: Line = ""
    releaseDate: Date = None
    url: Url = ""
    summary: Text = ""


class Skill(Part):
    name: Line = ""
    level: Line = ""
    keywords: Lines = Field(default_factory=list)


class Language(Part):
    language: Line = ""
    fluency: Line = ""


class Interest(Part):
    name: Line = ""
    keywords: Lines = Field(default_factory=list)


class Reference(Part):
    name: Line = ""
    reference: Text = ""


class Project(Part):
    name: Line = ""
    description: Text = ""
    highlights: Texts = Field(default_factory=list)
    keywords: Lines = Field(default_factory=list)
    startDate: Date = None
    endDate: Date = None
    url: Url = ""
    roles: Lines = Field(default_factory=list)
    entity: Line = ""
    location: Line = ""
    type: Line = ""


class CustomEntry(Part):
    """`date` is for what has one; startDate and endDate for what lasted."""

    name: Line = ""
    subtitle: Line = ""
    location: Line = ""
    url: Url = ""
    startDate: Date = None
    endDate: Date = None
    date: Date = None
    summary: Text = ""
    highlights: Texts = Field(default_factory=list)
    keywords: Lines = Field(default_factory=list)


class CustomSection(Part):
    """A section under a title of one's own: text, entries or both. With neither it is dropped."""

    title: Title
    summary: Text = ""
    entries: Entries[CustomEntry] = Field(default_factory=list)

    @model_validator(mode="wrap")
    @classmethod
    def _null_is_none(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        # Before Part's own rule: an object needs its title, but null stands for a section with nothing in it.
        return handler({"title": "null"} if value is None else value)

    def is_blank(self) -> bool:
        return not (self.summary or self.entries)


class Resume(Part):
    """A CV as JSON Resume has it, and customSections."""

    basics: Basics
    work: Entries[Work] = Field(default_factory=list)
    volunteer: Entries[Volunteer] = Field(default_factory=list)
    education: Entries[Education] = Field(default_factory=list)
    awards: Entries[Award] = Field(default_factory=list)
    certificates: Entries[Certificate] = Field(default_factory=list)
    publications: Entries[Publication] = Field(default_factory=list)
    skills: Entries[Skill] = Field(default_factory=list)
    languages: Entries[Language] = Field(default_factory=list)
    interests: Entries[Interest] = Field(default_factory=list)
    references: Entries[Reference] = Field(default_factory=list)
    projects: Entries[Project] = Field(default_factory=list)
    customSections: Entries[CustomSection] = Field(default_factory=list)

    def with_basics(self, **fields: Any) -> Self:
        """The same CV with other values of some fields of basics."""
        return self.model_copy(update={"basics": self.basics.model_copy(update=fields)})

    def by_employer(self) -> list[list[Work]]:
        """The entries of work, those at one employer that follow each other in one list."""
        groups: list[list[Work]] = []
        for one in self.work:
            if one.name and groups and groups[-1][0].name == one.name:
                groups[-1].append(one)
            else:
                groups.append([one])
        return groups

    @model_validator(mode="before")
    @classmethod
    def _basics_are_an_object(cls, value: Any) -> Any:
        # So that the error for a CV without basics names what it lacks: basics.name.
        value = {} if value is None else value
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


def field_path(location: Path) -> str:
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
    # By type: asking whether something is a Part takes pydantic longer than all the rest.
    kind = type(value)
    if kind is str:
        return len(value)
    if kind is list:
        return ITEM_COST * len(value) + sum(map(_characters, value))
    if value is None or kind is PartialDate:
        return 0
    return ITEM_COST + sum(map(_characters, value.__dict__.values()))
