"""How full the pages of a print are, read from the print itself: the page's scripts are off.

Skia writes one operator a line, each text with the matrix that positions it, and what belongs to the document inside
marked content; the header and footer of a page stand outside.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pikepdf

# What moves the place of a text, sets it, and tells content from furniture.
_OPERATORS = re.compile(rb"^(?:(q)|(Q)|(\S+ \S+ \S+ \S+ \S+ \S+) (cm|Tm)|(/.*)(?:BDC|BMC)|(EMC))$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fullness:
    """The number of pages, and how far down the last one its text reaches: 0 is the top edge, 1 the bottom one."""

    pages: int
    last: float


def fullness(printed: bytes) -> Fullness:
    """The fullness of a print of Chromium. Of a single page the text is not looked for: it counts as full."""
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        count = len(pdf.pages)
        if count < 2:
            return Fullness(count, 1.0)
        page = pdf.pages[-1]
        height = float(page.MediaBox[3])
        lowest = _lowest(page.Contents.read_bytes(), height)
    return Fullness(count, 1 - lowest / height)


def _lowest(content: bytes, height: float) -> float:
    """How high (points from the bottom) the lowest text inside marked content stands."""
    lowest = height
    marks: list[bool] = []  # Those that are open, and whether they are of content.
    stack: list[tuple[float, float]] = []
    scale, offset = 1.0, 0.0  # A height y is drawn at scale * y + offset.
    for match in _OPERATORS.finditer(content):
        save, restore, matrix, operator, begin, end = match.groups()
        if save:
            stack.append((scale, offset))
        elif restore and stack:
            scale, offset = stack.pop()
        elif begin:
            marks.append(b"/MCID" in begin)
        elif end and marks:
            marks.pop()
        elif matrix:
            numbers = [float(number) for number in matrix.split()]
            if operator == b"cm":
                scale, offset = scale * numbers[3], scale * numbers[5] + offset
            elif True in marks:
                lowest = min(lowest, scale * numbers[5] + offset)
    return lowest
