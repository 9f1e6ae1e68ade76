"""What gets into a document's CSS, and the colours that it computes."""

from __future__ import annotations

import pytest

from cv.options import Takes, validate_options
from renderer.html import colors
from renderer.html.style import css_families, css_page_number, css_string, page_breaks, variables

SHADES = ["#000000", "#ffffff", "#ffd400", "#c2185b", "#0b5a70", "#7f7f7f", "#7a7a7a", "#00ff00", "#fffffe"]


def test_css_takes_no_character_as_it_is_but_letters_and_digits() -> None:
    assert css_string('a1"</é') == '"a1\\22 \\3c \\2f \\e9 "'
    assert css_page_number("Page {page} of {pages}") == ('"Page\\20 " counter(page) "\\20 of\\20 " counter(pages)')


def test_a_family_is_a_name_and_nothing_else() -> None:
    assert css_families(["Noto Sans", 'x"; } </style>', "Noto Sans"]) == '"Noto Sans", "x  style"'


@pytest.mark.parametrize("accent", SHADES)
def test_text_in_any_accent_can_be_read(accent: str) -> None:
    options = Takes(accentColor="#000000", density=["normal"]).resolve(validate_options({"accentColor": accent}))
    declarations = str(variables(options, fallback_fonts=["Noto Sans"])).split("; ")
    found = {name: value for name, _, value in (part.partition(": ") for part in declarations)}
    text, pale, on = (colors.parse(found[f"--{name}"]) for name in ("accent-text", "accent-pale", "on-accent"))
    assert colors.contrast(text, colors.WHITE) >= colors.READABLE
    assert colors.contrast(text, pale) >= colors.READABLE
    assert colors.contrast(on, colors.parse(accent)) >= colors.READABLE


def test_sizes_are_percent_of_those_of_the_density() -> None:
    options = Takes(density=["compact"], fontSize=True, lineHeight=True, margins=True).resolve(
        validate_options({"fontSize": 90, "lineHeight": 95, "margins": 70})
    )
    declarations = str(variables(options, fallback_fonts=[]))
    assert all(one in declarations for one in ("--size: 0.846;", "--leading: 0.95;", "--margins: 0.7;"))


def test_page_breaks_are_rules_of_the_sections_that_they_name() -> None:
    options = Takes(pageBreaks=True).resolve(
        validate_options({"pageBreaks": {"work": "keepTogether", "customSections": "newPage"}})
    )
    assert str(page_breaks(options)).splitlines() == [
        "section.work { break-inside: avoid }",
        "section.custom:not(section.custom + section.custom) { break-before: page }",
    ]


def test_an_accent_that_can_be_read_is_kept() -> None:
    assert colors.css(colors.readable(colors.parse("#0b5a70"))) == "#0b5a70"


def test_contrast_is_that_of_the_standard() -> None:
    assert colors.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    # A grey that is known to be just readable on white.
    assert colors.contrast(colors.parse("#767676"), colors.WHITE) == pytest.approx(4.54, abs=0.01)
