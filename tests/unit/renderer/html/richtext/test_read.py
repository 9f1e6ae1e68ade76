"""What texts are read as: renderer.html.richtext.read."""

from __future__ import annotations

import pytest

from renderer.html.richtext.read import rich_line, rich_text
from renderer.html.richtext.tree import RichText, blocks_html


def html(text: str, text_format: str = "auto") -> str:
    """The text as HTML, which may not have been plain."""
    rich = rich_text(text, text_format)  # type: ignore[arg-type]
    assert isinstance(rich, RichText), f"{text!r} was taken to be plain"
    return (
        blocks_html(rich.blocks, "ltr")
        .replace(' class="list"', "")
        .replace(' class="said"', "")
        .replace(' class="said spelled"', "")
    )


@pytest.mark.parametrize(
    "text",
    [
        *("C**", "C** and C++", "snake_case", "__init__.py and __main__", "_private", "5 * 3", "5*3*2", "2**3**4"),
        *(
            "#1",
            "the <img> element",
            "#1 in sales",
            "# 1 in sales",
            "C# and F#",
            "1. Platz",
            "3) x",
            "2019. Rom\n2017. Oslo",
            "1.5",
            "-5 °C",
        ),
        *("<3", "a < b > c", "List<String>", "Map<K, V>", "vector<int>", "<name>", "<b>", "use <p> and <i>", "</div>"),
        *("AT&T", "R&D;", "Q&A", "a && b", "&", "&copy", "[1]", "[x](y)", "[x](javascript:alert(1))", "[a]: b", "![x]"),
        *("C:\\Users\\*", "\\\\server\\share", "f(*args, **kwargs)", "*.py and *.js", "(*) and (*)", "~5 to ~10", "~~"),
        *("`rock", "``so'' and ``so''", "> 5 years", "+ 20 %", "- 5 %", "+ 20 %\n+ 10 %", "---", "***", "____", "==="),
        *("Two\nlines", "A\n\nparagraph", "– a dash", "e.g. this", "Node.js", "a | b", "x^2", "$5", "100 %", "@jane"),
        *("<script>alert(1)</script>", "<!-- comment -->", "{{ 7*7 }} {% raw %}", "", " ", "…", "😀 👍🏽", "تجربة"),
    ],
)
def test_what_merely_looks_like_markup_stays_as_it_is(text: str) -> None:
    assert rich_text(text, "auto") is text
    assert rich_line(text, "auto") is text or "\n" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a **b** __c__", "<p>a <strong>b</strong> <strong>c</strong></p>"),
        ("a *b* _c_", "<p>a <em>b</em> <em>c</em></p>"),
        ("les **R**éseaux", "<p>les <strong>R</strong>éseaux</p>"),
        ("***b***", "<p><strong><em>b</em></strong></p>"),
        ("~~b~~ `c_d_e` `*f*`", "<p><s>b</s> c_d_e *f*</p>"),
        ("**Tech:** Go, **.NET**", "<p><strong>Tech:</strong> Go, <strong>.NET</strong></p>"),
        ("这是**重点**内容", "<p>这是<strong>重点</strong>内容</p>"),
        (r"snake\_case 5 \* 3 1\. \[x\]", "<p>snake_case 5 * 3 1. [x]</p>"),
        ("[my *b*](https://example.org/(c))", '<p><a href="https://example.org/(c)">my <em>b</em></a></p>'),
        ("<https://example.org>", '<p><a href="https://example.org">https://example.org</a></p>'),
        ("![a badge](https://example.org/x.png)", "<p>a badge</p>"),
        ("a **b**\nc\n\nd", "<p>a <strong>b</strong></p><p>c</p><p>d</p>"),
        ("**a\nb**", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("* a\n\n* b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("- a\n    * b\n        + c", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>"),
        ("- a\n  more\n- b\nAfter", "<ul><li>a<br>more</li><li>b</li></ul><p>After</p>"),
        ("1. a\n2. b\n   - c", "<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>"),
        ("Steps:\n3) a\n4) b", '<p>Steps:</p><ol start="3"><li>a</li><li>b</li></ol>'),
        ("1. a\n1. b", "<ol><li>a</li><li>b</li></ol>"),
        ("• a\n•b\n\uf0b7 c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("– a\n– b", "<ul><li>a</li><li>b</li></ul>"),
        ("- 5 years\n- 3 teams", "<ul><li>5 years</li><li>3 teams</li></ul>"),
        ("### Tools\nGo\n\n---\nRust", "<p><strong>Tools</strong></p><p>Go</p><p>Rust</p>"),
        ("Title\n-----\ntext **b**", "<p>Title</p><p>text <strong>b</strong></p>"),
        ("```\ncode\n```", "<p>code</p>"),
    ],
)
def test_markdown_that_is_meant(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>a <strong>b</strong></p>\n<p>c</p>", "<p>a <strong>b</strong></p><p>c</p>"),
        ("<ul>\n <li>a</li>\n <li>b <ul><li>c</li></ul></li></ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>"),
        ("<ol start='4'><li>a<li>b</ol>", '<ol start="4"><li>a</li><li>b</li></ol>'),
        ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li>a<p>b</p></li></ul>"),
        ("拿了2.<img src='a.jpg' /> TODO", "<p>拿了2. TODO</p>"),
        ("<div>a.<br>b.</div>", "<p>a.<br>b.</p>"),
        ("a<br>b<br/>**c**", "<p>a</p><p>b</p><p><strong>c</strong></p>"),
        ("a</br>b", "<p>a</p><p>b</p>"),
        ("<u>a</u> <i>b</i> <s>c</s> H<sub>2</sub>O", "<p><u>a</u> <em>b</em> <s>c</s> H<sub>2</sub>O</p>"),
        ("12 &rarr; 41&nbsp;(A&amp;B)", "<p>12 → 41\xa0(A&amp;B)</p>"),
        ("&lt;b&gt; &#8364;", "<p>&lt;b&gt; €</p>"),
        ("See <b>notes</b> &amp; *more*", "<p>See <strong>notes</strong> &amp; <em>more</em></p>"),
        ('<a href="http://example.org/?a=1&amp;b=2">x</a>', '<p><a href="http://example.org/?a=1&amp;b=2">x</a></p>'),
        ('<p><span style="color:red" onclick="x()">a</span><img src="x" alt="b"></p>', "<p>ab</p>"),
        ("<p>a</p><script>alert(1)</script><style>x</style>", "<p>a</p>"),
        ("<p>**Led** [x](https://example.org)</p>", '<p><strong>Led</strong> <a href="https://example.org">x</a></p>'),
        ("<p>• a</p><p>• b</p>", "<ul><li>a</li><li>b</li></ul>"),
        ("<p>Did:<br>- a<br>- b</p>", "<p>Did:</p><ul><li>a</li><li>b</li></ul>"),
        ("<h3>Tools</h3><p>Go", "<p><strong>Tools</strong></p><p>Go</p>"),
        ("<b><p>a</p></b>", "<p><strong>a</strong></p>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a b</p>"),
        ("<table><tr><th>a</th><th>b</th></tr></table>", "<p><strong>a</strong> <strong>b</strong></p>"),
    ],
)
def test_html_that_editors_write(text: str, expected: str) -> None:
    assert html(text) == expected


