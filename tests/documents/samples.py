"""The documents that are checked: templates × sample CVs × paper sizes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cv.accept import accept_cv
from cv.resume import Resume
from cv.templates import template_folders

CHECKOUT = Path(__file__).parent.parent.parent
TEMPLATES = CHECKOUT / "templates"
SAMPLES = CHECKOUT / "tests" / "data" / "documents"
PAGE_FORMATS = ("A4", "Letter")
# It shows a photo only when asked.
_WITHOUT_PHOTO = "compact"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of tests/data/documents: {"about", "options", "cvData", "warnings"?, "pages"?, "language"?, "documents"?}.

    `warnings` are the (code, field) that status.warnings must hold, `pages` the fewest and the most pages. `language`
    is what the document is in, which options need not say; `documents` are those that are made of it (modern-A4), in
    place of every template on both papers.
    """

    name: str
    options: dict[str, Any]
    cv: dict[str, Any]
    warnings: tuple[tuple[str, str], ...] = ()
    pages: tuple[int, int] = (1, 1000)
    language: str = "en"
    documents: tuple[tuple[str, str], ...] = ()

    @property
    def resume(self) -> Resume:
        """The CV as it is read."""
        return accept_cv(self.cv, language=self.options.get("locale")).resume


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
        hidden = self.template == _WITHOUT_PHOTO and sample.resume.basics.image and "photo" not in sample.options
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
        Case(template, name, page_format)
        for template in sorted(template_folders([TEMPLATES]))
        for name, sample in samples().items()
        for page_format in PAGE_FORMATS
        if not sample.documents or (template, page_format) in sample.documents
    ]


def _read(path: Path) -> Sample:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Sample(
        name=path.stem,
        options=data["options"],
        cv=data["cvData"],
        warnings=tuple((one["code"], one["field"]) for one in data.get("warnings", [])),
        pages=tuple(data.get("pages", (1, 1000))),
        language=data.get("language") or data["options"]["locale"],
        documents=tuple(tuple(one.split("-")) for one in data.get("documents", [])),
    )


def brief_cases() -> list[Case]:
    """Each sample once, in turn through the templates and the paper sizes; of those with documents of their own the
    first."""
    templates = sorted(template_folders([TEMPLATES]))
    everywhere = [name for name, sample in samples().items() if not sample.documents]
    return [
        *(
            Case(templates[n % len(templates)], name, PAGE_FORMATS[n % len(PAGE_FORMATS)])
            for n, name in enumerate(everywhere)
        ),
        *(
            Case(sample.documents[0][0], name, sample.documents[0][1])
            for name, sample in samples().items()
            if sample.documents
        ),
    ]
