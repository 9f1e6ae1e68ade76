"""The filters with which templates print texts: {{ text|rich }}. Each takes a plain text as well."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from renderer.html.direction import direction
from renderer.html.richtext.tree import (
    Block,
    Listing,
    Paragraph,
    RichText,
    Run,
    blocks_html,
    inline_html,
    item_html,
    lines_html,
)

_FIRST_PART = '<span class="part">'
_END = "</span>"
_NEXT_PART = f'{_END} {_FIRST_PART}<span class="dot">· </span>'
# So many letters of listed words are some lines, which may stand on two pages.
_LONG_LIST = 300
_NUMBER = re.compile(r"([0-9]{1,3})[.)]\s+(?=\S)")


class Points(list[str]):
    """The items of a list; `start` is the number of the first, None when they are not numbered."""

    start: int | None = None


@pass_context
def rich(context: Context, text: str) -> Markup:
    """A text as paragraphs and lists: HTML for a <div>."""
    if isinstance(text, Markup):
        return text
    base = context["dir"]
    if isinstance(text, RichText):
        return blocks_html(text.blocks, base)
    return Markup("".join(f"<p{direction(line, base)}>{escape(line)}</p>" for line in text.split("\n") if line))


@pass_context
def point(context: Context, text: str) -> Markup:
    """A text as what stands in a list item; one in the other direction keeps the item on the document's side."""
    if isinstance(text, RichText):
        return item_html(text.blocks, context["dir"])
    # The lines of an item are one paragraph: a list item has no room for more.
    html, turned = lines_html(text), direction(text, context["dir"])
    return Markup(f"<span{turned}>{html}</span>") if turned else html


def inline(text: str) -> str:
    """A text as what stands in a line: strong words and links, no paragraphs."""
    return inline_html(text.blocks) if isinstance(text, RichText) else text


def parts(texts: Iterable[str]) -> Markup:
    """What is not empty of some texts, with dots between them. At a line's start a dot is out of sight: base.css."""
    return _dotted([escape(inline(text)) for text in texts if text])


def _dotted(written: list[Markup]) -> Markup:
    return Markup(_FIRST_PART + _NEXT_PART.join(written) + _END) if written else Markup()


@pass_context
def listed(context: Context, texts: Sequence[str], comma: str) -> Markup:
    """Texts as what stands in a line, parted by a comma, and in the document's direction.

    Where one of them runs from left to right in a document that does not, there are dots: readers take a comma for a
    part of the word that it stands beside on the page, which is the next one.
    """
    turned = [direction(text, context["dir"]) for text in texts]
    written = [escape(inline(text)) for text in texts]
    spans = [Markup(f"<span{way}>{text}</span>") if way else text for way, text in zip(turned, written, strict=True)]
    if context["dir"] == "ltr" or not any(turned):
        return Markup(comma.join(spans))
    long = " long" if sum(map(len, texts)) > _LONG_LIST else ""
    return Markup(f'<span class="listed{long}">{_dotted(spans)}</span>')


@pass_context
def points(context: Context, texts: Iterable[str]) -> Points:
    """Texts as the items of one list: of a text that is a list, its items; numbers that all begin with are its own."""
    items = Points(item for text in texts for item in _items(text))
    if context["options"].textFormat == "plain":
        return items
    numbers = [_NUMBER.match(_first_run(item)) for item in items]
    found = [int(number[1]) for number in numbers if number]
    if len(found) > 1 and found == list(range(found[0], found[0] + len(items))):
        items[:] = [_without(item, number[0]) for item, number in zip(items, numbers, strict=True) if number]
        items.start = found[0]
    return items


def sentences(first: str, second: str, stop: str) -> str:
    """Two texts as one: the first, with `stop` when it ends without a full stop, leads the second's first paragraph."""
    if not (first and second):
        return first or second
    between = " " if first[-1] in ".!?…。！？" else stop
    if not isinstance(first, RichText) and not isinstance(second, RichText):
        return f"{first}{between}{second}"
    *before, last = _blocks(first)
    head, *after = _blocks(second)
    if isinstance(last, Paragraph) and isinstance(head, Paragraph):
        return RichText([*before, Paragraph((*last, Run(between), *head)), *after])
    return RichText([*before, last, head, *after])


def _blocks(text: str) -> tuple[Block, ...]:
    if isinstance(text, RichText):
        return text.blocks
    return tuple(Paragraph((Run(line),)) for line in text.split("\n") if line)


def _items(text: str) -> Iterable[str]:
    if isinstance(text, RichText) and len(text.blocks) == 1:
        (block,) = text.blocks
        if isinstance(block, Listing) and block.start is None:
            return map(RichText, block.items)
    return (text,)


def _first_run(text: str) -> str:
    if not isinstance(text, RichText):
        return text
    first = next(iter(text.blocks), None)
    return first[0].text if isinstance(first, Paragraph) else ""


def _without(text: str, start: str) -> str:
    """A text without what its first run starts with."""
    if not isinstance(text, RichText):
        return text.removeprefix(start)
    first, *others = text.blocks
    assert isinstance(first, Paragraph)
    run, *more = first
    return RichText([Paragraph((run._replace(text=run.text.removeprefix(start)), *more)), *others])
