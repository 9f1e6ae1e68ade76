"""A text with markup as a tree: paragraphs and lists of runs. What is not in it cannot be printed.

Its depth is bounded, MAX_DEPTH: whatever the source nests deeper stands at the deepest level. Runs do not nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from markupsafe import Markup, escape

from renderer.html.direction import direction
from renderer.html.links import addresses, may_hold_address

MAX_DEPTH = 6
"""How many lists may stand in each other."""


# How a run is set, as flags: ints, since a long text has ten thousands of runs. CODE is set like the text around it,
# but holds no addresses.
PLAIN = 0
STRONG = 1
EMPHASIS = 2
UNDERLINED = 4
STRUCK = 8
LOWERED = 16
RAISED = 32
CODE = 64


class Run(NamedTuple):
    """Text in one style; \\n is a line break. `href` is where it leads to, an address that links.py has made."""

    text: str
    style: int = PLAIN
    href: str | None = None


class Paragraph(tuple[Run, ...]):
    """Runs, of which at least one holds something to see."""

    __slots__ = ()


class Listing(NamedTuple):
    """A list; `start` is the number of the first item, None for bullets. No item is empty."""

    items: tuple[tuple[Block, ...], ...]
    start: int | None = None


Block = Paragraph | Listing


class RichText(str):
    """The words of a text with markup, line by line, without the markup; `blocks` is the tree.

    As any string it is escaped where a template prints it. A template prints the tree by the filters `rich`,
    `inline` and `point`.
    """

    __slots__ = ("blocks",)
    blocks: tuple[Block, ...]

    def __new__(cls, blocks: Iterable[Block]) -> RichText:
        blocks = tuple(blocks)
        text = super().__new__(cls, "\n".join(_lines(blocks)))
        text.blocks = blocks
        return text

    def mapped(self, change: Callable[[str], str]) -> RichText:
        """The same tree with each text changed."""
        return RichText(mapped(self.blocks, change))


_TEXT = itemgetter(0)


def words(runs: Iterable[Run]) -> str:
    """The text of some runs."""
    return "".join(map(_TEXT, runs))


def trimmed(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Runs without white space at either end and without empty ones."""
    # Most are one or have nothing to trim.
    if len(runs) == 1:
        (run,) = runs
        text = run[0].strip()
        return () if not text else (run,) if text == run[0] else (Run(text, run.style, run.href),)
    if runs and all(map(_TEXT, runs)) and not (runs[0][0][0].isspace() or runs[-1][0][-1].isspace()):
        return tuple(runs)
    first, last = 0, len(runs)
    while first < last and not runs[first].text.strip():
        first += 1
    while first < last and not runs[last - 1].text.strip():
        last -= 1
    kept = list(runs[first:last])
    if kept:
        if kept[0].text[0].isspace():
            kept[0] = kept[0]._replace(text=kept[0].text.lstrip())
        if kept[-1].text[-1].isspace():
            kept[-1] = kept[-1]._replace(text=kept[-1].text.rstrip())
    return tuple(filter(_TEXT, kept))


def with_links(text: RichText) -> RichText:
    """The text with the addresses in it as links: of its tree, since its words stay the same."""
    if may_hold_address(text):
        text.blocks = tuple(_with_links(text.blocks))
    return text


def _with_links(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield Paragraph(_linked(block)) if may_hold_address(words(block)) else block
        else:
            yield Listing(tuple(tuple(_with_links(item)) for item in block.items), block.start)


def _linked(runs: Iterable[Run]) -> Iterator[Run]:
    for run in runs:
        text, style, href = run
        if href or style & CODE or not may_hold_address(text):
            yield run
            continue
        done = 0
        for start, end, address in addresses(text):
            if start > done:
                yield Run(text[done:start], style)
            yield Run(text[start:end], style, address)
            done = end
        if done < len(text):
            yield Run(text[done:], style) if done else run


def by_line(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Runs, line by line, without empty lines."""
    if "\n" not in words(runs):
        return [tuple(runs)]
    lines: list[list[Run]] = [[]]
    for run in runs:
        text, style, href = run
        if "\n" not in text:
            lines[-1].append(run)
            continue
        first, *others = text.split("\n")
        if first:
            lines[-1].append(Run(first, style, href))
        lines += [[Run(text, style, href)] if text else [] for text in others]
    return [line for line in map(trimmed, lines) if line]


def blocks_html(blocks: Iterable[Block], base: str) -> Markup:
    """The blocks as HTML in a document of the direction `base`."""
    return Markup("".join(_block_html(block, base) for block in blocks))


def item_html(blocks: Sequence[Block], base: str) -> Markup:
    """The blocks as what stands in a list item: the first paragraph is its text, in a <span> when it is turned."""
    if not blocks or not isinstance(blocks[0], Paragraph):
        return blocks_html(blocks, base)
    turned = direction(words(blocks[0]), base)
    text = runs_html(blocks[0])
    first = Markup(f"<span{turned}>{text}</span>") if turned else text
    return first + blocks_html(blocks[1:], base) if len(blocks) > 1 else first


def inline_html(blocks: Iterable[Block]) -> Markup:
    """The blocks as what stands in a line."""
    return Markup(" ").join(runs_html(paragraph) for paragraph in paragraphs(blocks))


def runs_html(runs: Iterable[Run]) -> Markup:
    """Runs as HTML; the runs of one link are in one <a>, which is marked when an address stands there in full."""
    html: list[str] = []
    for href, of_link in groupby(runs, attrgetter("href")):
        inner = "".join(map(_run_html, of_link))
        named = "said spelled" if "//" in inner else "said"
        html.append(f'<a class="{named}" href="{escape(href)}">{inner}</a>' if href else inner)
    return Markup("".join(html))


_TAGS = ((LOWERED, "sub"), (RAISED, "sup"), (STRUCK, "s"), (UNDERLINED, "u"), (EMPHASIS, "em"), (STRONG, "strong"))


def lines_html(text: str) -> Markup:
    """A text, escaped, with its line breaks."""
    html = escape(text)
    return Markup(str(html).replace("\n", "<br>")) if "\n" in text else html


def _run_html(run: Run) -> str:
    html = str(lines_html(run.text))
    if run.style:
        for style, tag in _TAGS:
            if run.style & style:
                html = f"<{tag}>{html}</{tag}>"
    return html


def _block_html(block: Block, base: str) -> str:
    if isinstance(block, Paragraph):
        return f"<p{direction(words(block), base)}>{runs_html(block)}</p>"
    items = "".join(f"<li>{item_html(item, base)}</li>" for item in block.items)
    if block.start is None:
        return f'<ul class="list">{items}</ul>'
    start = f' start="{block.start}"' if block.start != 1 else ""
    return f'<ol class="list"{start}>{items}</ol>'


def paragraphs(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    """All paragraphs of a tree, those of its lists included, in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for item in block.items:
                yield from paragraphs(item)


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield words(block)
            continue
        for number, item in enumerate(block.items):
            first, *others = [words(item[0])] if len(item) == 1 and isinstance(item[0], Paragraph) else _lines(item)
            yield first if block.start is None else f"{block.start + number}. {first}"
            yield from others


def mapped(blocks: Iterable[Block], change: Callable[[str], str]) -> Iterator[Block]:
    """The same blocks with each text changed."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield Paragraph(Run(change(text), style, href) for text, style, href in block)
        else:
            yield block._replace(items=tuple(tuple(mapped(item, change)) for item in block.items))
