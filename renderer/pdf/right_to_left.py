"""Texts that run from right to left, shown in strings instead of glyph by glyph.

Skia draws them from left to right as reversed characters (ISO 32000-1, 14.8.2.3.3), a text object a glyph. PDFium then
breaks a word where a narrow letter meets another line that is almost level with its own (a date beside a title).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from renderer.pdf.fonts import Font
from renderer.pdf.joining import number

_BLOCK = re.compile(rb"(?<=/ReversedChars BMC\n)(.*?)(?=EMC\nET\n)", re.DOTALL)
_LINE = re.compile(
    rb"(?:(?P<x>\S+) (?P<y>\S+) Td )?<(?P<codes>[0-9A-F]*)> Tj\n|/(?P<font>\S+) (?P<size>\S+) Tf\n"
    rb"|(?P<position>[^\n]* Tm\n)|[^\n]*\n"
)
# In units of text space: two strings that differ by less stand in one line.
_LEVEL: Final = 0.001


def in_strings(content: bytes, fonts: Mapping[bytes, Font]) -> bytes:
    """A content stream whose reversed texts show glyphs that stand in a line, in one font, by one operator."""
    return _BLOCK.sub(lambda block: _written(block.group(), fonts), content)


def _written(block: bytes, fonts: Mapping[bytes, Font]) -> bytes:
    """A reversed text; positions are from where it begins, in units of text space."""
    out: list[bytes] = []
    strings: list[bytes] = []
    font: Font | None = None
    unit = 0.0  # A thousandth of the font size.
    line_x = line_y = 0.0  # Where the moves lead as they were printed,
    moved_x = moved_y = 0.0  # and as they are written here.
    pen = 0.0  # The end of the last string.
    for line in _LINE.finditer(block):
        x, y, codes, name, size, position = line.groups()
        if codes is None or font is None:
            out += [*_shown(strings), line.group()]
            strings = []
            if name:
                font, unit = fonts[name], float(size) / 1000
            elif position:
                line_x = line_y = moved_x = moved_y = pen = 0.0
            continue
        at = pen
        if x:
            up = 0.0 if y == b"0" else float(y)
            at = line_x = line_x + float(x)
            line_y += up
            if not strings or abs(up) > _LEVEL:
                out += [*_shown(strings), number(line_x - moved_x), b" ", number(line_y - moved_y), b" Td "]
                strings = []
                moved_x, moved_y, pen = line_x, line_y, at
        if strings and abs(pen - at) > _LEVEL * unit:
            strings.append(number((pen - at) / unit))
        strings.append(b"<" + codes + b">")
        pen = at + font.advance(codes) * unit
    return b"".join(out + _shown(strings))


def _shown(strings: list[bytes]) -> list[bytes]:
    if len(strings) < 2:
        return [*strings, b" Tj\n"] if strings else []
    return [b"[", *strings, b"] TJ\n"]
