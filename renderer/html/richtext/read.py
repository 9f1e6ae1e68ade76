"""What a text is, plain or with markup, and its tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from cv.options import TextFormat
from renderer.html.richtext.markdown import markdown_html, meant, meant_inline, paired_tags
from renderer.html.richtext.sanitised import BLOCKS, clean, read_clean, read_html
from renderer.html.richtext.tree import (
    Block,
    Listing,
    Paragraph,
    RichText,
    Run,
    by_line,
    paragraphs,
    trimmed,
    with_links,
    words,
)

# Whether a text can hold markup or an address at all: few do, and this is all that is asked of the others. Each
# pattern begins with one character or class, for which Python searches fast.
_MARK = re.compile(r"[*_~`\[<\\@]")
_ENTITY = re.compile(r"&#?\w{1,32};")
_DOMAIN = re.compile(r"\.(?<=[A-Za-z0-9]\.)[a-z]{2}")
_LEAD = re.compile(
    r"\n *(?:[-+·–—] |[0-9]{1,3}[.)] |#{1,6} |[•▪‣◦●○■□➢➤►▸▶∙\uf0b7\uf0a7\uf0d8\uf076\uf0fc])",
)
_MARKDOWN_IN_HTML = re.compile(r"\*\*[^*]+\*\*|\]\((?:https?://|www\.|mailto:)")
# A sign of what the last one finds, or what may stand for one.
_MAY_HOLD_MARKDOWN = re.compile(r"[*\]]|&(?!(?:amp|lt|gt|quot|nbsp);)")
_HANGING = re.compile(r"[•▪‣◦●○■□➢➤►▸▶∙·\uf0b7\uf0a7\uf0d8\uf076\uf0fc]\s*|[-*–—]\s+")
_NESTING = re.compile(r"<(/?)(?:ul|ol|blockquote)\b")
_MAX_NESTING = 100


def may_be_rich(text: str) -> bool:
    """Whether a text may hold markup or an address; texts may be asked for together, parted by line breaks."""
    return bool(
        _MARK.search(text)
        or _DOMAIN.search(text)
        or _LEAD.search("\n" + text)
        or "://" in text
        or "tel:" in text
        or ("&" in text and _ENTITY.search(text))
    )


def rich_text(text: str, text_format: TextFormat) -> str:
    """The text as RichText, or as it is when it holds neither markup nor an address."""
    return _told_apart(text, _blocks(text, text_format)) if may_be_rich(text) else text


def rich_line(text: str, text_format: TextFormat) -> str:
    """The same for a text without blocks, such as the name of an employer: it is one paragraph."""
    if not may_be_rich(text):
        return text
    runs = [run for paragraph in paragraphs(_line_blocks(text, text_format)) for run in (*paragraph, Run(" "))]
    return _told_apart(text, [Paragraph(trimmed(runs))] if trimmed(runs) else [])


def _told_apart(text: str, blocks: Iterable[Block]) -> str:
    rich = with_links(RichText(blocks))
    is_plain = all(
        isinstance(block, Paragraph) and not any(run.style or run.href for run in block) for block in rich.blocks
    )
    return (
        text if is_plain and rich.split("\n") == [line for line in map(str.strip, text.split("\n")) if line] else rich
    )


def _blocks(text: str, text_format: TextFormat) -> Iterator[Block]:
    match text_format:
        case "plain":
            return _split(_plain(text))
        case "html":
            return _listed(read_html(text))
        case "markdown":
            html = markdown_html(text)
            return _split(_plain(text) if _is_bomb(html) else read_clean(clean(html)))
        case _:
            tags = paired_tags(text)
            if tags & BLOCKS:
                blocks = read_html(text)
                return _listed(_with_markdown(blocks) if _MAY_HOLD_MARKDOWN.search(text) else blocks)
            return _split(_from_markdown(meant(text, tags), bool(tags)))


def _is_bomb(html: str) -> bool:
    """Whether lists and quotations nest so deep that nobody means it, and cleaning them takes quadratic time."""
    depths = accumulate(-1 if closing else 1 for closing in _NESTING.findall(html))
    return any(depth > _MAX_NESTING for depth in depths)


def _line_blocks(text: str, text_format: TextFormat) -> Iterable[Block]:
    match text_format:
        case "plain":
            return _plain(text)
        case "html":
            return read_html(text)
        case _:
            tags = paired_tags(text)
            if tags & BLOCKS:
                return read_html(text)
            return _from_markdown(meant_inline(text, tags), bool(tags))


def _from_markdown(source: str, holds_html: bool) -> list[Block]:
    html = markdown_html(source)
    return read_clean(clean(html) if holds_html else html)


def _plain(text: str) -> Iterator[Block]:
    runs = trimmed([Run(text)])
    if runs:
        yield Paragraph(runs)


def _split(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with each line of a paragraph as a paragraph, as the lines of plain texts are."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from map(Paragraph, by_line(block))
        else:
            yield block


def _with_markdown(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of HTML in which somebody wrote Markdown, as is common in editors."""
    for block in blocks:
        if isinstance(block, Listing):
            yield Listing(tuple(tuple(_with_markdown(item)) for item in block.items), block.start)
        elif _MARKDOWN_IN_HTML.search(words(block)):
            yield Paragraph(_reread(block))
        else:
            yield block


def _reread(runs: Iterable[Run]) -> Iterator[Run]:
    for run in runs:
        if run.href or not _MARKDOWN_IN_HTML.search(run.text):
            yield run
            continue
        # White space at the ends is the text's own: the parser would drop it.
        text = run.text.strip()
        start = run.text.index(text)
        yield Run(run.text[:start], run.style)
        for paragraph in paragraphs(_from_markdown(meant_inline(text, frozenset()), False)):
            yield from (Run(one.text, one.style | run.style, one.href) for one in paragraph)
        yield Run(run.text[start + len(text) :], run.style)


def _listed(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks with paragraphs or lines that begin with a bullet, two or more, as a list."""
    items: list[tuple[Run, ...]] = []
    for block in blocks:
        lines = by_line(block) if isinstance(block, Paragraph) else []
        hanging = [_HANGING.match(words(line)) is not None for line in lines]
        if lines and all(hanging):
            items.extend(lines)
            continue
        if items:
            yield from _list_of(items)
            items = []
        if sum(hanging) < 2:
            yield block
        else:
            yield from _with_list(lines, hanging)
    yield from _list_of(items)


def _with_list(lines: list[tuple[Run, ...]], hanging: list[bool]) -> Iterator[Block]:
    items: list[tuple[Run, ...]] = []
    for line, hangs in zip(lines, hanging, strict=True):
        if hangs:
            items.append(line)
        else:
            yield from _list_of(items)
            items = []
            yield Paragraph(line)
    yield from _list_of(items)


def _list_of(lines: list[tuple[Run, ...]]) -> Iterator[Block]:
    if len(lines) < 2:
        yield from map(Paragraph, lines)
        return
    yield Listing(tuple((Paragraph(_unhung(line)),) for line in lines))


def _unhung(line: tuple[Run, ...]) -> tuple[Run, ...]:
    """A line without the bullet that it begins with."""
    first, *others = line
    found = _HANGING.match(first.text)
    text = first.text[found.end() :] if found else first.text.lstrip("•-*–— ")
    return trimmed([Run(text, first.style, first.href), *others]) or line