@pytest.mark.parametrize("text", ["<p></p>", "<p><br></p>", "<ul><li></li></ul>", "&nbsp;", "<div>&nbsp;</div>"])
def test_markup_with_nothing_in_it_is_an_empty_text(text: str) -> None:
    assert rich_text(text, "auto") == ""


def test_no_entity_stands_for_a_character_that_no_text_may_hold() -> None:
    assert rich_text("a&#x202e;b&#0;c&#xfeff;d", "auto") in ("abcd", "ab\ufffdcd")
    assert "\u202e" not in rich_text("<p>&#x202e;x</p>", "html")


@pytest.mark.parametrize("text_format", ["auto", "plain", "markdown", "html"])
def test_an_address_in_a_text_is_a_link_in_each_format(text_format: str) -> None:
    assert html("See https://example.org/a_b.", text_format) == (
        '<p>See <a href="https://example.org/a_b">https://example.org/a_b</a>.</p>'
    )


@pytest.mark.parametrize("text_format", ["auto", "markdown", "html"])
@pytest.mark.parametrize(
    "text",
    [
        '<p><a href="javascript:alert(1)">x</a></p>',
        '<p><a href="JaVaScRiPt&#58;alert(1)">x</a></p>',
        '<p><a href="data:text/html,x">x</a></p>',
        "**x** [x](javascript:alert(1)) [y](data:text/html,x) [z](vbscript:x) <javascript:alert(1)>",
        "[x][1]\n\n[1]: javascript:alert(1)",
    ],
)
def test_no_markup_makes_a_link_to_a_script(text: str, text_format: str) -> None:
    assert "href" not in html(text, text_format) if rich_text(text, text_format) is not text else True  # type: ignore[arg-type]


def test_a_format_that_is_given_is_not_doubted() -> None:
    assert rich_text("**a** <p>b</p> &amp;", "plain") == "**a** <p>b</p> &amp;"
    assert html("1. Platz", "markdown") == "<ol><li>Platz</li></ol>"
    assert html("<b>a</b> **b**", "markdown") == "<p><strong>a</strong> <strong>b</strong></p>"
    assert html("a\n**b** <i>c</i>", "html") == "<p>a **b** <em>c</em></p>"


def test_the_words_are_those_of_the_text_without_its_markup() -> None:
    text = "I **build**:\n- a [b](https://example.org)\n  1. c\n  2. d\n\n<b>e</b> &amp; f"
    assert rich_text(text, "auto").split("\n") == ["I build:", "a b", "1. c", "2. d", "e & f"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("AT&amp;T", "AT&T"),
        ("**Lead** Dev", "Lead Dev"),
        ("<p>CEO</p>", "CEO"),
        ("- **x**", "- x"),
        ("*Nature*", "Nature"),
    ],
)
def test_a_line_has_no_blocks(text: str, words: str) -> None:
    rich = rich_line(text, "auto")
    assert rich == words
    assert isinstance(rich, RichText)
    assert len(rich.blocks) == 1
