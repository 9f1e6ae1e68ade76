"""What readers get wrong by themselves, as docs/ats.md names it: in lines of plain glyphs that say their characters."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from tests.documents import readers


def page(line: str) -> bytes:
    """A page with one line in one string: the glyphs as they are seen, from left to right."""
    pdf = pikepdf.new()
    codes = {character: code for code, character in enumerate(sorted(set(line)), 1)}
    entries = "".join(f"<{code:04X}> <{ord(character):04X}>\n" for character, code in codes.items())
    cmap = (
        "/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{len(codes)} beginbfchar\n{entries}endbfchar\nendcmap\n"
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.Arial,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=Dictionary(
            Type=Name.FontDescriptor, FontName=Name.Arial, Flags=4, FontBBox=Array([0, -200, 500, 800]), Ascent=800
        ),
        DW=500,
    )
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name.Arial,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_stream(cmap.encode()),
    )
    string = "".join(f"{codes[character]:04X}" for character in line)
    pdf.add_blank_page(page_size=(600, 200))
    pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=pdf.make_indirect(font)))
    pdf.pages[0].obj.Contents = pdf.make_stream(f"BT /F1 12 Tf 50 100 Td <{string}> Tj ET\n".encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def drawn(*pieces: str) -> str:
    """A line's characters from left to right, of its pieces in that order; words of Hebrew run the other way."""
    return "".join(piece[::-1] if "\u05d0" <= piece[:1] <= "\u05ea" else piece for piece in pieces)


@pytest.mark.parametrize(
    ("reader", "line", "words", "lost"),
    [
        # Latin words in a line that runs from right to left come in its order, and so do the parts of an address.
        (
            "PDFium",
            drawn("עולם", " ,", "PyCon Israel", " ", "שלום", " ", "בוקר"),
            ["בוקר", "שלום", "PyCon", "Israel,", "עולם"],
            ["PyCon", "Israel,"],
        ),
        (
            "PDFium",
            drawn("עולם", " ", "example.org", " ", "שלום", " ", "בוקר"),
            ["בוקר", "שלום", "example.org", "עולם"],
            ["example.org"],
        ),
        # So does a name of letters and figures.
        ("PDFium", drawn("עולם", " ", "D3.js", " ", "שלום", " ", "בוקר"), ["בוקר", "שלום", "D3.js", "עולם"], ["D3.js"]),
        # A line of more Latin pieces than others runs from left to right.
        ("PDFium", drawn("a.example.org :GitHub ", "אתר"), ["אתר", "GitHub:", "a.example.org"], ["GitHub:"]),
        # A comma goes with the numbers.
        ("pdftotext -raw", drawn("עולם", " ,", "שלום"), ["שלום,", "עולם"], ["שלום,"]),
    ],
)
def test_a_reader_gets_these_wrong_in_any_document(reader: str, line: str, words: list[str], lost: list[str]) -> None:
    if read := readers.readers().get(reader):
        assert readers.lost(words, read(page(line))) == lost
