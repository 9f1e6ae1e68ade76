"""What each glyph says: the ToUnicode maps of a print, mended from the texts that Skia writes beside its glyphs.

A shaped glyph (a conjunct, a form of a letter, an emoji of several characters) has no character of its own. Skia then
writes the text of the cluster as ActualText and leaves 0, a compatibility character or one for private use in the
font's map. Readers that know no ActualText take the map, and PDF/A-2a wants it whole (ISO 19005-2, 6.2.11.7.2).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pikepdf import Name, Object

# For a glyph whose text is told by its neighbours (a second part of one letter): a character that shows nothing.
SILENT: Final = "\u200b"

_SECTION = re.compile(rb"\d+ beginbf(char|range)\n(.*?)endbf", re.DOTALL)
_ENTRY = re.compile(rb"<([0-9A-Fa-f]+)> (?:<([0-9A-Fa-f]+)> )?<([0-9A-Fa-f]*)>\n")
_LARGEST_SECTION: Final = 100
_SPAN = re.compile(
    rb"/(?P<font>\S+) (?P<size>\S+) Tf\n"
    rb"|/Span<</ActualText (?P<text><[0-9A-F]*>|\((?:[^()\\]|\\.)*\)) >> BDC\n(?P<body>.*?)EMC\n",
    re.DOTALL,
)
_SHOWN = re.compile(
    rb"/(?P<font>\S+) (?P<size>\S+) Tf\n|(?:(?P<x>\S+) (?P<y>\S+) Td )?<(?P<codes>[0-9A-F]*)> Tj\n|[^\n]*\n"
)
# Of the font size: what a glyph of a cluster may be moved up or down by without being seen to.
_FLAT: Final = 0.02

Glyph = tuple[tuple[int, int], int]  # the font's object number and generation, the code


@dataclass(frozen=True, slots=True)
class Cluster:
    """Glyphs that together show a text."""

    text: str
    glyphs: tuple[Glyph, ...]


class TextMap:
    """The fonts of one document: give it every content stream, then mend()."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], _Font] = {}
        self._clusters: list[Cluster] = []

    def read(self, content: bytes, resources: Any) -> bytes:
        """Note the clusters of a content stream; the stream with each cluster of one font as one string.

        Glyphs of a cluster that are shown one by one are put in order by their places by some readers (PDFium), which
        tears clusters apart whose marks reach over the next letter.
        """
        names = resources.get("/Font", {})
        fonts = {name[1:].encode(): self._font(font) for name, font in names.items()}
        if b"/ActualText" not in content:
            return content
        current: tuple[_Font, float] | None = None

        def shown(match: re.Match[bytes]) -> bytes:
            nonlocal current
            if match["font"]:
                current = fonts[match["font"]], float(match["size"])
                return match.group()
            parts, current = _parts(match["body"], fonts, current)
            text = str(Object.parse(match["text"]))
            self._clusters.append(Cluster(text, tuple(glyph for part in parts for glyph in part.glyphs)))
            joined = _joined(match["body"], parts)
            return match.group() if joined is None else match.group().replace(match["body"], joined)

        return _SPAN.sub(shown, content)

    def mend(self) -> None:
        """Write the maps that had to be changed into the PDF."""
        maps = {key: font.texts for key, font in self._fonts.items()}
        for (key, code), text in inferred(self._clusters, maps).items():
            self._fonts[key].say(code, text)
        for font in self._fonts.values():
            font.write()

    def _font(self, font: Any) -> _Font:
        key = font.objgen
        if key not in self._fonts:
            self._fonts[key] = _Font(font)
        return self._fonts[key]


def inferred(clusters: Iterable[Cluster], maps: dict[tuple[int, int], dict[int, str]]) -> dict[Glyph, str]:
    """The texts of glyphs that clusters tell and the maps do not; the first cluster that tells one counts.

    A glyph alone says its cluster. In a larger one, what the glyphs that are known say is taken away, and the rest is
    said by the first that is not; any other says nothing that can be seen.
    """
    said: dict[Glyph, str] = {}
    several: list[Cluster] = []
    for cluster in clusters:
        if len(cluster.glyphs) == 1:
            said.setdefault(cluster.glyphs[0], cluster.text)
        else:
            several.append(cluster)

    def known(glyph: Glyph) -> str | None:
        return said.get(glyph) or maps[glyph[0]].get(glyph[1])

    # Those with one unknown glyph are sure; they go first.
    for most in (1, None):
        for cluster in several:
            unknown = list(dict.fromkeys(glyph for glyph in cluster.glyphs if not known(glyph)))
            if not unknown or (most is not None and len(unknown) > most):
                continue
            rest = cluster.text
            for glyph in cluster.glyphs:
                for character in known(glyph) or "":
                    rest = rest.replace(character, "", 1)
            said[unknown[0]] = rest or SILENT
            said.update(dict.fromkeys(unknown[1:], SILENT))
    return said


@dataclass(frozen=True, slots=True)
class _Part:
    """One string of a cluster: the move before it (in units of text space), its codes, the font and its size."""

    start: int
    x: float
    y: float
    codes: bytes
    font: _Font
    size: float

    @property
    def glyphs(self) -> list[Glyph]:
        return [(self.font.key, code) for code in self.font.codes(self.codes)]


