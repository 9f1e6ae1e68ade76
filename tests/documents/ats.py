"""Which words of a CV each reader gets, by template and script: `make ats` writes docs/ats.md.

Every template prints sample CVs on this machine's Chromium, in each typeface that it offers; the readers of readers.py
read the documents, and their words are held against those of the printed page.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.documents import readers
from tests.documents.local import renderer
from tests.documents.samples import CHECKOUT, samples

OUT = CHECKOUT / "out" / "ats"
PAGE = CHECKOUT / "docs" / "ats.md"
SCRIPTS = {
    **dict.fromkeys(("typical", "short", "five-pages", "vietnamese", "empty-sections"), "Latin"),
    "emoji": "Latin with emoji",
    "greek": "Greek",
    "ukrainian": "Cyrillic",
    **dict.fromkeys(("chinese-simplified", "chinese-traditional", "japanese"), "Chinese, Japanese"),
    "korean": "Korean",
    "hindi": "Devanagari",
    "thai": "Thai",
    **dict.fromkeys(("arabic", "persian"), "Arabic"),
    "hebrew": "Hebrew",
}
"""The script of each sample that is a CV as people have them."""
_IN_ALL_TYPEFACES = "typical"
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and the words of its page."""

    template: str
    sample: str
    pdf: Path
    words: tuple[str, ...]


@dataclass(slots=True)
class Share:
    """How many words there are, and how many of them each reader lost."""

    words: int
    lost: Counter[str]

    def of(self, reader: str) -> float:
        """The share that a reader gets, in per cent."""
        return 100 * (1 - self.lost[reader] / self.words)


async def print_all(names: Sequence[str], template_ids: Sequence[str]) -> list[Printed]:
    """The documents of samples in templates; one sample is printed in each typeface."""
    OUT.mkdir(parents=True, exist_ok=True)
    printed = []
    async with renderer() as opened:
        for template in template_ids or opened.templates.ids:
            families = opened.templates.takes(template).options_schema()["properties"]["fontFamily"]["enum"]
            for name in names:
                for family in families if name == _IN_ALL_TYPEFACES else families[:1]:
                    options = {**samples()[name].options, "fontFamily": family}
                    spec = {"templateId": template, "cvData": samples()[name].cv, "options": options}
                    pdf = OUT / f"{template}-{name}-{family.replace(' ', '-')}.pdf"
                    pdf.write_bytes((await opened.documents.render(spec)).document.pdf)
                    words = tuple(readers.words_of_html(opened.printer.html))
                    printed.append(Printed(template, name, pdf, words))
    return printed


def read_all(printed: Sequence[Printed]) -> Iterator[tuple[Printed, dict[str, list[str]]]]:
    """The words of each document that each reader loses."""
    with ProcessPoolExecutor(_WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from zip(printed, pool.map(_lost, printed), strict=True)


def _lost(document: Printed) -> dict[str, list[str]]:
    logging.disable(logging.WARNING)  # pdfminer.six has one for each Type 3 font.
    pdf = document.pdf.read_bytes()
    return {name: readers.lost(document.words, read(pdf)) for name, read in readers.readers().items()}


def table(shares: Mapping[tuple[str, str], Share], names: Sequence[str]) -> str:
    """A row a script and template, in Markdown."""
    lines = [f"| script | template | words | {' | '.join(names)} |", f"| --- | --- | ---: |{' ---: |' * len(names)}"]
    for script in dict.fromkeys(SCRIPTS.values()):
        for template in sorted(template for of, template in shares if of == script):
            share = shares[script, template]
            cells = " | ".join(f"{share.of(name):.1f}" for name in names)
            lines.append(f"| {script} | {template} | {share.words} | {cells} |")
    return "\n".join(lines)


def page(shares: Mapping[tuple[str, str], Share], names: Sequence[str]) -> str:
    """docs/ats.md."""
    return f"""# What readers get out of the PDFs

Made by `make ats`. The table shows how many per cent of a CV's words each reader gets: PDFium is what Chrome and Edge
read with, pdftotext is Poppler's, by itself and with the order of the content stream or of the page, and MuPDF, pypdf
and pdfminer.six are what applicant tracking systems are built on.

A word counts when it stands between spaces in the reader's text, with the characters that the page shows. One that is
glued to its neighbour, torn apart or spelled with other characters is lost; words that are divided by a hyphen count
as two, and each ideograph counts as a word. Where the page breaks a line within a word of Thai or after the slash of an
address, so may the reader. The order of words is not compared. The documents are sample CVs of
`tests/data/documents`, one of them in each typeface that a template offers.

{table(shares, names)}

pypdf and pdfminer.six take the text of single glyphs and ignore ActualText (ISO 32000-1, 14.9.4). They part a word of
Devanagari or Thai where letters with a vowel sign or a tone mark end a string of their own. pdfminer.six leaves words
that run from right to left reversed; pypdf has the two letters of an Arabic ligature the wrong way round.

These words are lost in any document with such lines, also in one of plain glyphs that each say their character
(`tests/unit/documents/test_limits.py`):

- PDFium puts the Latin words of a line that runs from right to left in that line's order, with a comma or bracket on
  the other side, and so the parts of an address or of a name with figures: `Israel PyCon,`, `com.github`, `js3.D`. A
  line with more Latin pieces than others it takes for one from left to right, with the colon before the word:
  `:GitHub`. So in these documents addresses stand in lines of their own, and Latin words that commas list in brackets
  stand in the sentence's order; what is lost is within sentences.
- `pdftotext -raw` counts a comma, a full stop or a colon to the numbers and leaves it before the word that it follows.

MuPDF has full stops and colons that follow a Latin word on its other side, and turns the halves of a Persian word
around at a zero-width non-joiner. `pdftotext -layout` has the columns of a page side by side, and so the text of one
between the halves of a Thai word that goes over two lines.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is lost of each document; write the page when all samples and templates were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.documents.ats", description=__doc__)
    parser.add_argument("--template", action="append", default=[], help="of these only")
    parser.add_argument("--sample", action="append", default=[], choices=SCRIPTS, help="of these only")
    parser.add_argument("--words", type=int, default=0, help="name so many of the words that a reader loses")
    options = parser.parse_args(arguments)
    names = list(readers.readers())
    shares: dict[tuple[str, str], Share] = {}
    printed = asyncio.run(print_all(options.sample or list(SCRIPTS), options.template))
    for document, lost in read_all(printed):
        print(f"{document.pdf.stem:44} {len(document.words):5} words, lost: ", end="")
        print(", ".join(f"{name} {len(words)}" for name, words in lost.items() if words) or "none")
        for name, words in lost.items():
            if shown := words[: options.words]:
                print(f"    {name}: {' '.join(shown)}")
        share = shares.setdefault((SCRIPTS[document.sample], document.template), Share(0, Counter()))
        share.words += len(document.words)
        share.lost.update({name: len(words) for name, words in lost.items()})
    print(table(shares, names))
    if not (options.sample or options.template):
        PAGE.write_text(page(shares, names), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
