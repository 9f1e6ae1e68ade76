"""Texts shown in strings instead of glyph by glyph: the same glyphs, where they were as far as one sees.

Skia draws each glyph by an operator of its own, and moves to it. PDFium makes a text object of every operator. It
leaves out spaces that are alone, puts others back by the width of the gap, which kerning and letter-spacing narrow,
takes a page of few words for a column of letters, and breaks a word that runs from right to left (ISO 32000-1,
14.8.2.3.3) where a narrow letter meets another line almost level with its own. In one string all that is as it was
written.

Skia also begins each text object where its line begins, and moves from there. pypdf takes that move for a gap between
words, so a text object begins where its first glyph stands. And it writes the size that was asked for, while FreeType
drew the next smaller one of its own, in which alone glyphs advance by their widths.

Every glyph of a document passes here: what is done for each is left to functions of bytes, map() and dict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import floor
from typing import Final

from renderer.pdf.fonts import Font
from renderer.pdf.operands import moved, number

# What changes the font, the position or where moves count from; and strings that stand in a line.
_LINE = re.compile(
    rb"^(?P<font>/\S+ \S+ Tf)\n|^(?P<begin>[^\n]* Tm\n)"
    rb"|^(?:(?P<x>\S+) (?P<y>\S+) Td )?(?P<strings><[0-9A-F]+> Tj\n(?:\S+ 0 Td <[0-9A-F]+> Tj\n)+)"
    rb"|^(?:(?P<moved_x>\S+) (?P<moved_y>\S+) Td )?(?P<shown>[^\n]*T[jJ]\n|\n)",
    re.MULTILINE,
)
_FONT = re.compile(rb"^/\S+ \S+ Tf$", re.MULTILINE)
_MOVED = re.compile(rb"(\S+) 0 Td <")
_SHOW: Final = b"> Tj\n"
_NEXT: Final = b" 0 Td <"
_IN_LINE = re.compile(rb"> Tj\n\S+ 0 Td <")
# Thousandths of the font size that a glyph is not put right by: no more than its width was rounded by (fonts.py). They
# add up within a string, of which one sees nothing: to some twenty of them, a fourth of a pixel, in the longest line.
_UNSEEN: Final = 0.505
_MOST_SHARED: Final = 1024
# A text object that begins with a move: the matrix that positions it, and what marks its first string.
_MOVED_HEAD = re.compile(
    rb"(?P<before>(?:/\S+ BMC\n)?/\S+ \S+ Tf\n)(?P<matrix>(?:\S+ ){6})Tm\n"
    rb"(?P<marks>(?:/[^\n]*B[DM]C\n)*)(?P<x>\S+) (?P<y>\S+) Td (?=[<[])"
)


def in_strings(content: bytes, fonts: Mapping[bytes, Font]) -> bytes:
    """A content stream that shows glyphs which stand in a line, in one font, by one operator."""
    writer = _Writer(fonts)
    before, *texts = content.split(b"BT\n")
    return b"BT\n".join([before, *map(writer.text, texts)])


class _Kerns(dict[bytes, bytes]):
    """A glyph as one operator shows it before the next, by how it was printed: its code and the move to the next.

    ValueError for what is not printed so.
    """

    def __init__(self, font: Font, size: bytes) -> None:
        self._shared = _of_documents(font.typeface, size)
        super().__init__(self._shared)
        self._font = font
        # Also where no kerning will be missing: this makes the font's widths whole.
        self._advances = font.advances
        self._unit = 1000 / _drawn(size)

    def __missing__(self, printed: bytes) -> bytes:
        code, x = printed.split(_SHOW)
        back = self._advances[code] - float(x) * self._unit
        self[printed] = written = b"%b>%b<" % (code, number(back, 2)) if back > _UNSEEN or back < -_UNSEEN else code
        if self._font.is_like_typeface and len(self._shared) < _MOST_SHARED:
            self._shared[printed] = written
        return written


@lru_cache(maxsize=256)
def _of_documents(typeface: str, size: bytes) -> dict[bytes, bytes]:
    """The kernings of the documents before: nine of ten that a document has are found there."""
    return {}


class _Writer:
    """Follows the font and the position through the texts of a content stream."""

    def __init__(self, fonts: Mapping[bytes, Font]) -> None:
        self._fonts = fonts
        self._by_line: dict[bytes, _Kerns] = {}
        self._kerns: _Kerns | None = None
        self._at_start = False  # Nothing was shown since the last move: strings begin where moves lead to.
        self._owed = 0.0  # How far the moves lead that were left out since the text's begin.

    def text(self, part: bytes) -> bytes:
        """A text object, after its BT, and what follows it."""
        printed = part.split(_NEXT)
        code, _, after = printed.pop().partition(_SHOW)
        if printed:
            before, _, printed[0] = printed[0].rpartition(b"<")
            font, _, matrix = before.partition(b"\n")
            # Nothing but strings, each after a move from the last one: most are so.
            if after.startswith(b"ET\n") and matrix.endswith(b" Tm\n") and matrix.count(b"\n") == 1:
                try:
                    strings = b"".join(map(self._set_font(font).__getitem__, printed))
                    return b"%b\n%b[<%b%b>] TJ\n%b" % (_in_drawn_size(font), matrix, strings, code, after)
                except ValueError:
                    pass
        text, end, after = part.partition(b"ET\n")
        if head := _MOVED_HEAD.match(text):
            text = _placed(head) + text[head.end() :]
        if _IN_LINE.search(text):
            # Every text object of Skia sets its font.
            self._kerns, self._at_start, self._owed = None, True, 0.0
            text = _LINE.sub(self._line, text)
        else:
            text = _FONT.sub(lambda line: _in_drawn_size(line[0]), text)
        return text + end + after

    def _set_font(self, line: bytes) -> _Kerns:
        """Those of the font and the size that a line sets; ValueError for another line."""
        kerns = self._by_line.get(line)
        if kerns is None:
            name, size, _ = line.split(b" ")
            self._by_line[line] = kerns = _Kerns(self._fonts[name[1:]], size)
        self._kerns = kerns
        return kerns

    def _string(self, strings: bytes) -> bytes:
        """Strings that stand in a line by one operator; the first has no move."""
        assert self._kerns is not None
        *printed, last = strings[1:].split(_NEXT)
        return b"[<" + b"".join(map(self._kerns.__getitem__, printed)) + last[: -len(_SHOW)] + b">] TJ\n"

    def _line(self, line: re.Match[bytes]) -> bytes:
        """What to write for lines of a text that is not as most are."""
        if line["strings"]:
            return self._strings(line)
        if line["font"]:
            self._set_font(line["font"])
            return _in_drawn_size(line["font"]) + b"\n"
        if line["begin"]:
            self._at_start, self._owed = True, 0.0
        else:
            self._at_start = False
            if line["moved_x"]:
                return self._move(line["moved_x"], line["moved_y"]) + line["shown"]
        return line.group()

    def _move(self, x: bytes, y: bytes) -> bytes:
        if self._owed:
            x = number(float(x) + self._owed)
            self._owed = 0.0
        return x + b" " + y + b" Td "

    def _strings(self, line: re.Match[bytes]) -> bytes:
        if self._kerns is None:
            return line.group()
        before, strings = b"", line["strings"]
        x, y = line["x"], line["y"]
        if not (x or self._at_start):
            # The first begins where the last one ended, and moves count from elsewhere.
            before, _, rest = strings.partition(b"\n")
            x, y, _ = rest.split(b" ", 2)
            before, strings = before + b"\n", rest[rest.index(b"<") :]
        self._at_start = False
        move = self._move(x, y) if x else b""
        self._owed += sum(float(moved) for moved in _MOVED.findall(strings))
        return before + move + self._string(strings)


def _placed(head: re.Match[bytes]) -> bytes:
    """The head of a text object with the move in its matrix."""
    matrix = moved(head["matrix"], (float(head["x"]), float(head["y"])))
    return head["before"] + matrix + b" Tm\n" + head["marks"]


@lru_cache(maxsize=1024)
def _in_drawn_size(line: bytes) -> bytes:
    """A line that sets a font, with the size in which its glyphs were drawn."""
    name, size, operator = line.split(b" ")
    return b" ".join((name, number(_drawn(size), 6), operator))


def _drawn(size: bytes) -> float:
    """The size in which FreeType drew the glyphs of a font size: in 64ths, rounded down (26.6 fixed point)."""
    printed = float(size)
    return floor(printed * 64) / 64 or printed
