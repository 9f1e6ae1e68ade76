"""The documents that are checked: templates × sample CVs × paper sizes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cv.templates import template_folders

CHECKOUT = Path(__file__).parent.parent.parent
TEMPLATES = CHECKOUT / "templates"
SAMPLES = CHECKOUT / "tests" / "data" / "documents"
PAGE_FORMATS = ("A4", "Letter")
# It shows a photo only when asked.
_WITHOUT_PHOTO = "compact"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of tests/data/documents: {"about", "options", "cvData", "warnings"?, "pages"?}.

    `warnings` are the (code, field) that status.warnings must hold, `pages` the fewest and the most pages.
    """

    name: str
    options: dict[str, Any]
    cv: dict[str, Any]
    warnings: tuple[tuple[str, str], ...] = ()
    pages: tuple[int, int] = (1, 1000)


@dataclass(frozen=True, slots=True, order=True)
class Case:
    """One document to make; its sample is looked up by name, so that a case can be a key and an argument."""

    template: str
    sample: str
    page_format: str = field(default="A4")

    def __str__(self) -> str:
        return f"{self.template}-{self.sample}-{self.page_format}"

    @property
    def spec(self) -> dict[str, Any]:
        """What is asked of the exporter, as a job's spec and a request's body have it."""
        sample = samples()[self.sample]
        return {
            "templateId": self.template,
            "cvData": sample.cv,
            "options": {**sample.options, "pageFormat": self.page_format},
        }

    @property
    def warnings(self) -> list[tuple[str, str]]:
        """The (code, field) that status.warnings must hold, in no order."""
        sample = samples()[self.sample]
        hidden = self.template == _WITHOUT_PHOTO and sample.cv["basics"].get("image") and "photo" not in sample.options
        return [*sample.warnings, *[("FieldIgnored", "cvData.basics.image")] * bool(hidden)]


@dataclass(frozen=True, slots=True)
class Made:
    """A document that was made twice: the first PDF, both hashes, and the warnings as (code, field).

    `error` says why there is none.
    """

    pdf: bytes = b""
    hashes: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    error: str = ""


@cache
def samples() -> dict[str, Sample]:
    """All sample CVs, by name."""
    return {path.stem: _read(path) for path in sorted(SAMPLES.glob("*.json"))}


def cases() -> list[Case]:
    """All documents, template by template."""
    return [
        Case(template, sample, page_format)
        for template in sorted(template_folders([TEMPLATES]))
        for sample in samples()
        for page_format in PAGE_FORMATS
    ]


def _read(path: Path) -> Sample:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Sample(
        name=path.stem,
        options=data["options"],
        cv=data["cvData"],
        warnings=tuple((one["code"], one["field"]) for one in data.get("warnings", [])),
        pages=tuple(data.get("pages", (1, 1000))),
    )


def brief_cases() -> list[Case]:
    """Each sample once, in turn through the templates and the paper sizes."""
    templates = sorted(template_folders([TEMPLATES]))
    return [
        Case(templates[n % len(templates)], sample, PAGE_FORMATS[n % len(PAGE_FORMATS)])
        for n, sample in enumerate(samples())
    ]
