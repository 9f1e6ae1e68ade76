"""Makes documents, holds them against all rules, and tells the outcome: one row a document, and a table of all."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cv.accept import accept_cv
from cv.options import options_of
from cv.warnings import WarningCode
from renderer.html.fill import Templates, read_labels
from renderer.html.glyphs import Coverage
from renderer.html.languages import language
from tests.documents import readers
from tests.documents.facts import read_facts
from tests.documents.layout import read_layout
from tests.documents.rules import RULES, Subject
from tests.documents.samples import CHECKOUT, TEMPLATES, Case, Made, samples
from tests.documents.text import missing
from tests.documents.verapdf import validate

OUT = CHECKOUT / "out" / "documents"
_WORKERS = 2
_SHOWN = 3
# A line may end inside of an address, and of a word that is longer than a line.
_UNBROKEN = re.compile(r"[^/@\u20e3]{1,40}")
_CONFORMANCE = {"UA-1", "A-2a"}
_COUNTED = {
    "UA-1": "ua1",
    "A-2a": "a2a",
    "text": "text",
    "spaces": "spaces",
    "warnings": "warnings",
    "same bytes": "sha256",
}


@dataclass(slots=True)
class Row:
    """One document's outcome: pages, and what breaks each rule, by the rule's name."""

    conformance: bool = False
    """Whether veraPDF has judged it."""
    pages: int = 0
    broken: dict[str, list[str]] = field(default_factory=dict)
    warnings: int = 0

    def __str__(self) -> str:
        """Everything that is wrong, the rule's name first."""
        lines = []
        for rule, problems in self.broken.items():
            more = f" (and {len(problems) - _SHOWN} more)" if len(problems) > _SHOWN else ""
            lines.append(f"{rule}: {'; '.join(problems[:_SHOWN])}{more}")
        return "\n".join(lines)


def judge(made: Mapping[Case, Made], *, conformance: bool = True) -> dict[Case, Row]:
    """Write the PDFs to out/documents, and judge them by veraPDF, by their text and by the rules of rules.py.

    Without `conformance` veraPDF, which needs Java, does not judge them.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    rows = {case: Row(broken={"done": [one.error]} if one.error else {}) for case, one in made.items()}
    files: dict[Case, Path] = {}
    for case, one in made.items():
        if not one.error:
            files[case] = OUT / f"{case}.pdf"
            files[case].write_bytes(one.pdf)
    # A new interpreter each: this one has threads, and a loop of its own.
    with ProcessPoolExecutor(_WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        seen = {case: pool.submit(_look, case, path) for case, path in files.items()}
        verdicts = validate(list(files.values())) if conformance else {}
        for case, path in files.items():
            row = rows[case]
            row.pages, row.broken = seen[case].result()
            row.warnings = len(made[case].warnings)
            if path in verdicts:
                row.conformance = True
                row.broken |= _conformance(verdicts[path])
            row.broken |= _job(case, made[case])
    return rows


def _look(case: Case, path: Path) -> tuple[int, dict[str, list[str]]]:
    """The number of pages, and what in the file breaks rules; runs in a process of its own."""
    data = path.read_bytes()
    sample = samples()[case.sample]
    written = language(sample.language)
    subject = Subject(
        sample=sample,
        page_format=case.page_format,
        language=written.tag,
        page_label=_labels()[written.labels]["page"],
        rtl=written.rtl,
        layout=read_layout(data),
        facts=read_facts(data),
    )
    broken = {rule.__name__: problems for rule in RULES if (problems := list(rule(subject)))}
    if lost := missing(data, sample.resume.model_dump(mode="json")):
        broken["text"] = [repr(text[:80]) for text in lost]
    if lost := _lost_words(case, data, rtl=written.rtl):
        broken["spaces"] = [f"PDFium lacks {word!r}" for word in lost]
    return len(subject.layout.pages), broken


def _lost_words(case: Case, pdf: bytes, *, rtl: bool) -> list[str]:
    """The words of a document that PDFium, which Chrome and Edge read with, does not give between spaces.

    One in a thousand may be lost, and one of any document: a gap between two letters of a heading may be as wide as a
    space. Of a document that runs from right to left one in a hundred may, and two of any: several Latin words in a
    sentence come in its order, with the punctuation on the wrong side.
    """
    spec = case.spec
    accepted = accept_cv(spec["cvData"], language=spec["options"].get("locale"))
    filled = _templates().fill(case.template, accepted.resume, options_of(spec), headings=accepted.headings)
    words = readers.words_of_html(filled.html)
    lost = [word for word in readers.lost(words, readers.by_pdfium(pdf)) if _UNBROKEN.fullmatch(word)]
    lost = [word for word in lost if any(letter.isalnum() for letter in word)]
    return lost if len(lost) > (max(2, len(words) / 100) if rtl else max(1, len(words) / 1000)) else []


@cache
def _templates() -> Templates:
    return Templates([TEMPLATES], coverage=Coverage.of_system())


@cache
def _labels() -> dict[str, dict[str, str]]:
    return read_labels(TEMPLATES)


def _conformance(verdict: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        standard: [f"{one['clause']} {one['message']} ({one['count']})" for one in verdict[standard]["failures"]]
        for standard in ("ua1", "a2a")
        if not verdict[standard]["passed"]
    }


def _job(case: Case, made: Made) -> dict[str, list[str]]:
    """What the job itself says: its warnings, and that the same job gives the same bytes."""
    broken = {}
    # Whether a last page is drawn in depends on the template and the paper.
    warnings = sorted(warning for warning in made.warnings if warning[0] != WarningCode.PAGES_FITTED)
    if warnings != sorted(case.warnings):
        broken["warnings"] = [f"{warnings}, not {sorted(case.warnings)}"]
    if len(set(made.hashes)) != 1:
        broken["sha256"] = [f"the same job gave {len(set(made.hashes))} documents"]
    return broken


def table(rows: Mapping[Case, Row]) -> str:
    """All outcomes in Markdown: one table a paper size, sample × template, and a line that counts.

    A cell is the number of pages with what was checked, or the rules that are broken.
    """
    lines = []
    for page_format in sorted({case.page_format for case in rows}):
        cases = [case for case in rows if case.page_format == page_format]
        templates = sorted({case.template for case in cases})
        lines += [f"| {page_format} | {' | '.join(templates)} |", f"|---|{'---|' * len(templates)}"]
        for sample in sorted({case.sample for case in cases}):
            cells = (_cell(rows.get(Case(template, sample, page_format))) for template in templates)
            lines.append(f"| {sample} | {' | '.join(cells)} |")
        lines.append("")
    lines.append(summary(rows))
    return "\n".join(lines)


def summary(rows: Mapping[Case, Row]) -> str:
    """How many documents keep every rule, and how many each of the main ones."""

    def kept(rule: str) -> int:
        return sum(not {rule, "done"} & row.broken.keys() for row in rows.values())

    of = len(rows)
    counted = _COUNTED if any(row.conformance for row in rows.values()) else _COUNTED.keys() - _CONFORMANCE
    counts = (f"{name} {kept(rule)}/{of}" for name, rule in _COUNTED.items() if name in counted)
    good = sum(not row.broken for row in rows.values())
    return f"{good} of {of} documents keep every rule: {', '.join(counts)}."


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    if row.broken:
        return f"**{', '.join(row.broken)}**"
    pages = "1 page" if row.pages == 1 else f"{row.pages} pages"
    return pages + (f", {row.warnings} warnings" if row.warnings else "")
