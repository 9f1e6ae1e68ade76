"""The texts of HTML: renderer.html.texts."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from renderer.html.texts import blocks, lines, striptags, with_texts


def test_only_the_texts_of_the_body_are_changed() -> None:
    html = '<title>a</title><body><p title="a">a<br>ba</p>a</body>'
    changed = with_texts(html, lambda texts: texts.replace("a", "<b>a</b>"), str.swapcase)
    assert changed == '<title>a</title><body><p title="a"><B>A</B><br>B<B>A</B></p><B>A</B></body>'
    assert with_texts(html, lambda texts: texts) == html


def test_a_text_ends_at_a_tag() -> None:
    html = "<body><p>1 < 2 > 3<b>4</b>\0</p>"
    seen: list[str] = []

    def look(texts: str) -> str:
        seen.extend(texts.split("\0"))
        return texts + "!"

    assert with_texts(html, look) == "<body><p>1 < 2 > 3<b>4</b></p>!"
    assert seen == ["", "1 ", " 3", "4", "", ""]


@pytest.mark.parametrize(
    "html",
    [
        "plain",
        "a  b\n c",
        "<p>a &amp; <b>b</b></p>",
        "1 < 2",
        "a <b c",
        "<<a>b>",
        "<!-- a > b --> c",
        "<a\nb>c",
        "&lt;a&gt;",
        "",
    ],
)
def test_tags_are_stripped_as_jinja_strips_them(html: str) -> None:
    assert striptags(html) == Markup(html).striptags()


def test_blocks_are_paragraphs_and_items() -> None:
    html = '<h2>Work</h2><p class="x">Led <b>teams</b></p><ul><li>One</li><li class="short">Two &amp; three</li></ul>'
    assert blocks(html) == ["Work", "Led teams", "One", "Two & three"]


def test_a_line_that_is_begun_counts() -> None:
    assert lines(["", "a" * 10, "a" * 11], 10) == 3
    assert lines([], 10) == 0
