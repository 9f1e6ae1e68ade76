"""Spare codes of a font: a glyph that says another text, and a blank one."""

from __future__ import annotations

import struct
from typing import Any

import pikepdf

from renderer.pdf.fonts import Font
from tests.unit.renderer.pdf.truetype import BLANK, GLYPHS, a_font

_CMAP = b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n1 beginbfchar\n<0001> <05D0>\nendbfchar\nendcmap\n"


def _map(font: Any) -> list[int]:
    written = font.DescendantFonts[0].CIDToGIDMap.read_bytes()
    return list(struct.unpack(f">{len(written) // 2}H", written))


def test_codes_beyond_the_glyphs_show_a_glyph_of_the_font() -> None:
    # Given a font, when a glyph says another text, and a blank one some,
    with pikepdf.new() as pdf:
        dictionary = a_font(pdf, _CMAP)
        font = Font(dictionary)
        codes = [font.saying(1, "\u05d1"), font.blank("\u200f"), font.saying(1, "\u05d0"), font.saying(1, "\u05d1")]
        font.write_codes(pdf)
        # Then each has a code of its own, once, with the width of its glyph.
        assert codes == [GLYPHS, GLYPHS + 1, 1, GLYPHS]
        assert [font.advances[b"%04X" % code] for code in (GLYPHS, GLYPHS + 1)] == [600, 0]
        assert font.advances[b"%04X%04X" % (GLYPHS, GLYPHS + 1)] == 600
        written = Font(dictionary)
        assert written.texts == {1: "\u05d0", GLYPHS: "\u05d1", GLYPHS + 1: "\u200f"}
        assert [written.advances[b"%04X" % code] for code in (1, GLYPHS, GLYPHS + 1)] == [600, 600, 0]
        assert _map(dictionary) == [*range(GLYPHS), 1, BLANK]


def test_a_font_whose_codes_are_not_glyphs_has_none() -> None:
    with pikepdf.new() as pdf:
        dictionary = a_font(pdf, _CMAP)
        del dictionary.DescendantFonts[0].CIDToGIDMap
        font = Font(dictionary)
        assert font.blank("\u200f") is None
        assert font.saying(1, "\u05d1") is None
        assert font.saying(1, "\u05d0") == 1


def test_a_font_that_was_asked_for_none_stays_as_it_is() -> None:
    with pikepdf.new() as pdf:
        dictionary = a_font(pdf, _CMAP)
        # Its program is not even read: most documents need none of this.
        del dictionary.DescendantFonts[0].FontDescriptor
        Font(dictionary).write_codes(pdf)
        assert dictionary.DescendantFonts[0].CIDToGIDMap == pikepdf.Name.Identity
