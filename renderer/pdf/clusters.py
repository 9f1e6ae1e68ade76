"""Clusters: glyphs that together show a text, and what they tell of each glyph's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import bidirectional, mirrored, normalize

from pikepdf import Object

from renderer.pdf.fonts import SILENT, SPACES

FLAT: Final = 0.02
"""Of the font size: what a glyph may be moved up or down by and still stand on the line."""

FontKey = tuple[int, int]
"""The number and generation of a font's object."""
Glyph = tuple[FontKey, int]
"""A font and a code in it."""


class Part(NamedTuple):
    """One string of a cluster.

    `start` is where it begins in the cluster, `move` the move before it in units of text space (from the last one, not
    from the end of the last string), None when there is none.
    """

    start: int
    move: tuple[float, float] | None
    codes: tuple[int, ...]
    string: bytes
    font: FontKey
    size: float


class Sign(NamedTuple):
    """A text and the glyphs that show it: from left to right, also where the text is `reversed`."""

    text: str
    glyphs: tuple[Glyph, ...]
    reversed: bool


class GlyphCluster(NamedTuple):
    """A sign as it stands in a content stream: the strings of its glyphs, and all that is between its marks."""

    sign: Sign
    parts: tuple[Part, ...]
    body: bytes


def tells(texts: list[str], sign: Sign) -> bool:
    """Whether the glyphs of a sign, each with its text, tell it; of a reversed one from the last to the first."""
    if not sign.reversed:
        return len(texts) == 1 and _bare(texts[0]) == _bare(sign.text)
    told = "".join(reversed(texts))
    # Of a ligature with a sign, the glyphs leave open after which letter the sign comes.
    return is_counterpart(sign.text, told) or sorted(_plain(told)) == sorted(_plain(sign.text))


def other_signs(signs: Iterable[Sign], maps: Mapping[FontKey, Mapping[int, str]]) -> set[Glyph]:
    """Glyphs alone whose maps say something else than their signs: U+2019 for U+0027, where both have one glyph."""
    found: set[Glyph] = set()
    for sign in signs:
        if len(sign.glyphs) == 1 and not sign.reversed and sign.text and sign.text.isprintable():
            font, code = sign.glyphs[0]
            if maps[font].get(code) not in (None, "", " ", sign.text):
                found.add((font, code))
    return found


def inferred(
    signs: Iterable[Sign], maps: Mapping[FontKey, Mapping[int, str]], free: Set[Glyph] = frozenset()
) -> dict[Glyph, str]:
    """The texts of glyphs that signs tell and the maps do not; the first sign that tells one counts.

    A glyph alone says its sign when its map says nothing, or the same in a form for display, or when it is `free`: what
    its map says is nowhere shown. A ligature from right to left says it from its last character on, since readers turn
    characters around: U+0627 U+0644 for U+FEFB. A space that stands for a joiner stays a space. Of several glyphs, what
    the known ones say is taken away: the first that is unknown says the rest, any other nothing.
    """
    said: dict[Glyph, str] = {}
    several: list[Sign] = []
    for sign in signs:
        if len(sign.glyphs) != 1:
            several.append(sign)
            continue
        font, code = sign.glyphs[0]
        mapped = maps[font].get(code)
        if not mapped or (font, code) in free or _is_form(mapped, sign):
            said.setdefault((font, code), sign.text[::-1] if sign.reversed else sign.text)

    def known(glyph: Glyph) -> str | None:
        return said.get(glyph) or maps[glyph[0]].get(glyph[1])

    # Those with one unknown glyph are sure; they go first.
    for most in (1, 1000):
        for sign in several:
            unknown = list(dict.fromkeys(glyph for glyph in sign.glyphs if not known(glyph)))
            if not 0 < len(unknown) <= most:
                continue
            rest = sign.text
            for glyph in sign.glyphs:
                for character in known(glyph) or "":
                    rest = rest.replace(character, "", 1)
            said.update(dict.fromkeys(unknown, SILENT))
            said[unknown[0]] = rest or SILENT
    return said


@lru_cache(maxsize=1024)
def is_mirrored(text: str) -> bool:
    """Whether a text is one character that is mirrored from right to left: a bracket, a quotation mark."""
    return len(text) == 1 and mirrored(text) == 1


def is_counterpart(text: str, told: str) -> bool:
    """Whether a text is a bracket or quotation mark that the glyph of its counterpart draws, as readers know."""
    return told != text and is_mirrored(told) and is_mirrored(text)


def _is_form(mapped: str, sign: Sign) -> bool:
    """Whether a map says a sign in another form: of display, or as the radical that looks like the ideograph."""
    return "\u2e80" <= mapped <= "\u2eff" or _plain(mapped) == _plain(sign.text)


def _bare(text: str) -> str:
    """The text without what chooses between an emoji and a sign."""
    return text.replace("\ufe0e", "").replace("\ufe0f", "")


def _plain(text: str) -> str:
    """The text in its plain form: U+0645 for U+FEE3."""
    return normalize("NFKC", _bare(text))


@lru_cache(maxsize=4096)
def is_right_to_left(text: str) -> bool:
    """Whether a text has letters that run from right to left."""
    return any(bidirectional(character) in ("R", "AL") for character in text)


@lru_cache(maxsize=4096)
def text_string(written: bytes) -> str:
    """A text string as PDF writes it (ISO 32000-1, 7.9.2.2), with plain spaces."""
    return str(Object.parse(written)).translate(SPACES)
