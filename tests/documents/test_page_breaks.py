"""What a page break does not part, in a document with a break at every height of a section. Printed on this machine."""

from __future__ import annotations

import asyncio
import re

import pytest

from cv.templates import template_folders
from tests.documents.layout import read_layout
from tests.documents.local import renderer
from tests.documents.samples import TEMPLATES

SECTIONS = 120
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
