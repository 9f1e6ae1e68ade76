"""That the lines of a page run across it, said to PDFium, which Chrome and Edge read text with.

PDFium takes the lines of a page for vertical ones when its texts cover less than four fifths of the width that they
reach over, and more of the height (CPDF_TextPage::FindTextlineFlowOrientation): a short CV in two columns, of which it
then reads each string as a line. So every page has a space as wide as itself, which draws nothing. Other readers leave
out a space that follows no word.
"""

from __future__ import annotations

from typing import Any, Final

from pikepdf import Dictionary, Object, Pdf

_FONTS: Final = "/Font"
_FONT: Final = "/Across"
_EM: Final = 1_000
# Of the em: PDFium counts what is a point high.
_HEIGHT: Final = 10
# Of one glyph, a space that is as wide as the font's size and has a height.
_DICTIONARY: Final = b"""<<
/Type /Font /Subtype /Type3 /FontBBox [0 0 %(em)d %(height)d] /FontMatrix [.001 0 0 .001 0 0] /Resources << >>
/Encoding << /Type /Encoding /Differences [32 /space] >> /FirstChar 32 /LastChar 32 /Widths [%(em)d]
>>""" % {b"em": _EM, b"height": _HEIGHT}
_SPACE: Final = b"%d 0 0 0 %d %d d1" % (_EM, _EM, _HEIGHT)


def add_font(pdf: Pdf) -> None:
    """Give each page the font of `across`."""
    font = pdf.make_indirect(Object.parse(_DICTIONARY))
    font.CharProcs = Dictionary(space=pdf.make_stream(_SPACE))
    for page in pdf.pages:
        resources = page.obj.Resources
        if _FONTS not in resources:
            resources[_FONTS] = Dictionary()
        resources[_FONTS][_FONT] = font


def across(content: bytes, box: Any) -> bytes:
    """The content stream of a page with that box, and the space along its upper edge after it, as an artifact."""
    width, height = float(box[2]), float(box[3])
    shown = (_FONT.encode(), width, height - width * _HEIGHT / _EM)
    return b"q\n%bQ\n/Artifact <</Type /Layout>> BDC\nBT\n%b %.2f Tf 0 %.2f Td\n( ) Tj\nET\nEMC\n" % (content, *shown)
