"""Print every CV of a folder with each template, and judge what became of it: `make corpus DIR=folder`.

For CVs as people have them, of which nobody has said how they should look: which are refused and why, what is lost
without a warning, which words each PDF reader gets, whether the PDFs conform, and how full their pages are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from crds.errors import JobError
from cv import resume
from cv.formats.converted import USUAL
from cv.names import field_names, squeezed
from cv.warnings import Warning, WarningCode
from cv.written_dates import is_present, read_date, read_period
from runtime.json_text import object_without_twins
from tests.documents import readers
from tests.documents.facts import links_of
from tests.documents.layout import Run, read_layout
from tests.documents.local import Renderer, renderer
from tests.documents.samples import CHECKOUT
from tests.documents.text import extracted
from tests.documents.verapdf import validate

OUT = CHECKOUT / "out" / "corpus"
_WORKERS = 2
_SHOWN = 3
# Of a page's height, from its top to its last line.
NEARLY_EMPTY = 0.2
HALF_EMPTY = 0.6
_LONGER_THAN_A_LINE = 30
# What templates write in a form of their own (dates, addresses, names of countries), or other programs keep for
# themselves.
_NOT_PRINTED = re.compile(
    r"(?i)(id|uuid|image|picture|photo|url|website|href|link|uri|.*date|.*month|start|end|.*at|country|countrycode|network|username|version|schemaversion|"
    r"\$schema|meta|metadata|settings|theme|layout|css|visible|hidden|lang|locale|language_code|icon|type|color"
    r"|columns|size|iconcolor|aspectratio|borderradius|design|rendercv_settings|fontawesome_icon|sort_entries|keywordlayout"
    r"|slug|visibility|userid|shortid|entry_type)$"
)
_MARKUP = re.compile(r"<[^<>]*>|\]\([^()]*\)|https?://\S+|&[a-z]+;|&#(?:\d+|x[0-9a-f]+);")
# A line ends anywhere among ideographs: each is a word.
_WORD = re.compile(rf"{readers.IDEOGRAPH}|(?:(?!{readers.IDEOGRAPH})[^\W_])+")
_LEVELS = ("level", "levelNum")
_LEVEL_IN_WORDS = ("description", "proficiency", "fluency", "level")
# In a word or around it: H<sub>2</sub>O, `code`, **R**esearch.
_IN_WORDS = re.compile(r"</?(?:sub|sup|b|i|u|s|em|strong|span|a)(?:\s[^<>]*)?>|&shy;|`|\*\*")
_SECTIONS = ("cvData.sections.", "cvData.data.sections.")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LETTERS_OR_DIGITS = re.compile(r"\d+|\D+")


@dataclass(slots=True)
class Outcome:
    """What became of one file in one template."""

    name: str
    template: str
    refused: str = ""
    converted: str = ""
    pdf: Path | None = None
    words: tuple[str, ...] = ()
    warnings: tuple[Warning, ...] = ()
    milliseconds: float = 0.0
    silent: tuple[str, ...] = ()
    """The paths of texts that are neither printed nor in a warning."""
    lost: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The words that each reader lost."""
    fills: tuple[float, ...] = ()
    """How much of the height of each page is used."""
    conforms: bool | None = None


async def print_all(files: Sequence[Path], template_ids: Sequence[str]) -> list[Outcome]:
    """The documents of all files in all templates."""
    OUT.mkdir(parents=True, exist_ok=True)
    async with renderer() as opened:
        await opened.documents.warm_up(opened.templates.ids)
        return [
            await _print(opened, file, template) for file in files for template in template_ids or opened.templates.ids
        ]


async def _print(opened: Renderer, file: Path, template: str) -> Outcome:
    outcome = Outcome(file.stem, template)
    timings: dict[str, float] = {}
    try:
        data = read(file)
        spec = {"templateId": template, "cvData": data, "fileName": file.stem}
        rendered = await opened.documents.render(spec, timings)
    except JobError as e:
        outcome.refused = str(e)
        return outcome
    except ValueError as e:
        outcome.refused = f"not JSON: {e}"
        return outcome
    outcome.milliseconds = sum(timings.values())
    outcome.warnings = rendered.warnings
    outcome.converted = next((w.message for w in rendered.warnings if w.code is WarningCode.FORMAT_CONVERTED), "")
    outcome.pdf = OUT / f"{file.stem}-{template}.pdf"
    outcome.pdf.write_bytes(rendered.document.pdf)
    outcome.words = tuple(readers.words_of_html(opened.printer.html))
    outcome.silent = tuple(silent(data, rendered.document.pdf, rendered.warnings))
    return outcome


