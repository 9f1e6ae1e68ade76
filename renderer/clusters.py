"""Clusters: glyphs that together show a text, and what they tell of each glyph's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import mirrored, normalize

from pikepdf import Object

from renderer.fonts import SILENT

FontKey = tuple[int, int]
"""The number and generation of a font's object."""
Glyph = tuple[FontKey, int]
"""A font and a code in it."""


@dataclass(frozen=True, slots=True)
class Part:
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


@dataclass(frozen=True, slots=True)
class Cluster:
    """A text, and what draws its glyphs: from left to right, also where the text is `reversed`."""

    text: str
    parts: tuple[Part, ...]
    reversed: bool = False
    body: bytes = b""

    @property
    def glyphs(self) -> list[Glyph]:
        """The glyphs of all parts."""
        return [(part.font, code) for part in self.parts for code in part.codes]

    def told_by(self, texts: list[str]) -> bool:
        """Whether its glyphs, each with its text, tell the cluster; a reversed one from the last to the first."""
        if not self.reversed:
            return len(texts) == 1 and _bare(texts[0]) == _bare(self.text)
        text = "".join(reversed(texts))
        # A bracket is drawn by the glyph of its counterpart, and readers know.
        is_bracket = len(text) == len(self.text) == 1 and mirrored(text) == mirrored(self.text) == 1
        # Of a ligature with a sign, the glyphs leave open after which letter the sign comes.
        return is_bracket or sorted(_plain(text)) == sorted(_plain(self.text))


def inferred(clusters: Iterable[Cluster], maps: Mapping[FontKey, Mapping[int, str]]) -> dict[Glyph, str]:
    """The texts of glyphs that clusters tell and the maps do not; the first cluster that tells one counts.

    A glyph alone says its cluster when its map says nothing, or the same in a form for display; but a ligature from
    right to left keeps its one character, since readers turn characters around. A space that stands for a joiner stays
    a space. In a larger cluster, what the known glyphs say is taken away: the first that is unknown says the rest, any
    other nothing.
    """
    said: dict[Glyph, str] = {}
    several: list[Cluster] = []
    for cluster in clusters:
        glyphs = cluster.glyphs
        if len(glyphs) != 1:
            several.append(cluster)
            continue
        mapped = maps[glyphs[0][0]].get(glyphs[0][1])
        if not mapped or (_same(mapped, cluster.text) and not (cluster.reversed and len(cluster.text) > 1)):
            said.setdefault(glyphs[0], cluster.text)

    def known(glyph: Glyph) -> str | None:
        return said.get(glyph) or maps[glyph[0]].get(glyph[1])

    # Those with one unknown glyph are sure; they go first.
    for most in (1, 1000):
        for cluster in several:
            unknown = list(dict.fromkeys(glyph for glyph in cluster.glyphs if not known(glyph)))
            if not 0 < len(unknown) <= most:
                continue
            rest = cluster.text
            for glyph in cluster.glyphs:
                for character in known(glyph) or "":
                    rest = rest.replace(character, "", 1)
            said.update(dict.fromkeys(unknown, SILENT))
            said[unknown[0]] = rest or SILENT
    return said


def _bare(text: str) -> str:
    """The text without what chooses between an emoji and a sign."""
    return text.replace("\ufe0e", "").replace("\ufe0f", "")


@lru_cache(maxsize=4096)
def _same(one: str, other: str) -> bool:
    """Whether two texts differ only in form (U+FEE3 and U+0645)."""
    return one == other or _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return normalize("NFKC", _bare(text))


@lru_cache(maxsize=4096)
def text_string(written: bytes) -> str:
    """A text string as PDF writes it (ISO 32000-1, 7.9.2.2)."""
    return str(Object.parse(written))
