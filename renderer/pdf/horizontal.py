"""That the lines of a page run across it, said to PDFium, which Chrome and Edge read text with.

PDFium takes the lines of a page for vertical ones when its texts cover less than four fifths of the width that they
reach over, and more of the height (CPDF_TextPage::FindTextlineFlowOrientation): a short CV in two columns, of which it
then reads each string as a line. So every page has a space as wide as itself, which draws nothing. Other readers leave
out a space that follows no word.
"""

from __future__ import annotations

from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Pdf

_FONT: Final = "/Across"
_EM: Final = 1_000
# Of the em: PDFium counts what is a point high.
_HEIGHT: Final = 10
_SPACE_IS_A_SPACE: Final = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Space def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
1 beginbfchar
<20> <0020>
endbfchar
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def add_font(pdf: Pdf) -> None:
    """Give each page the font of `across`: of one glyph, a space that is as wide as its size and has a height."""
    font = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type3,
            FontBBox=Array([0, 0, _EM, _HEIGHT]),
            FontMatrix=Array([1 / _EM, 0, 0, 1 / _EM, 0, 0]),
            CharProcs=Dictionary(space=pdf.make_stream(b"%d 0 0 0 %d %d d1" % (_EM, _EM, _HEIGHT))),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([ord(" "), Name.space])),
            FirstChar=ord(" "),
            LastChar=ord(" "),
            Widths=Array([_EM]),
            Resources=Dictionary(),
            ToUnicode=pdf.make_stream(_SPACE_IS_A_SPACE),
        )
    )
    for page in pdf.pages:
        resources = page.obj.Resources
        if Name.Font not in resources:
            resources.Font = Dictionary()
        resources.Font[_FONT] = font


def across(content: bytes, box: Any) -> bytes:
    """The content stream of a page with that box, and the space along its upper edge after it, as an artifact."""
    width, height = float(box[2]), float(box[3])
    size = b"%s %.2f Tf 0 %.2f Td" % (_FONT.encode(), width, height - width * _HEIGHT / _EM)
    return b"q\n" + content + b"Q\n/Artifact <</Type /Layout>> BDC\nBT\n" + size + b"\n( ) Tj\nET\nEMC\n"
