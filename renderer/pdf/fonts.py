"""A font of a printed PDF: what its glyphs say (its ToUnicode map) and how far they advance.

The map is a CMap as Skia writes it (ISO 32000-1, 9.10.3): sections of bfchar and bfrange, one entry a line.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf

from renderer.pdf.spare_codes import SpareCodes

SILENT: Final = "\u200b"
"""What a glyph says that has no text of its own, as the second part of a letter: nothing that shows."""
UNKNOWN: Final = "\ufffd"
"""What a glyph says whose character is for private use: PDF/A-2a takes none of those (6.2.11.7.3)."""
SPACES: Final = dict.fromkeys([0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F], " ")
"""All spaces but the ideographic one as a plain space, at which alone programs split words. Most fonts have one glyph
for several, and a map then has one of them for all spaces of a document."""

_SECTION = re.compile(rb"\d+ beginbf(?:char|range)\n(.*?)endbf(?:char|range)\n", re.DOTALL)
_ENTRY = re.compile(rb"<([0-9A-Fa-f]+)> (?:<([0-9A-Fa-f]+)> )?<([0-9A-Fa-f]+)>\n")
_UNFIT = re.compile(rb"> <(?:0000>|[Ee]|[Ff][0-8]|[Dd][Bb][89A-Fa-f]|00[Aa]0>|20(?:0.|2[Ff]|5[Ff])>)")
# A section holds at most so many entries.
_LARGEST_SECTION: Final = 100


class Font:
    """A font dictionary; what is said about its glyphs is written into the PDF by write()."""

    def __init__(self, dictionary: Any) -> None:
        self._dictionary = dictionary
        self._digits = 4 if dictionary.Subtype == Name.Type0 else 2
        self._stream = dictionary.get("/ToUnicode")
        self._cmap: bytes = self._stream.read_bytes() if self._stream is not None else b""
        self._private: set[int] = set()
        self._given: dict[tuple[int | None, str], int | None] = {}
        # Most maps have neither 0, private use nor other spaces, and then no entry that begins so.
        self._changed = _UNFIT.search(self._cmap) is not None

    @cached_property
    def texts(self) -> dict[int, str]:
        """Text by code, with plain spaces; an empty one where the map has 0, or a character for private use."""
        texts: dict[int, str] = {}
        for section in _SECTION.finditer(self._cmap):
            for entry in _ENTRY.finditer(section[1]):
                text = bytes.fromhex(entry[3].decode()).decode("utf-16-be", "replace")
                first, last = int(entry[1], 16), int(entry[2] or entry[1], 16)
                for code in range(first, last + 1):
                    said = (text[:-1] + chr(ord(text[-1]) + code - first)).strip("\0").translate(SPACES)
                    if any("\ue000" <= c <= "\uf8ff" or c >= "\U000f0000" for c in said):
                        self._private.add(code)
                        said = ""
                    texts[code] = said
        return texts

    @cached_property
    def advances(self) -> _Advances:
        """How far a string in hexadecimal goes, in thousandths of the font size."""
        read = _widths if self._digits == 4 else _type3_widths
        return _Advances(*read(self._dictionary), self._digits)

    @cached_property
    def typeface(self) -> str:
        """The typeface, whose glyphs have the same codes and widths in all documents; empty where none is named."""
        descendant = self._dictionary.get("/DescendantFonts", [Dictionary()])[0]
        descriptor = descendant.get("/FontDescriptor", Dictionary())
        if "/FontName" not in descriptor or "/FontBBox" not in descriptor:
            return ""
        return f"{str(descriptor.FontName).rpartition('+')[2]} {descriptor.FontBBox.unparse()!r}"

    @property
    def is_like_typeface(self) -> bool:
        """Whether all codes are those of the typeface: blank() and saying() gave none."""
        return self.typeface != "" and not self._given

    def codes(self, string: bytes) -> tuple[int, ...]:
        """The codes of a string that is written in hexadecimal."""
        digits = self._digits
        if len(string) == digits:
            return (int(string, 16),)
        return tuple(int(string[i : i + digits], 16) for i in range(0, len(string), digits))

    def say(self, code: int, text: str) -> None:
        """Let a glyph say a text."""
        if self.texts.get(code) != text:
            self.texts[code] = text
            self._changed = True

    @cached_property
    def _spare(self) -> SpareCodes | None:
        return SpareCodes.of(self._dictionary.DescendantFonts[0]) if self._digits == 4 and self._stream else None

    @cached_property
    def _blank(self) -> int | None:
        return self._spare.blank() if self._spare else None

    def blank(self, text: str) -> int | None:
        """A code that shows nothing, does not advance and says a text; None where the font has none."""
        return None if self._blank is None else self._code(None, self._blank, 0, text)

    def saying(self, code: int, text: str) -> int | None:
        """A code that shows the same glyph as another one and says a text; None where the font has none."""
        return code if self.texts.get(code) == text else self._code(code, code, self.advances[b"%04X" % code], text)

    def _code(self, key: int | None, glyph: int, width: float, text: str) -> int | None:
        if (key, text) not in self._given:
            self._given[key, text] = code = self._spare.add(glyph, width) if self._spare else None
            if code is not None:
                self.advances.widths[code] = width
                self.texts[code] = text
        return self._given[key, text]

    def write_codes(self, pdf: Pdf) -> None:
        """Write the codes that blank() and saying() gave."""
        if self._given and self._spare:
            self._spare.write(pdf)
            self._stream.write(self._written())

    def write(self) -> None:
        """Write the map into the PDF when it has changed, has other spaces or what PDF/A-2a does not take."""
        if self._stream is not None and self._changed:
            self._stream.write(self._written())
        if self._digits == 2:
            _size(self._dictionary)

    def _unsaid(self, code: int) -> str:
        return UNKNOWN if code in self._private else SILENT

    def _written(self) -> bytes:
        """The map anew, with what stood before and after its entries."""
        lines = [
            b"<%0*X> <%b>\n" % (self._digits, code, text.encode("utf-16-be").hex().upper().encode())
            for code, text in sorted((code, text or self._unsaid(code)) for code, text in self.texts.items())
        ]
        end = self._cmap.index(b"endcmap")
        first = _SECTION.search(self._cmap)
        out = [self._cmap[: first.start() if first else end]]
        for i in range(0, len(lines), _LARGEST_SECTION):
            section = lines[i : i + _LARGEST_SECTION]
            out += [b"%d beginbfchar\n" % len(section), *section, b"endbfchar\n"]
        return b"".join([*out, self._cmap[end:]])


class _Advances(dict[bytes, float]):
    """How far strings in hexadecimal go, by the width of most codes, those of others, and the digits of a code."""

    def __init__(self, default: float, widths: dict[int, float], digits: int) -> None:
        super().__init__()
        self.widths = widths
        self._default, self._digits = default, digits

    def __missing__(self, string: bytes) -> float:
        codes = (string[start : start + self._digits] for start in range(0, len(string), self._digits))
        self[string] = advance = sum(self.widths.get(int(code, 16), self._default) for code in codes)
        return advance


def _widths(font: Any) -> tuple[float, dict[int, float]]:
    """The width of most codes of a composite font and those of others (9.7.4.3), made whole in the font too.

    PDFium takes no fractions of them: strings would drift apart from those beside them.
    """
    descendant = font.DescendantFonts[0]
    printed = descendant.get("/W", Array())
    widths: dict[int, float] = {}
    # "first [width ...]" or "first last width".
    entries = enumerate(json.loads(printed.to_json()))
    for _, first in entries:
        at, each = next(entries)
        if isinstance(each, list):
            for i, width in enumerate(each):
                if isinstance(width, float):
                    # The array is not set as a whole: that takes qpdf ten times as long.
                    each[i] = printed[at][i] = round(width)
            widths.update(enumerate(each, first))
        else:
            at, width = next(entries)
            if isinstance(width, float):
                width = printed[at] = round(width)
            widths.update(dict.fromkeys(range(first, each + 1), width))
    return float(descendant.get("/DW", 1000)), widths


def _type3_widths(font: Any) -> tuple[float, dict[int, float]]:
    """The widths of a Type 3 font, from its own units."""
    scale = 1000 * float(font.FontMatrix[0])
    widths = json.loads(font.get("/Widths", Array()).to_json())
    return 0.0, {code: width * scale for code, width in enumerate(widths, int(font.get("/FirstChar", 0)))}


def _size(font: Any) -> None:
    """Give a Type 3 font an m, at a code that shows nothing.

    Poppler takes its width for the font's size, or that of the first glyph: .notdef, as wide as two letters. The spaces
    beside ideographs, Hangul and emoji are then too narrow to be any.
    """
    names: Any = font.Encoding.Differences if "/Encoding" in font else ()
    for place in range(2, min(len(names), len(font.get("/Widths", ())) + 1)):
        if names[place] == "/g0":
            names[place] = Name.m
            font.Widths[place - 1] = round(0.6 / float(font.FontMatrix[0]))
            font.CharProcs.m = font.CharProcs.g0
            return
