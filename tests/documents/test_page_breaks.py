"""What a page break does not part, in a document with a break at every height of a section. Printed on this machine."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pypdfium2
import pytest

from cv.templates import template_folders
from tests.documents.layout import read_layout
from tests.documents.local import renderer
from tests.documents.samples import TEMPLATES, Case

SECTIONS = 120
# So many lines before it bring a list to the foot of a first page.
HEIGHTS = range(24, 52)
SKILLS = 4
# A pixel of a picture is so much of a point, and no letter is as low as that.
PIXEL = 0.25
A_POINT = 1.0
SENTENCE = "The report was read by everybody who had paid for it, and by nobody else. "


def sections() -> list[dict[str, object]]:
    """Sections with an introduction and an entry, of heights that share no factor with a page's."""
    return [
        {
            "title": "Committees",
            "summary": f"Introduction {n}.",
            "entries": [{"name": f"Entry {n}.", "date": "2020", "summary": SENTENCE * (n % 7 + 1)}],
        }
        for n in range(SECTIONS)
    ]


def with_skills(lines: int) -> dict[str, Any]:
    """A CV with a list of skills after so many lines of text."""
    return {
        "basics": {"name": "Ada"},
        "customSections": [{"title": "Notes", "summary": "<br>".join(["Line."] * lines)}],
        "skills": [{"name": f"Skill {n}", "keywords": [SENTENCE]} for n in range(SKILLS)],
    }


def height_of_last_line(page: pypdfium2.PdfPage) -> float:
    """How high the ink of the last line of a page is, in points."""
    picture = page.render(scale=1 / PIXEL, grayscale=True).to_pil().point(lambda grey: 255 * (grey < 225))
    left, _, right, bottom = picture.getbbox()
    top = bottom
    while picture.crop((left, top - 1, right, top)).getbbox():
        top -= 1
    return float((bottom - top) * PIXEL)


@pytest.fixture(scope="module")
def documents() -> dict[str, bytes]:
    """The PDF of these sections in each template."""

    async def printed() -> dict[str, bytes]:
        async with renderer() as opened:
            return {
                template: (
                    await opened.documents.render(
                        {
                            "templateId": template,
                            "cvData": {"basics": {"name": "Ada"}, "customSections": sections()},
                            "options": {"locale": "en", "pageFormat": "A4"},
                        }
                    )
                ).document.pdf
                for template in template_folders([TEMPLATES])
            }

    return asyncio.run(printed())


@pytest.mark.parametrize("template", sorted(template_folders([TEMPLATES])))
def test_an_introduction_stays_with_the_first_entry(documents: dict[str, bytes], template: str) -> None:
    layout = read_layout(documents[template])

    text = [(run.text, run.page) for run in layout.tree.runs()]
    pages = {
        " ".join(found[0].split()): page
        for words, page in text
        for found in re.finditer(r"(Introduction|Entry)\s\d+", words)
    }

    assert len(pages) == 2 * SECTIONS
    assert len(layout.pages) > 8
    parted = [n for n in range(SECTIONS) if pages[f"Introduction {n}"] != pages[f"Entry {n}"]]
    assert not parted, f"introductions of {template} alone at the foot of a page: {parted}"


@pytest.mark.parametrize("template", ["academic", "classic", "compact", "executive"])
def test_no_skill_stands_alone_on_a_page(template: str) -> None:
    """Creative keeps up to three whole, a row of whose grid takes no other rule; Modern has them in its band."""

    async def printed() -> list[bytes]:
        options = {"locale": "en", "fit": "none", "sectionOrder": ["customSections", "skills"]}
        async with renderer() as opened:
            specs = [{"templateId": template, "cvData": with_skills(lines), "options": options} for lines in HEIGHTS]
            return [(await opened.documents.render(spec)).document.pdf for spec in specs]

    parted = 0
    for lines, pdf in zip(HEIGHTS, asyncio.run(printed()), strict=True):
        text = [(run.text, run.page) for run in read_layout(pdf).tree.runs()]
        pages = [page for words, page in text if re.match(r"Skill\s\d", words)]
        assert len(pages) == SKILLS
        assert all(pages.count(page) > 1 for page in pages), f"a skill alone after {lines} lines: {pages}"
        parted += len(set(pages)) > 1
    assert parted, "no page ended within the skills"


def test_skills_in_one_row_take_no_entry_with_them_to_the_next_page() -> None:
    async def printed() -> list[bytes]:
        options = {"locale": "en", "fit": "none", "sectionOrder": ["customSections", "skills"]}
        async with renderer() as opened:
            pdfs = []
            for lines in HEIGHTS:
                cv = with_skills(lines)
                committees = {"title": "Committees", "entries": [{"name": "First."}, {"name": "Last."}]}
                cv["customSections"].append(committees)
                cv["skills"] = [{"name": "Skill 0"}, {"name": "Skill 1"}]
                spec = {"templateId": "creative", "cvData": cv, "options": options}
                pdfs.append((await opened.documents.render(spec)).document.pdf)
            return pdfs

    parted = []
    for pdf in asyncio.run(printed()):
        pages = {run.text.strip(): run.page for run in read_layout(pdf).tree.runs()}
        parted.append(pages["Last."] < pages["Skill 0"])
    assert any(parted), "the entry before the skills went with them from every page"


def test_no_interest_stands_alone_where_the_band_of_modern_goes_on() -> None:
    async def printed() -> bytes:
        async with renderer() as opened:
            return (await opened.documents.render(Case("modern", "typical", "Letter").spec)).document.pdf

    runs = read_layout(asyncio.run(printed())).tree.runs()
    pages = {run.text: run.page for run in runs if run.text in ("Interests", "Fell running", "Bookbinding")}

    assert len(pages) == 3
    assert len(set(pages.values())) == 1, pages


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_letters_higher_than_a_line_are_whole_at_the_top_of_a_page(language: str) -> None:
    """What reaches over the top is cut off there, and painted at the foot of the page before."""
    words = {"ja": "新しい職歴", "ko": "새로운 활동", "zh-Hans": "国际项目经历"}[language]
    entries = [
        {"name": words, "date": f"20{n % 20 + 10}-03", "summary": words * (n % 5), "highlights": [words] * (n % 3)}
        for n in range(SECTIONS)
    ]
    cv = {"basics": {"name": "Ada"}, "customSections": [{"title": words, "entries": entries}]}
    options = {"locale": language, "pageFormat": "A4", "fit": "none", "lineHeight": 95}

    async def printed() -> bytes:
        async with renderer() as opened:
            spec = {"templateId": "classic", "cvData": cv, "options": options}
            return (await opened.documents.render(spec)).document.pdf

    with pypdfium2.PdfDocument(asyncio.run(printed())) as document:
        heights = [height_of_last_line(page) for page in document]

    assert len(heights) > 5
    assert min(heights) > A_POINT, f"the heights of the last lines: {heights}"