def _parts(
    body: bytes, fonts: dict[bytes, _Font], current: tuple[_Font, float] | None
) -> tuple[list[_Part], tuple[_Font, float] | None]:
    parts: list[_Part] = []
    for match in _SHOWN.finditer(body):
        if match["font"]:
            current = fonts[match["font"]], float(match["size"])
        elif match["codes"] is not None and current:
            x, y = float(match["x"] or 0), float(match["y"] or 0)
            parts.append(_Part(match.start(), x, y, match["codes"], *current))
    return parts, current


def _joined(body: bytes, parts: list[_Part]) -> bytes | None:
    """The body with its strings shown by one operator; None when it has to stay as it is."""
    if len(parts) < 2:
        return None
    first, *others = parts
    if any(part.font is not first.font or part.size != first.size for part in others):
        return None
    x = y = 0.0
    strings = [b"<" + first.codes + b">"]
    before = first
    for part in others:
        x, y = x + part.x, y + part.y
        if abs(y) > _FLAT * first.size:
            return None
        back = sum(map(before.font.width, before.font.codes(before.codes))) - part.x * 1000 / first.size
        strings += [_number(back), b"<" + part.codes + b">"]
        before = part
    move = b"%b %b Td " % (_number(first.x), _number(first.y)) if first.x or first.y else b""
    show = b"[" + b"".join(strings) + b"] TJ\n"
    # What follows is placed from the start of the last string.
    return body[: first.start] + move + show + b"%b %b Td\n" % (_number(x), _number(y))


def _number(value: float) -> bytes:
    return f"{value:.5f}".rstrip("0").rstrip(".").encode() or b"0"


class _Font:
    """A font of the PDF: its ToUnicode map and its widths."""

    def __init__(self, font: Any) -> None:
        self.key: tuple[int, int] = font.objgen
        self._font = font
        self._digits = 4 if font.Subtype == Name.Type0 else 2
        self._stream = font.get("/ToUnicode")
        self._cmap: bytes = self._stream.read_bytes() if self._stream is not None else b""
        self._texts: dict[int, str] | None = None
        self._widths: dict[int, float] | None = None
        self._changed = False

    @property
    def texts(self) -> dict[int, str]:
        """Text by code; an empty one where the map has 0 or a character for private use."""
        if self._texts is None:
            self._texts = _read_cmap(self._cmap)
        return self._texts

    def codes(self, string: bytes) -> list[int]:
        """The codes of a string in hexadecimal."""
        return [int(string[i : i + self._digits], 16) for i in range(0, len(string), self._digits)]

    def width(self, code: int) -> float:
        """The advance of a glyph, in thousandths of the font size."""
        if self._widths is None:
            self._widths = _widths(self._font) if self._digits == 4 else _type3_widths(self._font)
        return self._widths.get(code, self._widths[-1])

    def say(self, code: int, text: str) -> None:
        """Let a glyph say a text."""
        if self.texts.get(code) != text:
            self.texts[code] = text
            self._changed = True

    def write(self) -> None:
        """Write the map into the PDF, when it was changed or has a glyph that says nothing."""
        if self._stream is not None and (self._changed or b" <0000>\n" in self._cmap):
            self._stream.write(_written_cmap(self._cmap, self.texts, self._digits))


def _read_cmap(cmap: bytes) -> dict[int, str]:
    texts: dict[int, str] = {}
    for section in _SECTION.finditer(cmap):
        for entry in _ENTRY.finditer(section[2]):
            text = bytes.fromhex(entry[3].decode()).decode("utf-16-be", "replace")
            first, last = int(entry[1], 16), int(entry[2] or entry[1], 16)
            for code in range(first, last + 1):
                said = text[:-1] + chr(ord(text[-1]) + code - first)
                texts[code] = "" if said == "\0" or _is_private(said) else said
    return texts


def _is_private(text: str) -> bool:
    return any("\ue000" <= c <= "\uf8ff" or c >= "\U000f0000" for c in text)


def _written_cmap(cmap: bytes, texts: dict[int, str], digits: int) -> bytes:
    """The map anew, with what stood before and after its entries."""
    sections = list(_SECTION.finditer(cmap))
    lines = [
        b"<%0*X> <%b>\n" % (digits, code, (text or SILENT).encode("utf-16-be").hex().upper().encode())
        for code, text in sorted(texts.items())
    ]
    out = [cmap[: sections[0].start()]] if sections else [cmap]
    for i in range(0, len(lines), _LARGEST_SECTION):
        section = lines[i : i + _LARGEST_SECTION]
        out += [b"%d beginbfchar\n" % len(section), *section, b"endbfchar\n"]
    out.append(cmap[cmap.index(b"endcmap") :])
    return b"".join(out)


def _widths(font: Any) -> dict[int, float]:
    """/W of a composite font by code; -1 stands for those that are not in it."""
    descendant = font.DescendantFonts[0]
    widths: dict[int, float] = defaultdict(float, {-1: float(descendant.get("/DW", 1000))})
    entries = list(descendant.get("/W", ()))
    i = 0
    while i + 1 < len(entries):
        first = int(entries[i])
        if isinstance(entries[i + 1], int):
            widths.update(dict.fromkeys(range(first, int(entries[i + 1]) + 1), float(entries[i + 2])))
            i += 3
        else:
            widths.update((first + n, float(width)) for n, width in enumerate(entries[i + 1]))
            i += 2
    return widths


def _type3_widths(font: Any) -> dict[int, float]:
    first, scale = int(font.get("/FirstChar", 0)), 1000.0
    if "/FontMatrix" in font:
        scale *= float(font.FontMatrix[0])
    return {-1: 0.0} | {first + n: float(width) * scale for n, width in enumerate(font.get("/Widths", ()))}
