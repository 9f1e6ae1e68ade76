"""The shapes of requests and answers. Requests and lists of templates are JSON objects with the API's own names."""

# No `from __future__ import annotations`: it would hide which fields of a TypedDict are required.
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from pdf_export_client.errors import ExportError

Section = Literal[
    "work",
    "projects",
    "education",
    "volunteer",
    "publications",
    "skills",
    "languages",
    "certificates",
    "awards",
    "customSections",
    "interests",
    "references",
]


class Options(TypedDict, total=False):
    """How the document is to look. Each template takes some of these: see TemplateInfo."""

    locale: str | None
    pageFormat: Literal["A4", "Letter"] | None
    accentColor: str | None
    fontFamily: str | None
    density: Literal["normal", "compact", "spacious"] | None
    fontSize: int | None
    lineHeight: int | None
    margins: int | None
    pageBreaks: dict[Section, Literal["newPage", "keepTogether"]] | None
    photo: bool | None
    sectionOrder: list[Section] | None
    sectionTitles: dict[Section, str] | None
    textFormat: Literal["auto", "plain", "markdown", "html"] | None
    fit: Literal["auto", "none"] | None
    maxPages: int | None


class _Required(TypedDict):
    resumeId: int | str
    templateId: str
    cvData: dict[str, Any]


class ExportRequest(_Required, total=False):
    """One export: which CV (an object in the form of JSON Resume), with which template, and how it is to look."""

    fileName: str | None
    userPackage: str | None
    userId: str | None
    options: Options | None


class TemplateInfo(TypedDict):
    """A template that is installed. `options` is a JSON Schema of what it takes, with the defaults."""

    id: str
    name: str
    description: str
    columns: int
    options: dict[str, Any]


class TemplateList(TypedDict):
    """The templates that are installed, and the JSON Schema of cvData."""

    templates: list[TemplateInfo]
    cvSchema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Warning:
    """Something that was left out of the document, or replaced in it."""

    code: str
    """For programs: one word of a fixed set."""
    field: str
    """The field as the request names it, for example `cvData.work[0].summary`."""
    message: str
    """For people."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A CV as JSON Resume."""

    format: str
    """What it was sent in, for people: `Reactive Resume v4`."""
    cv: dict[str, Any]
    warnings: tuple[Warning, ...] = ()
    """What is not in it, or not as it was sent."""


@dataclass(frozen=True, slots=True)
class Processing:
    """The job waits, or is being printed."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Done:
    """The PDF can be downloaded from `file_url`."""

    job_id: str
    file_url: str
    warnings: tuple[Warning, ...] = ()
    """Empty when nothing was left out or replaced."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The job ended without a PDF."""

    job_id: str
    error: str
    """Why, and what to do about it, for people."""
    code: str
    """Why, for programs."""
    retryable: bool
    """Whether the same request may succeed when it is sent again."""


JobStatus = Processing | Done | Failed


@dataclass(frozen=True, slots=True)
class Update:
    """What happens to an export, for progress and logs."""

    state: Literal["sending", "processing", "retrying"]
    """`retrying`: an answer was lost or refused; the request is sent again after `delay`."""
    elapsed: float
    """Seconds since the export began."""
    job_id: str | None = None
    error: ExportError | None = None
    """Why the request is sent again."""
    delay: float = 0.0
    """Seconds."""
