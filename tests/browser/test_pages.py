"""Pages as they are seen: what is painted to their edges, which words stay whole, where pages end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from cv.templates import template_folders
from renderer.document import Rendered
from tests.documents.layout import Element, Layout, read_layout
from tests.documents.local import renderer
from tests.documents.samples import TEMPLATES

SENTENCE = "Led the redesign of the intake process across four departments and cut the waiting time by a third. "
JOB = {"position": "Engineer", "name": "Elm", "summary": SENTENCE, "highlights": [SENTENCE] * 4}
LONG_WORDS = [
    "Programmiersprachen",
    "Unternehmenskommunikation",
    "Freiwilligenmanagement",
    "Literaturwissenschaften",
    "Veröffentlichungstätigkeiten",
    "Konversationsfähigkeit",
    "leutheusser.beratung",
    "@hochschule.example.com",
]
LABELS = {
    "basics": {"name": "Ann Leutheusser", "email": "annegret-leutheusser.beratung@hochschule.example.com"},
    "skills": [
        {"name": "Programmiersprachen", "keywords": ["C++"]},
        {"name": "Unternehmenskommunikation", "level": "C1 (intern)"},
    ],
    "languages": [{"language": "Norwegisch", "fluency": "Konversationsfähigkeit"}],
    "interests": [{"name": "Freiwilligenmanagement"}, {"name": "Literaturwissenschaften", "keywords": ["Lyrik"]}],
    "customSections": [{"title": "Veröffentlichungstätigkeiten", "summary": SENTENCE}],
}

ENLARGED = 24
"""Pixels a point: PDFium paints a pixel that is painted in part, so a line has to be some pixels wide to be seen."""
STEP = 11
IDS = list(template_folders([TEMPLATES]))
# What is painted to the edge: modern's band, or its strip where it has none, and the header of creative.
EDGES = ["creative-A4", "creative-Letter", "modern-A4", "modern-Letter", "strip"]


def _spec(template: str, cv: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"templateId": template, "cvData": {"basics": {"name": "Ann Lee"}, **cv}, "options": options}


_REACHED = {"basics": {"name": "Ann Lee", "email": "a@example.com"}}
DOCUMENTS = {
    **{
        f"{template}-{page_format}": _spec(template, {**_REACHED, "work": [JOB] * 9}, pageFormat=page_format)
        for template in ("creative", "modern")
        for page_format in ("A4", "Letter")
    },
    "strip": _spec("modern", {"work": [JOB] * 9}),
    **{f"labels-{template}": _spec(template, LABELS, locale="de") for template in IDS},
    "short-entries": _spec(
        "executive",
        {"customSections": [{"title": "Achievements", "entries": [{"name": "Result", "summary": SENTENCE * 2}] * 16}]},
    ),
    "band": _spec(
        "modern",
        {**_REACHED, "work": [JOB], "skills": [{"name": "Rust"}], "languages": [{"language": "Welsh"}]},
        pageBreaks={"skills": "newPage"},
    ),
    "long-band": _spec(
        "modern",
        {**_REACHED, "work": [JOB], "skills": [{"name": f"Skill {n}", "keywords": ["a", "b"]} for n in range(40)]},
    ),
    "three-pages": _spec("classic", {"work": [JOB] * 12}, fit="none"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """A document, and where its text stands."""

    pdf: bytes
    layout: Layout

    def reach(self, page: int) -> float:
        """How far down a page its text reaches, 0 to 1."""
        lowest = min(run.bottom for run in self.layout.tree.runs() if run.page == page and run.text.strip())
        return 1 - lowest / self.layout.pages[page][1]

    def heading(self, text: str) -> Element:
        return next(one for one in self.layout.tree.elements() if one.role == "H2" and one.text == text)


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    """All documents, by name."""

    async def render() -> dict[str, Page]:
        async with renderer() as opened:
            return {name: _page(await opened.documents.render(spec)) for name, spec in DOCUMENTS.items()}

    return asyncio.run(render())


def _page(rendered: Rendered) -> Page:
    return Page(rendered.document.pdf, read_layout(rendered.document.pdf))


def edges(page: pypdfium2.PdfPage) -> list[Image.Image]:
    """The outermost point of each side of a page, enlarged and turned so that its edge is at the left."""
    width, height = page.get_size()
    sides = {(0, 0, width - 1, 0): 0, (width - 1, 0, 0, 0): 180, (0, height - 1, 0, 0): 90, (0, 0, 0, height - 1): 270}
    return [
        page.render(scale=ENLARGED, crop=crop).to_pil().convert("RGB").rotate(turn, expand=True)
        for crop, turn in sides.items()
    ]


def bare(edge: Image.Image) -> Iterator[tuple[int, int]]:
    """The pixels of a picture's left column that are lighter than what is painted at its right."""
    width, height = edge.size
    for y in range(0, height, STEP):
        border, inner = (255 - min(_channels(edge, (x, y))) for x in (0, width - 1))
        if border < inner * 0.9 - 1:
            yield 0, y


def _channels(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("name", EDGES)
def test_what_is_painted_to_the_edge_reaches_it(pages: dict[str, Page], name: str) -> None:
    document = pypdfium2.PdfDocument(pages[name].pdf)
    assert len(document) > 1
    sides = [edge for page in document for edge in edges(page)]
    assert any(_channels(edge, (0, 9 * ENLARGED)) != (255, 255, 255) for edge in sides)
    assert [list(bare(edge))[:3] for edge in sides] == [[]] * len(sides)


def test_the_paper_is_a4(pages: dict[str, Page]) -> None:
    for size in pages["creative-A4"].layout.pages:
        assert size == pytest.approx((595.276, 841.89), abs=0.04)


@pytest.mark.parametrize("template", IDS)
def test_labels_and_addresses_do_not_break_in_a_word(pages: dict[str, Page], template: str) -> None:
    runs = [run.text for run in pages[f"labels-{template}"].layout.tree.runs()]
    assert [word for word in LONG_WORDS if not any(word in run for run in runs)] == []


def test_a_section_of_short_entries_begins_on_the_first_page(pages: dict[str, Page]) -> None:
    made = pages["short-entries"]
    assert len(made.layout.pages) == 2
    assert made.reach(0) > 0.6


def test_a_section_of_the_band_starts_on_a_new_page(pages: dict[str, Page]) -> None:
    made = pages["band"]
    (skills,) = {run.page for run in made.heading("Skills").runs()}
    (languages,) = {run.page for run in made.heading("Languages").runs()}
    assert (skills, languages) == (1, 0)


def test_a_band_that_is_longer_than_the_career_leaves_no_page_empty(pages: dict[str, Page]) -> None:
    made = pages["long-band"]
    runs = [run for run in made.layout.tree.runs() if run.text.strip() and run.page == 1]
    assert not runs or min(run.left for run in runs) < 60


def test_classic_takes_from_its_margins_before_a_fourth_page(pages: dict[str, Page]) -> None:
    assert len(pages["three-pages"].layout.pages) == 3