def read(file: Path) -> Any:
    """The CV of a file; of the body of a POST its cvData. ValueError when it is no JSON, or loses a field."""
    data = json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=object_without_twins)
    return data["cvData"] if isinstance(data, dict) and isinstance(data.get("cvData"), dict) else data


def silent(data: Any, pdf: bytes, warnings: Sequence[Warning]) -> Iterator[str]:
    """The paths of the texts of cvData that are not in a document, and in no warning.

    A text is there when all its words are, wherever they stand: markup, line breaks and columns part them. What a link
    leads to is there too: a title that leads to its DOI.
    """
    texts = [*extracted(pdf), *links_of(pdf)]
    whole = _folded(" ".join("\n".join(texts).split()))
    there = set(_WORD.findall(whole))
    named = {warning.field for warning in warnings}
    for path, text in leaves(data, "cvData"):
        if is_present(text) or _is_usual(path, text):
            continue
        if (read_date(text) or read_period(text)) and all(year in whole for year in _YEAR.findall(text)):
            # Dates are written in the document's own form.
            continue
        variants = (_MARKUP.sub(" ", _IN_WORDS.sub(tag, text)) for tag in (" ", ""))
        if any(_are_there(_WORD.findall(_folded(variant)), there, whole) for variant in variants):
            continue
        if not any(
            path == field or path.startswith((f"{field}.", f"{field}[")) for field in named if field != "cvData"
        ):
            yield path


def _is_usual(path: str, text: str) -> bool:
    """Whether a text is the title that another program gives to a section by itself, or the word email or phone."""
    of_section = path.endswith(".heading") or (path.startswith(_SECTIONS) and path.endswith(".name"))
    of_contact = path.endswith((".label", ".name")) and field_names(resume.Basics).get(squeezed(text)) in (
        "email",
        "phone",
    )
    return of_contact or (of_section and squeezed(text) in USUAL)


def _are_there(words: Sequence[str], there: Set[str], whole: str) -> bool:
    return all(
        word in there
        or _turned(word) in there
        or _hyphenated(word, there)
        or (len(word) > _LONGER_THAN_A_LINE and word in whole.replace(" ", ""))
        for word in words
    )


def _folded(text: str) -> str:
    """Without case, marks and what shows nothing by itself: vowel signs are extracted where they are drawn."""
    # PDFium writes U+FFFE or U+0002 for a hyphen at the end of a line.
    parted = re.sub("[\ufffe\u0002\\s]", " ", text)
    plain = (
        c for c in unicodedata.normalize("NFKD", parted) if unicodedata.category(c) not in ("Mn", "Cf", "Cc", "Cn")
    )
    return "".join(plain).replace("\u0640", "").casefold()


def _hyphenated(word: str, there: Set[str]) -> bool:
    """Whether a word is there in two parts, as the end of a line divides it."""
    return any(word[:at] in there and word[at:] in there for at in range(1, len(word)))


def _turned(word: str) -> str:
    """A word with letters and digits as PDFium puts them in a line from right to left: 1C for C1."""
    return "".join(_LETTERS_OR_DIGITS.findall(word)[::-1])


def leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The texts and numbers that a document is to show, with their paths."""
    if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool) and value):
        # A level or a score of 0 is what programs write for none.
        yield path, str(value)
    elif isinstance(value, dict) and not _is_left_out(value):
        for name, part in value.items():
            words = (value.get(word) for word in _LEVEL_IN_WORDS)
            if name in _LEVELS and isinstance(part, int) and any(isinstance(word, str) and word for word in words):
                # Dots that another program draws beside the words.
                continue
            if not _NOT_PRINTED.fullmatch(str(name)):
                yield from leaves(part, f"{path}.{name}")
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from leaves(part, f"{path}[{n}]")


def _is_left_out(value: Mapping[str, Any]) -> bool:
    """Whether an object is hidden in the program that it comes from, or is a section without items: a title."""
    hidden = value.get("visible") is False or value.get("enable") is False or value.get("hidden") is True
    return hidden or value.get("items") == []


def look(outcome: Outcome) -> tuple[dict[str, list[str]], tuple[float, ...]]:
    """The words that each reader lost, and how full the pages are; runs in a process of its own."""
    assert outcome.pdf is not None
    logging.disable(logging.WARNING)  # pdfminer.six has one for each Type 3 font.
    pdf = outcome.pdf.read_bytes()
    lost = {name: readers.lost(outcome.words, read(pdf)) for name, read in readers.readers().items()}
    layout = read_layout(pdf)
    lowest: dict[int, Run] = {}
    for run in layout.tree.runs():
        if run.text.strip() and (run.page not in lowest or run.bottom < lowest[run.page].bottom):
            lowest[run.page] = run
    fills = (
        1 - lowest[page].bottom / height if page in lowest else 0.0 for page, (_, height) in enumerate(layout.pages)
    )
    return lost, tuple(fills)


def judge(outcomes: Sequence[Outcome], *, conformance: bool) -> None:
    """Fill in what can be seen of the finished files."""
    made = [outcome for outcome in outcomes if outcome.pdf is not None]
    with ProcessPoolExecutor(_WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        for outcome, (lost, fills) in zip(made, pool.map(look, made, chunksize=4), strict=True):
            outcome.lost, outcome.fills = lost, fills
    verdicts = validate([outcome.pdf for outcome in made if outcome.pdf]) if conformance else {}
    for outcome in made:
        if outcome.pdf in verdicts:
            verdict = verdicts[outcome.pdf]
            outcome.conforms = verdict["ua1"]["passed"] and verdict["a2a"]["passed"]


def table(outcomes: Sequence[Outcome]) -> str:
    """A row a file, in Markdown: of all templates together."""
    names = list(readers.readers())
    head = ["file", "outcome", "pages", "words", *(f"lost: {name}" for name in names), "silent", "warnings", "ms"]
    lines = [f"| {' | '.join(head)} |", f"| --- | --- |{' ---: |' * (len(head) - 2)}"]
    for name in dict.fromkeys(outcome.name for outcome in outcomes):
        of = [outcome for outcome in outcomes if outcome.name == name]
        made = [outcome for outcome in of if outcome.pdf]
        if not made:
            lines.append(f"| {name} | {of[0].refused[:100].replace('|', ' ')} |{' |' * (len(head) - 2)}")
            continue
        cells = [
            f"{min(len(one.fills) for one in made)} to {max(len(one.fills) for one in made)}",
            str(sum(len(one.words) for one in made)),
            *(str(sum(len(one.lost[reader]) for one in made)) for reader in names),
            str(sum(len(one.silent) for one in made)),
            str(max(len(one.warnings) for one in made)),
            f"{median(one.milliseconds for one in made):.0f}",
        ]
        lines.append(f"| {name} | {made[0].converted[:60] or 'accepted'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def summary(outcomes: Sequence[Outcome]) -> str:
    """What the bars ask for."""
    files = Counter(outcome.pdf is not None for outcome in {one.name: one for one in outcomes}.values())
    made = [outcome for outcome in outcomes if outcome.pdf]
    words = sum(len(outcome.words) for outcome in made) or 1
    last = [outcome.fills[-1] for outcome in made if len(outcome.fills) > 1]
    inner = [fill for outcome in made for fill in outcome.fills[:-1]]
    judged = [outcome for outcome in made if outcome.conforms is not None]
    lines = [
        f"files: {files.total()}, accepted {files[True]}, refused {files[False]}",
        f"documents: {len(made)}, silent losses: {sum(len(outcome.silent) for outcome in made)}",
        f"conform to UA-1 and A-2a: {sum(bool(outcome.conforms) for outcome in judged)} of {len(judged)}",
        f"last pages under {NEARLY_EMPTY:.0%}: {sum(fill < NEARLY_EMPTY for fill in last)} of {len(last)}",
        f"pages before the last under {HALF_EMPTY:.0%}: {sum(fill < HALF_EMPTY for fill in inner)} of {len(inner)}",
        *(
            f"words with spaces, {name}: {100 * (1 - sum(len(one.lost[name]) for one in made) / words):.2f} %"
            for name in readers.readers()
        ),
    ]
    return "\n".join(f"- {line}" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write out/corpus/table.md and print it; 1 when a CV of the folder was refused or lost something in silence."""
    parser = argparse.ArgumentParser(prog="python -m tests.documents.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--template", action="append", default=[], help="these only")
    parser.add_argument("--no-conformance", action="store_true", help="without veraPDF, which needs Java")
    parser.add_argument("--words", action="store_true", help="print the words that readers lost")
    options = parser.parse_args(arguments)
    files = sorted(options.folder.glob("*.json"))
    if not files:
        parser.error(f"{options.folder} has no file *.json")
    outcomes = asyncio.run(print_all(files, options.template))
    judge(outcomes, conformance=not options.no_conformance)
    for outcome in outcomes:
        if outcome.silent:
            more = f" and {len(outcome.silent) - _SHOWN} more" if len(outcome.silent) > _SHOWN else ""
            print(f"{outcome.name}, {outcome.template}: silently lost: {', '.join(outcome.silent[:_SHOWN])}{more}")
        for name, words in outcome.lost.items() if options.words else ():
            if words:
                print(f"{outcome.name}, {outcome.template}: {name} lost: {' '.join(words)}")
    text = f"{table(outcomes)}\n\n{summary(outcomes)}\n"
    (OUT / "table.md").write_text(text, encoding="utf-8")
    print(text)
    return int(any(outcome.refused or outcome.silent for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
