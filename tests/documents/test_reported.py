"""Documents that were reported as wrong, each printed on this machine: what they must hold now."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pymupdf
import pypdf
import pytest

from tests.documents import readers
from tests.documents.facts import links_of
from tests.documents.layout import read_layout
from tests.documents.local import renderer
from tests.documents.samples import CHECKOUT, samples

REPORTED = CHECKOUT / "tests" / "data" / "reported.json"
EVERY_READER = ("PDFium", "MuPDF", "pdftotext -raw", "pypdf", "pdfminer.six")
# ActualText is not for the last two, which take glyphs alone.
THE_BEST_READERS = EVERY_READER[:3]


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, the words of its page, and its warnings as (code, field)."""

    pdf: bytes
    words: tuple[str, ...]
    warnings: tuple[tuple[str, str], ...]

    def read(self, reader: str) -> str:
        """Its text in one of the readers, with plain spaces."""
        return " ".join(readers.readers()[reader](self.pdf).split())

    def links(self) -> set[str]:
        """Where its links lead."""
        return set(links_of(self.pdf))


@cache
def printed() -> Mapping[str, Printed]:
    """All documents, printed once."""
    return asyncio.run(_print_all())


async def _print_all() -> Mapping[str, Printed]:
    made = {}
    async with renderer() as opened:
        for name, spec in json.loads(REPORTED.read_text(encoding="utf-8")).items():
            rendered = await opened.documents.render(spec)
            words = tuple(readers.words_of_html(opened.printer.html))
            warnings = tuple((one.code.value, one.field) for one in rendered.warnings)
            made[name] = Printed(rendered.document.pdf, words, warnings)
    return made


@pytest.mark.parametrize(
    ("name", "by"),
    [
        *((name, EVERY_READER) for name in ("apostrophe-manrope", "nbsp-lato", "markdown")),
        *((name, EVERY_READER) for name in ("creative-skill-word", "html", "links", "object-char", "old-schema")),
        *((name, EVERY_READER) for name in ("human-dates", "loose-types", "unknown-fields-lost", "uppercase")),
        *((name, EVERY_READER) for name in ("wrong-section-names", "double-brackets", "empty-first-page")),
        *((name, EVERY_READER) for name in ("schema-valid-dates", "schema-valid-no-name")),
        *((name, EVERY_READER) for name in ("narrow-spaces-executive", "pdfium-spaces-creative")),
        ("hindi-glued-words", ("PDFium", "pdftotext -raw")),
        ("lam-alef", THE_BEST_READERS),
        ("emoji-text-style", ("PDFium", "MuPDF")),
    ],
)
def test_each_word_is_read_with_its_spaces(name: str, by: tuple[str, ...]) -> None:
    document = printed()[name]
    for reader in by:
        if read := readers.readers().get(reader):
            # A line may end inside of an address.
            lost = [word for word in readers.lost(document.words, read(document.pdf)) if "://" not in word]
            assert lost == [], reader


def test_an_address_in_a_text_is_read_in_one_piece() -> None:
    for reader in EVERY_READER:
        if reader in readers.readers():
            assert "list (http://example.org) and https://example.org/b." in printed()["slashes-lato"].read(reader)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("apostrophe-manrope", ["the team's work"]),
        ("creative-skill-word", ["Programmiersprachen", "Entwicklungswerkzeuge"]),
        ("double-brackets", ["English – Advanced (C1)"]),
        ("pdfium-spaces-creative", ["Ann Young", "Microsoft SQL Server", "Software Developer II"]),
        ("html", ["Designer with 10+ years.", "Ran a team of five.", "Improved NPS from 12 → 41 (A&B tests)"]),
        ("markdown", ["I build reliable systems", "Cut cloud cost by 38 %", "C++", "Tool with 2k stars;"]),
        ("nbsp-lato", ["one two three four", "Bath in Somerset"]),
        ("object-char", ["Perl and MySQL Maintenance", "• Developer"]),
        ("old-schema", ["Example Tidewater Ltd", "4.0", "Example Press", "Code Club"]),
        ("unknown-fields-lost", ["Tidewater Works", "University of Example", "4.0"]),
        ("wrong-section-names", ["Engineer", "Example", "X"]),
        ("uppercase", ["Straße & Maße", "Աշխատանք և ուսում", "İş ilişkileri ısı"]),
        ("human-dates", ["Sep 2023 – Present", "Sep 2024 – Present", "Summer 2018", "Jan 2020 – Present", "2019"]),
        ("loose-types", ["491234567", "Berlin, Germany", "Python", "SQL", "did x", "3.9"]),
        ("schema-valid-dates", ["Jun 2018", "2019-13"]),
        ("schema-valid-no-name", ["x@example.org", "Engineer"]),
    ],
)
def test_the_text_stands_in_the_document(name: str, texts: list[str]) -> None:
    read = printed()[name].read("PDFium")
    assert [text for text in texts if text not in read] == [], read


