"""How lines end and where they stand, in sample CVs. Printed on this machine."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from itertools import groupby

import pytest

from cv.templates import template_folders
from tests.documents import readers
from tests.documents.layout import Layout, Run, read_layout
from tests.documents.local import renderer
from tests.documents.samples import TEMPLATES, Case

TEMPLATE_IDS = sorted(template_folders([TEMPLATES]))
ADDRESS = "linkedin.com/in/eleanor-whitcombe-example"
LISTS = {
    "basics": {
        "name": "Ada",
        "summary": "1. One\n2. Two\n3. Three",
        "profiles": [{"network": "Site", "username": "Notes", "url": "https://example.org"}],
    },
    "languages": [
        {"language": "Deutsch", "fluency": "Muttersprache"},
        {"language": "Englisch", "fluency": "Verhandlungssicher (C1)"},
        {"language": "Polnisch", "fluency": "Gute Kenntnisse (B1)"},
    ],
}
# Less text than this on a page, and PDFium takes its lines for vertical ones.
SHORT = {
    "basics": {"name": "김민수", "email": "min@example.com", "phone": "010-0000-0000"},
    "work": [{"name": "삼성", "position": "과장", "startDate": "2015-03", "highlights": ["개발"]}],
    "education": [{"institution": "서울대", "area": "컴퓨터", "endDate": "2014-02"}],
    "skills": [{"name": "C++"}],
}
# What fits into a line, or would if it began one.
NAMES = {
    "basics": {
        "name": "Ada Holm",
        "url": "https://ada.example",
        "location": {"city": "Oslo"},
        "profiles": [{"network": "LinkedIn", "url": "https://linkedin.com/in/adaholmengenberg"}],
    },
    "work": [{"name": "Verk", "summary": f"See https://example.org/{'a' * 50}/{'b' * 30}/{'c' * 40}"}],
    "skills": [{"name": "Go"}, {"name": "Rust"}, {"name": "Linux"}],
    "languages": [{"language": "Angielski", "fluency": "B2 (swobodna komunikacja)"}],
    "interests": [{"name": "Chess"}, {"name": "Judo"}],
}
# In points.
ABOUT_THE_SAME = 1.0


@pytest.fixture(scope="module")
def documents() -> Mapping[tuple[str, str], bytes]:
    """By template and sample, each on A4; "lists" is LISTS, "short" is SHORT, "names" is NAMES."""

    async def printed() -> dict[tuple[str, str], bytes]:
        made = {}
        async with renderer() as opened:
            for template in TEMPLATE_IDS:
                specs = {sample: Case(template, sample).spec for sample in ("typical", "arabic", "japanese")}
                for name, cv, locale in (("lists", LISTS, "en"), ("short", SHORT, "ko"), ("names", NAMES, "en")):
                    specs[name] = {"templateId": template, "cvData": cv, "options": {"locale": locale}}
                for sample, spec in specs.items():
                    made[template, sample] = (await opened.documents.render(spec)).document.pdf
        return made

    return asyncio.run(printed())


@pytest.fixture(scope="module")
def layouts(documents: Mapping[tuple[str, str], bytes]) -> Mapping[tuple[str, str], Layout]:
    """The documents, read."""
    return {name: read_layout(pdf) for name, pdf in documents.items()}


def lines(runs: Iterator[Run]) -> list[str]:
    """The text of each line."""
    rows = groupby(runs, key=lambda run: (run.page, round(run.baseline)))
    return ["".join(run.text for run in row).strip() for _, row in rows]


@pytest.mark.parametrize("template", TEMPLATE_IDS)
def test_the_lines_of_a_short_cv_are_read_across(documents: Mapping[tuple[str, str], bytes], template: str) -> None:
    read = readers.by_pdfium(documents[template, "short"]).replace(",", " ").split()

    assert {"김민수", "min@example.com", "삼성", "과장", "개발", "서울대", "컴퓨터", "C++"} <= set(read)


@pytest.mark.parametrize("template", TEMPLATE_IDS)
def test_an_address_ends_a_line_after_a_slash_alone(layouts: Mapping[tuple[str, str], Layout], template: str) -> None:
    written = lines(layouts[template, "typical"].tree.runs())

    text = "\n".join(written)
    pattern = r"\n?".join(re.escape(part) for part in re.split("(?<=/)", ADDRESS))
    assert re.search(pattern, text), text


@pytest.mark.parametrize("template", TEMPLATE_IDS)
def test_a_japanese_paragraph_does_not_end_in_a_line_of_two_letters(
    layouts: Mapping[tuple[str, str], Layout], template: str
) -> None:
    for block in layouts[template, "japanese"].tree.elements():
        if block.role in ("P", "LBody") and block.text.rstrip().endswith("。"):
            *others, last = lines(block.runs())
            assert not others or len(last) > 4, block.text


def test_a_latin_title_stands_where_arabic_ones_begin(layouts: Mapping[tuple[str, str], Layout]) -> None:
    """In Executive, some readers of whose text need a space after a title."""
    titles = [one for one in layouts["executive", "arabic"].tree.elements() if one.role == "H3"]
    latin, arabic = (
        max(run.right for title in titles if word in title.text for run in title.runs())
        for word in ("Kubernetes", "المشاريع")
    )

    assert abs(latin - arabic) < ABOUT_THE_SAME


@pytest.mark.parametrize("template", ["academic", "compact", "modern"])
def test_page_numbers_end_where_dates_do(layouts: Mapping[tuple[str, str], Layout], template: str) -> None:
    layout = layouts[template, "typical"]

    dates = [run.right for run in layout.tree.runs() if run.page == 1 and re.search(r"\d{4}$", run.text.strip())]
    number = max(run.right for run in layout.furniture[1] if run.text.strip())
    assert abs(max(dates) - number) < ABOUT_THE_SAME


@pytest.mark.parametrize("template", TEMPLATE_IDS)
def test_the_numbers_of_a_list_stand_on_its_lines(layouts: Mapping[tuple[str, str], Layout], template: str) -> None:
    labels = [
        run
        for element in layouts[template, "lists"].tree.elements()
        if element.role == "Lbl"
        for run in element.runs()
        if run.text.strip()
    ]

    # Old style figures go below it.
    assert "3" in labels[-1].text
    assert labels[-1].bottom > labels[-1].baseline - ABOUT_THE_SAME


@pytest.mark.parametrize("template", [one for one in TEMPLATE_IDS if one != "classic"])
def test_a_dot_stands_between_a_name_and_its_address(layouts: Mapping[tuple[str, str], Layout], template: str) -> None:
    """Classic paints it."""
    assert any(re.search("Notes ?· ?example.org", line) for line in lines(layouts[template, "lists"].tree.runs()))


def test_three_languages_stand_in_a_row_of_creative(layouts: Mapping[tuple[str, str], Layout]) -> None:
    names = [run for run in layouts["creative", "lists"].tree.runs() if run.text in ("Deutsch", "Englisch", "Polnisch")]

    assert len(names) == 3
    assert all(name.beside(names[0]) for name in names)


@pytest.mark.parametrize("template", ["classic", "compact", "executive"])
def test_names_of_which_nothing_is_said_stand_in_a_row(
    layouts: Mapping[tuple[str, str], Layout], template: str
) -> None:
    written = lines(layouts[template, "names"].tree.runs())

    assert any(re.search(r"Go\W+Rust\W+Linux$", line) for line in written), written
    assert any(re.search(r"Chess\W+Judo$", line) for line in written), written


@pytest.mark.parametrize("template", TEMPLATE_IDS)
def test_an_address_in_a_text_breaks_after_its_slashes(
    layouts: Mapping[tuple[str, str], Layout], template: str
) -> None:
    written = lines(layouts[template, "names"].tree.runs())

    assert any(line.endswith("b/") for line in written) or any(line.endswith("a/") for line in written), written
    assert any(line.endswith("c" * 40) for line in written), written


def test_a_level_begins_a_line_of_modern_rather_than_break(layouts: Mapping[tuple[str, str], Layout]) -> None:
    written = lines(layouts["modern", "names"].tree.runs())

    assert {"Angielski", "B2 (swobodna komunikacja)"} <= set(written)


def test_an_address_takes_the_room_that_others_leave_in_creative(layouts: Mapping[tuple[str, str], Layout]) -> None:
    written = lines(layouts["creative", "names"].tree.runs())

    assert any("LinkedIn: linkedin.com/in/adaholmengenberg" in line for line in written), written
