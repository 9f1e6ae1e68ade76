"""Spare codes of a composite font: for a glyph that says another text here, and for one that shows nothing.

Skia's codes are the numbers of glyphs in a TrueType program, from which it leaves out the outlines of what a document
does not show. So all codes from the number of glyphs on are spare, and a map from code to glyph (ISO 32000-1, 9.7.4.2)
gives them one.
"""

from __future__ import annotations

import struct
from functools import cached_property
from typing import Any, Final

from pikepdf import Array, Name, Pdf

# A code has two bytes.
_CODES: Final = 0x10000


class SpareCodes:
    """The spare codes of a font; write() adds those that were given to the PDF."""

    def __init__(self, descendant: Any) -> None:
        self._descendant = descendant
        self._program: bytes = descendant.FontDescriptor.FontFile2.read_bytes()
        (tables,) = struct.unpack_from(">H", self._program, 4)
        found = (struct.unpack_from(">4sIII", self._program, 12 + 16 * table) for table in range(tables))
        self._tables: dict[bytes, int] = {tag: offset for tag, _, offset, _ in found}
        self._glyphs = self._read("H", b"maxp", 4)[0]
        self._given: list[tuple[int, int]] = []  # The glyph of each code, and its width.

    @classmethod
    def of(cls, descendant: Any) -> SpareCodes | None:
        """Those of a descendant font; None where codes are not the glyphs of a TrueType program."""
        if descendant.get("/CIDToGIDMap") != Name.Identity or "/FontFile2" not in descendant.FontDescriptor:
            return None
        return cls(descendant)

    def add(self, glyph: int, width: float) -> int | None:
        """A code for a glyph, which advances by its width in thousandths of the font size; None if none is left."""
        code = self._glyphs + len(self._given)
        if code >= _CODES:
            return None
        self._given.append((glyph, round(width)))
        return code

    @cached_property
    def _blanks(self) -> list[int]:
        (is_long,) = self._read("h", b"head", 50)
        (advances,) = self._read("H", b"hhea", 34)
        outlines = self._read(f"{self._glyphs + 1}{'I' if is_long else 'H'}", b"loca")
        widths = self._read("Hh" * advances, b"hmtx")[::2]
        glyphs = range(1, self._glyphs)
        return [at for at in glyphs if outlines[at] == outlines[at + 1] and widths[min(at, advances - 1)] == 0]

    def blank(self) -> int | None:
        """A glyph without outline and width, but .notdef; None if there is none."""
        return self._blanks[0] if self._blanks else None

    def write(self, pdf: Pdf) -> None:
        """Write the map from code to glyph and the widths (9.7.4.3) when a code was given."""
        if not self._given:
            return
        glyphs = [*range(self._glyphs), *(glyph for glyph, _ in self._given)]
        # One blank glyph for all is as good, and a map of a tenth in size.
        for glyph in self._blanks:
            glyphs[glyph] = self._blanks[0]
        self._descendant.CIDToGIDMap = pdf.make_stream(struct.pack(f">{len(glyphs)}H", *glyphs))
        widths = Array([width for _, width in self._given])
        self._descendant.W = Array([*self._descendant.get("/W", ()), self._glyphs, widths])

    def _read(self, form: str, table: bytes, offset: int = 0) -> tuple[int, ...]:
        return struct.unpack_from(f">{form}", self._program, self._tables[table] + offset)