def test_markup_is_not_printed() -> None:
    for name in ("html", "markdown"):
        assert re.findall(r"\*\*|`|__|~~|<[a-z/]|&[a-z]+;|\]\(", printed()[name].read("PDFium")) == []


def test_addresses_are_links() -> None:
    expected = {
        "http://example.org", "tel:+4915730404362", "https://example.org/talks", "https://example.org/d'observation",
        "https://github.com/x/p",
    }  # fmt: skip
    assert {link.removesuffix("/") for link in printed()["links"].links()} == expected
    expected = {"https://blog.example.org", "https://karpenter.sh", "https://example.org/tips"}
    assert expected <= {link.removesuffix("/") for link in printed()["markdown"].links()}


def test_what_stands_for_a_picture_of_another_program_is_gone() -> None:
    assert not set("\ufffc\ufffd\uf0b7") & set(printed()["object-char"].read("PDFium"))


@pytest.mark.parametrize("reader", THE_BEST_READERS)
def test_an_arabic_ligature_is_its_letters(reader: str) -> None:
    if reader in readers.readers():
        read = printed()["lam-alef"].read(reader)
        assert not re.findall("[\ufef5-\ufefc]", read)
        assert "الإدارة" in read


def test_pictures_among_the_signs_are_in_colour() -> None:
    with pymupdf.open(stream=printed()["emoji-text-style"].pdf, filetype="pdf") as document:
        spans = [
            span
            for block in document[0].get_text("dict")["blocks"]
            for line in block.get("lines", [])
            for span in line["spans"]
        ]
    fonts = {character: span["font"] for span in spans for character in span["text"] if character in "📈📊🚀"}
    assert len(fonts) == 3
    # Glyphs in colour are drawings, in fonts without a name.
    assert all(font.startswith("Type3") for font in fonts.values()), fonts


def test_the_direction_follows_from_the_texts() -> None:
    document = pypdf.PdfReader(io.BytesIO(printed()["arabic-no-locale"].pdf))
    assert str(document.root_object["/Lang"]) == "ar"
    assert ("LocaleGuessed", "options.locale") in printed()["arabic-no-locale"].warnings
    assert "arabic-inferred" in samples(), "which is held against all rules"


@pytest.mark.parametrize(
    ("name", "warnings"),
    [
        ("unknown-fields-lost", [("FieldIgnored", "cvData.wrok[0].name")]),
        ("old-schema", [("PhotoIgnored", "cvData.basics.picture"), ("FieldIgnored", "cvData.basics.yearofexperience")]),
        ("wrong-section-names", []),
        ("human-dates", [("DateAsWritten", "cvData.work[3].startDate")]),
        ("loose-types", []),
        ("schema-valid-dates", [("DateAsWritten", "cvData.work[0].endDate")]),
        ("schema-valid-no-name", [("NameMissing", "cvData.basics.name")]),
    ],
)
def test_nothing_else_is_warned_of(name: str, warnings: list[tuple[str, str]]) -> None:
    assert sorted(printed()[name].warnings) == sorted(warnings)


def test_a_first_page_is_not_left_with_a_name_alone() -> None:
    layout = read_layout(printed()["empty-first-page"].pdf)
    lowest = min(run.bottom for run in layout.tree.runs() if run.page == 0 and run.text.strip())
    assert lowest < layout.pages[0][1] / 2
