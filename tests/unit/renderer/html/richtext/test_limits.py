"""Hostile texts: however large and nested the source, the tree is shallow and holds no more than the source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import pytest

from cv.fields import MAX_TEXT
from cv.options import TextFormat
from renderer.html.richtext.read import rich_text
from renderer.html.richtext.tree import MAX_DEPTH, Block, Paragraph, RichText, blocks_html

BOMBS = {
    "lists": "".join(" " * depth + "- a\n" for depth in range(130)),
    "lists in a line": "- " * (MAX_TEXT // 2 - 1) + "a",
    "quotes": ">" * (MAX_TEXT - 1) + "a",
    "brackets": "[" * MAX_TEXT,
    "links": "[a](" * (MAX_TEXT // 4),
    "images": "![" * (MAX_TEXT // 2),
    "stars": "*a " * (MAX_TEXT // 3),
    "open and close": "**a *b " * 500 + "c* d** " * 500,
    "runs of stars": "*" * 4000 + "a" + "*" * 4000,
    "ticks": "".join("`" * count + "a" for count in range(1, 139)),
    "tags": "<b>" * 1500 + "a" + "</b>" * 1300,
    "unclosed tags": "<p>" * (MAX_TEXT // 3 - 2) + "</p>",
    "nested lists of HTML": "<ul><li>" * 1000 + "a" + "</ul>" * 300,
    "nested boxes": "<div>" * 900 + "a" + "</div>" * 900,
    "mismatched tags": "<b><i></b></i><p>" * 500 + "</p>",
    "attributes": "<p " + "a='b' " * 1500 + ">x</p>",
    "a long attribute": '<p title="' + "x" * 9000 + '">a</p>',
    "entities": "&amp;" * (MAX_TEXT // 5),
    "entities of entities": "&" + "amp;" * (MAX_TEXT // 4 - 1) + "lt;",
    "a number beyond all": f'<ol start="{"9" * 9000}"><li>a</ol>',
    "unfinished entities": "&a" * (MAX_TEXT // 2),
    "a document type with entities": '<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "x">]><p>&a;</p>',
    "ten thousand items": "-\n" * (MAX_TEXT // 2),
    "items": "- a\n" * (MAX_TEXT // 4),
    "items of HTML": "<ul>" + "<li>a" * 1900 + "</ul>",
    "numbers": "".join(f"{number}. a\n" for number in range(1, 1000)),
    "addresses": "a.co/ " * (MAX_TEXT // 6),
    "nearly addresses": "a." * (MAX_TEXT // 2),
    "nearly mail": "a+" * (MAX_TEXT // 2),
    "brackets in an address": "https://a.co/" + "(" * 4000 + ")" * 4000 + "." * 1000,
    "comments": "<!--" * (MAX_TEXT // 4),
    "backslashes": "\\" * MAX_TEXT,
    "spaces": "a **b**" + " " * 9000 + "c",
    "line breaks": "**a**" + "\n" * 9000 + "b",
}


def counted(blocks: Iterable[Block], depth: int = 0) -> tuple[int, int]:
    """How many lists stand in each other, and how many nodes there are."""
    deepest, nodes = depth, 0
    for block in blocks:
        nodes += 1
        if isinstance(block, Paragraph):
            nodes += len(block)
            continue
        for item in block.items:
            inner, more = counted(item, depth + 1)
            deepest, nodes = max(deepest, inner), nodes + 1 + more
    return deepest, nodes


@pytest.mark.parametrize("text_format", get_args(TextFormat))
@pytest.mark.parametrize("name", BOMBS)
def test_a_tree_is_shallow_and_no_larger_than_its_source(name: str, text_format: TextFormat) -> None:
    text = BOMBS[name]
    rich = rich_text(text, text_format)
    if not isinstance(rich, RichText):
        assert rich is text
        return
    depth, nodes = counted(rich.blocks)
    assert depth <= MAX_DEPTH
    assert nodes <= 2 * len(text) + 10
    assert len(rich) <= 2 * len(text)
    assert len(blocks_html(rich.blocks, "ltr")) <= 20 * len(text) + 100
