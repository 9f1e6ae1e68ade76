"""Headings of other programs: renderer.html.headings, and what a document has of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cv.accept import accept_cv
from cv.formats import Heading
from cv.options import MAX_TITLE, validate_options
from renderer.html.fill import Templates
from renderer.html.headings import with_headings

TEMPLATES = Templates([Path(__file__).parents[4] / "templates"])
OWN = Heading("work", "Where I was", ("sections", "experience", "name"), usual=False)
USUAL = Heading("work", "Work Experience", ("sections", "experience", "name"), usual=True)
SUMMARY = Heading("", "In short", ("summary", "title"), usual=False)


@pytest.mark.parametrize(
    ("heading", "asked", "taken", "english", "titles", "fields"),
    [
        (OWN, {}, True, False, {"work": "Where I was"}, []),
        (OWN, {"work": "Career"}, True, True, {"work": "Career"}, []),
        (OWN, {}, False, True, {}, ["cvData.sections.experience.name"]),
        (USUAL, {}, True, True, {"work": "Work Experience"}, []),
        (USUAL, {}, True, False, {}, []),
        (USUAL, {}, False, True, {}, []),
        (SUMMARY, {}, True, True, {}, ["cvData.summary.title"]),
        (Heading("", "Summary", ("summary", "title"), usual=True), {}, True, True, {}, []),
        (Heading("work", "x" * (MAX_TITLE + 1), ("a",), usual=False), {}, True, True, {}, ["cvData.a"]),
    ],
)
def test_a_heading_is_taken_over_or_named(
    heading: Heading, asked: dict[str, str], taken: bool, english: bool, titles: dict[str, str], fields: list[str]
) -> None:
    found, warnings = with_headings(asked, [heading], taken=taken, english=english)

    assert (found, [warning.field for warning in warnings]) == (titles, fields)


@pytest.mark.parametrize(
    ("name", "options", "heading"),
    [
        ("Where I was", {}, "Where I was"),
        ("Where I was", {"sectionTitles": {"work": "Career"}}, "Career"),
        ("Experience", {"locale": "de"}, "Berufserfahrung"),
        ("Stationen", {"locale": "de"}, "Stationen"),
    ],
)
def test_a_document_has_the_heading_of_the_program(name: str, options: dict[str, Any], heading: str) -> None:
    items = [{"company": "Acme", "position": "Lead"}]
    accepted = accept_cv({"basics": {"name": "J"}, "sections": {"experience": {"name": name, "items": items}}})

    html = TEMPLATES.fill("modern", accepted.resume, validate_options(options), headings=accepted.headings).html

    assert f">{heading}</h2>" in html
