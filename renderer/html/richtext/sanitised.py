"""HTML into the tree: sanitised by nh3, and then read for the few elements that the tree has.

Also what the Markdown parser writes is read here: both write well-formed HTML in which < is always a tag. The time
is linear in the length; no recursion follows the nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from html import unescape

import nh3

from cv.fields import without_controls
from renderer.html.links import web_link
from renderer.html.richtext.tree import (
    CODE,
    EMPHASIS,
    LOWERED,
    MAX_DEPTH,
    PLAIN,
    RAISED,
    STRONG,
    STRUCK,
    UNDERLINED,
    Block,
    Listing,
    Paragraph,
    Run,
    mapped,
    trimmed,
)

_STYLES = {
    "strong": STRONG,
    "b": STRONG,
    **{f"h{level}": STRONG for level in range(1, 7)},
    "th": STRONG,
    "dt": STRONG,
    "em": EMPHASIS,
    "i": EMPHASIS,
    "cite": EMPHASIS,
    "u": UNDERLINED,
    "ins": UNDERLINED,
    "s": STRUCK,
    "strike": STRUCK,
    "del": STRUCK,
    "sub": LOWERED,
    "sup": RAISED,
    "code": CODE,
    "kbd": CODE,
    "tt": CODE,
}
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
BLOCKS = frozenset(
    {*("p", "div", "ul", "ol", "li", "blockquote", "pre", "hr", "dl", "dt", "dd", "table", "tr", "caption"), *_HEADINGS}
    | {"section", "article", "header", "footer", "main", "aside", "figure", "center", "address", "tbody", "thead"}
)
INLINE = frozenset(
    {*_STYLES, "a", "span", "small", "mark", "font", "big", "abbr", "q", "samp", "var"} - BLOCKS - {"th"}
)
# Most tags by far are theirs; a paragraph goes on after them.
_ENDED_STYLES = frozenset(f"/{tag}" for tag in _STYLES.keys() - BLOCKS)
_VOID = {"br", "img", "wbr"}
_CLEANER = nh3.Cleaner(
    tags={*BLOCKS, *INLINE, *_VOID, "td", "th"},
    attributes={"a": {"href"}, "ol": {"start"}, "img": {"alt"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
# A third of what Run() takes: a long text has ten thousands of runs.
_run: Callable[[tuple[str, int, str | None]], Run] = partial(tuple.__new__, Run)
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_START = re.compile(r"[0-9]{1,6}", re.ASCII)
_BLANKS = re.compile(r"[ \t\n\r\f]+")


def read_html(source: str) -> list[Block]:
    """The tree of HTML that anybody wrote, without links to addresses in texts. White space is as HTML has it."""
    return read_clean(_BLANKS.sub(" ", clean(source)))


def read_clean(source: str) -> list[Block]:
    """The same of HTML that was sanitised or made by a program, in which a newline stands for a line break."""
    blocks = _Reader().read(source)
    # Entities stood for characters that no text may hold (&#x202e;).
    return blocks if without_controls(source) == source else list(mapped(blocks, without_controls))


def clean(source: str) -> str:
    """HTML with nothing in it but what this module reads."""
    return _CLEANER.clean(source)


class _List:
    """A list while it is read."""

    def __init__(self, start: int | None) -> None:
        self.start = start
        self.items: list[tuple[Block, ...]] = []
        self.item: list[Block] = []

    def end_item(self) -> None:
        if self.item:
            self.items.append(tuple(self.item))
            self.item.clear()


class _Reader:
    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._lists: list[_List] = []
        # How many lists are open beyond MAX_DEPTH.
        self._too_deep = 0
        self._runs: list[Run] = []
        self._style = PLAIN
        # The styles around the elements that are open.
        self._outer: list[int] = []
        self._href: str | None = None

    def read(self, source: str) -> list[Block]:
        # What a program writes is well-formed, and has < and > in tags only.
        text, *pieces = source.split("<")
        self._text(text)
        runs = self._runs
        for piece in pieces:
            tag, _, text = piece.partition(">")
            if tag in _ENDED_STYLES:
                self._style = self._outer.pop()
            elif tag in _STYLES:
                if runs and tag in BLOCKS:
                    self._end_paragraph()
                elif runs and tag == "th":
                    self._text(" ")
                self._outer.append(self._style)
                self._style |= _STYLES[tag]
            elif tag[0] == "/":
                self._end(tag[1:])
            else:
                name, _, attributes = tag.partition(" ")
                self._start(name.rstrip("/"), dict(_ATTRIBUTE.findall(attributes)) if '="' in attributes else {})
            # Between blocks are line breaks.
            if text and (runs or text != "\n"):
                self._text(text)
        self._end_paragraph()
        while self._lists:
            self._end_list()
        return self._blocks

    def _text(self, text: str) -> None:
        runs = self._runs
        if "&" in text:
            text = unescape(text)
        if not runs:
            if text.isspace():
                return
        elif text[:1] == "\n" and runs[-1][0].endswith("\n"):
            text = text[1:]
        runs.append(_run((text, self._style, self._href)))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in BLOCKS and self._runs:
            self._end_paragraph()
        match tag:
            case "li" if self._lists:
                self._lists[-1].end_item()
            case "br":
                self._runs.append(Run("\n"))
            case "img":
                self._text(attributes.get("alt", ""))
            case "a":
                self._href = web_link(unescape(attributes.get("href", "")))
            case "td" if self._runs:
                self._text(" ")
            case "ul" | "ol":
                number = _START.fullmatch(attributes.get("start", "1"))
                self._start_list(None if tag == "ul" else int(number[0]) if number else 1)

    def _end(self, tag: str) -> None:
        if tag in BLOCKS and self._runs:
            self._end_paragraph()
        if tag in _STYLES:
            self._style = self._outer.pop()
        elif tag == "a":
            self._href = None
        elif tag in ("ul", "ol") and self._lists:
            if self._too_deep:
                self._too_deep -= 1
            else:
                self._end_list()

    def _start_list(self, start: int | None) -> None:
        if len(self._lists) >= MAX_DEPTH:
            self._too_deep += 1
        else:
            self._lists.append(_List(start))

    def _end_list(self) -> None:
        ended = self._lists.pop()
        ended.end_item()
        if ended.items:
            self._put(Listing(tuple(ended.items), ended.start))

    def _end_paragraph(self) -> None:
        if not self._runs:
            return
        runs = trimmed(self._runs)
        if runs:
            self._put(Paragraph(runs))
        self._runs.clear()

    def _put(self, block: Block) -> None:
        (self._lists[-1].item if self._lists else self._blocks).append(block)
