"""A composite font as Skia writes it, with a TrueType program of twelve glyphs."""

from __future__ import annotations

import struct
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

GLYPHS = 12
# All but .notdef and this one, which document does not show, have an outline and a width.
BLANK = 4


def program() -> bytes:
    """The tables that tell the number, the outlines and the widths of the glyphs."""
    lengths = [0 if glyph == BLANK else 2 for glyph in range(GLYPHS)]
    tables = {
        b"head": struct.pack(">50xhh", 1, 0),
        b"hhea": struct.pack(">34xH", GLYPHS),
        b"hmtx": b"".join(struct.pack(">Hh", 0 if glyph == BLANK else 500, 0) for glyph in range(GLYPHS)),
        b"loca": struct.pack(f">{GLYPHS + 1}I", *(sum(lengths[:glyph]) for glyph in range(GLYPHS + 1))),
        b"maxp": struct.pack(">IH", 0x10000, GLYPHS),
    }
    offset = 12 + 16 * len(tables)
    directory = struct.pack(">IHHHH", 0x10000, len(tables), 0, 0, 0)
    for tag, table in tables.items():
        directory += struct.pack(">4sIII", tag, 0, offset, len(table))
        offset += len(table)
    return directory + b"".join(tables.values())


def a_font(pdf: pikepdf.Pdf, cmap: bytes) -> Any:
    """The font, in a PDF."""
    descendant = Dictionary(DW=500, W=Array([1, Array([600, 700])]), CIDToGIDMap=Name.Identity)
    descendant.FontDescriptor = Dictionary(FontFile2=pdf.make_stream(program()))
    font = Dictionary(Subtype=Name.Type0, ToUnicode=pdf.make_stream(cmap), DescendantFonts=Array([descendant]))
    return pdf.make_indirect(font)
