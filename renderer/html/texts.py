"""The texts of HTML, between its tags.

Those of a document are taken out in one pass and changed all together: a regular expression that has to step over each
of its hundreds of tags takes longer than all that it looks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import unescape
from math import ceil

from markupsafe import Markup

_BODY = "<body>"
_TAG = re.compile(r"(<[^>]*>)")
_STRIPPED = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"<(?:p|li)[^>]*>")
# It stands for a tag between two texts. HTML has no such character (13.2.5.1).
_BETWEEN = "\0"
# The first sign that Unicode shows as a picture. East Asian letters come after it.
_FROM_SIGNS = re.compile("[\u231a-\U0010ffff]")

Change = Callable[[str], str]
"""Changes texts, parted by U+0000, of which it keeps every one."""


def with_texts(html: str, *changes: Change) -> str:
    """A document's HTML with the texts of its body changed, by one change after the other."""
    head, body, rest = html.partition(_BODY)
    pieces = _TAG.split(rest.replace(_BETWEEN, ""))
    texts = before = _BETWEEN.join(pieces[::2])
    for change in changes:
        texts = change(texts)
    if texts == before:
        return html
    pieces[::2] = texts.split(_BETWEEN)
    return head + body + "".join(pieces)


def in_signs(*changes: Change) -> Change:
    """Changes of what begins at U+231A, pictures and East Asian letters, as one: most texts have none of it."""

    def changed(texts: str) -> str:
        if _FROM_SIGNS.search(texts):
            for change in changes:
                texts = change(texts)
        return texts

    return changed


def striptags(html: str) -> str:
    """The text of HTML on one line, as Jinja2's filter of this name has it, in linear time."""
    if "<" in html:
        if "<!--" in html:
            return Markup(html).striptags()
        html = _STRIPPED.sub("", html)
    text = " ".join(html.split())
    return unescape(text) if "&" in text else text


def blocks(html: str) -> list[str]:
    """The texts that begin with each paragraph and list item of HTML, and what comes before the first."""
    return [striptags(block) for block in _BLOCK.split(html)]


def lines(texts: Iterable[str], letters: float) -> int:
    """About how many lines texts take, each on lines of its own, with so many letters to a line."""
    return sum(ceil(len(text) / letters) for text in texts)
