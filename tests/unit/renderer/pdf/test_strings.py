"""Glyphs that are shown one by one become strings, and stay where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest

from renderer.pdf.fonts import Font
from renderer.pdf.strings import in_strings
from renderer.pdf.text_map import TextMap
from tests.unit.renderer.pdf.truetype import GLYPHS, a_font

# Codes 1 and 2 are 500 wide, code 3 is a mark and takes no room; the font size is 10.
_CMAP = b"""1 begincodespacerange
<0000> <FFFF>
endcodespacerange
4 beginbfchar
<0001> <0E1E>
<0002> <0E21>
<0003> <0E34>
<0004> <0000>
endbfchar
endcmap
"""


@dataclass
class Stream:
    """A content stream with its font: before() and after() say which glyphs are shown where, and under which text."""

    content: bytes

    def __post_init__(self) -> None:
        self._pdf = pikepdf.new()
        widths = pikepdf.Array([1, pikepdf.Array([500, 500, 0, 0])])
        font = pikepdf.Dictionary(Subtype=pikepdf.Name.Type0, ToUnicode=self._pdf.make_stream(_CMAP))
        font.DescendantFonts = pikepdf.Array([pikepdf.Dictionary(DW=1000, W=widths)])
        spaces = self._pdf.make_stream(b"1 beginbfchar\n<0001> <0020>\nendbfchar\nendcmap\n")
        other = pikepdf.Dictionary(Subtype=pikepdf.Name.Type0, ToUnicode=spaces, DescendantFonts=font.DescendantFonts)
        fonts = pikepdf.Dictionary(F1=self._pdf.make_indirect(font), F2=self._pdf.make_indirect(other))
        self._resources = pikepdf.Dictionary(Font=fonts)

    def rewritten(self) -> bytes:
        texts = TextMap()
        texts.read(self.content, self._resources)
        texts.settle()
        return texts.rewritten(self.content)

    def glyphs(self, content: bytes) -> list[tuple[int, float, float]]:
        """Code, x and y of each glyph, in the order of x."""
        return sorted(self._shown(content), key=lambda glyph: (glyph[1], glyph[0]))

    def _shown(self, content: bytes) -> Iterator[tuple[int, float, float]]:
        x = y = pen = 0.0
        for operands, operator in pikepdf.parse_content_stream(self._pdf.make_stream(content)):
            match str(operator):
                case "Tm":
                    x = pen = float(operands[4])
                    y = float(operands[5])
                case "Td":
                    x, y = x + float(operands[0]), y + float(operands[1])
                    pen = x
                case "Tj" | "TJ":
                    shown = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
                    for one in shown:
                        if not isinstance(one, pikepdf.String):
                            pen -= float(one) / 1000 * 10
                            continue
                        codes = bytes(one)
                        for code in codes[1::2]:
                            yield code, round(pen, 3), round(y, 3)
                            pen += 5.0 if code < 3 else 0.0


def text(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in ("BT", "/F1 10 Tf", "1 0 0 1 100 50 Tm", *lines, "ET")).encode()


def reversed_text(*lines: str) -> bytes:
    inside = ("/ReversedChars BMC", "/F1 10 Tf", "1 0 0 1 100 50 Tm", *lines, "EMC")
    return "".join(f"{line}\n" for line in ("BT", *inside, "ET")).encode()


def span(text: str, *lines: str) -> str:
    return "\n".join([f"/Span<</ActualText <FEFF{text.encode('utf-16-be').hex().upper()}> >> BDC", *lines, "EMC"])


@pytest.mark.parametrize(
    "lines",
    [
        # A mark that reaches over the next letter.
        [span("พิ่", "<0001> Tj", "5.2 0 Td <0003> Tj", "0 0 Td <0004> Tj"), "-0.2 0 Td <0002> Tj"],
        # A raised mark, then a string that has its own place.
        [span("พิ่", "<0001> Tj", "5.2 0 Td <0003> Tj", "0 2 Td <0004> Tj"), "-0.2 -2 Td <0002> Tj", "5 0 Td <0001> Tj"],
        # A raised mark, then a cluster.
        [span("พิ่", "<0001> Tj", "5.2 2 Td <0004> Tj"), span("มิ", "0 -2 Td <0002> Tj", "5 0 Td <0003> Tj")],
        # What follows goes on where the cluster ends.
        [span("พิ", "<0001> Tj", "5.2 0 Td <0003> Tj"), "<0002> Tj", "7 0 Td <0001> Tj"],
        [span("พิ", "<0001> Tj", "4.8 0 Td <0002> Tj"), span("มิ", "<0001> Tj", "5 0 Td <0003> Tj"), "5 0 Td <0002> Tj"],
        # The cluster itself begins where the last string ends.
        ["3 1 Td <0001> Tj", "<0002> Tj", span("พิ", "<0001> Tj", "15 0 Td <0003> Tj"), "1 0 Td <0002> Tj"],
    ],
)
def test_a_cluster_is_one_string_and_its_glyphs_stay(lines: list[str]) -> None:
    stream = Stream(text(*lines))
    rewritten = stream.rewritten()
    assert rewritten != stream.content
    assert rewritten.count(b"TJ\n") >= 1
    assert stream.glyphs(rewritten) == stream.glyphs(stream.content)


def test_a_mark_that_is_raised_by_a_hair_is_put_on_the_line() -> None:
    stream = Stream(text(span("พิ่", "<0001> Tj", "5.2 0.1 Td <0003> Tj"), "-0.2 -0.1 Td <0002> Tj"))
    assert stream.glyphs(stream.rewritten()) == [(1, 100.0, 50.0), (2, 105.0, 50.0), (3, 105.2, 50.0)]


def test_what_a_raised_mark_reaches_over_joins_its_cluster() -> None:
    stream = Stream(text(span("พิ", "<0001> Tj", "5.2 2 Td <0003> Tj"), "-0.2 -2 Td <0002> Tj"))
    assert b"ActualText <FEFF" + "พิม".encode("utf-16-be").hex().upper().encode() in stream.rewritten()


@pytest.mark.parametrize(
    "lines",
    [
        # At the end of a line nothing follows a raised mark.
        [span("พิ", "<0001> Tj", "5.2 2 Td <0003> Tj")],
        # Of another size.
        [span("พิ", "<0001> Tj", "/F1 8 Tf", "5.2 0 Td <0003> Tj")],
    ],
)
def test_a_cluster_that_cannot_be_one_string_stays_as_it_is(lines: list[str]) -> None:
    stream = Stream(text(*lines))
    assert stream.rewritten() == stream.content


def test_a_text_that_the_map_tells_is_not_told_twice() -> None:
    stream = Stream(text(span("1️⃣", "<0004> Tj"), "3 0 Td <0001> Tj"))
    assert stream.rewritten() == text("[<0004>-300<0001>] TJ")


@pytest.mark.parametrize("lines", [["<0001> Tj", "5.2 0 Td <0004> Tj"], ["<00010004> Tj"]])
@pytest.mark.parametrize(("font", "told"), [("F2", "น์ "), ("F1", "น์")])
def test_a_cluster_has_the_space_after_it_that_is_alone_in_another_font(lines: list[str], font: str, told: str) -> None:
    # PDFium drops such a space, and sees no gap after a mark whose width the cluster has not.
    stream = Stream(text(span("น์", *lines)) + text("5 0 Td <0001> Tj").replace(b"F1", font.encode()))
    assert f"ActualText <FEFF{told.encode('utf-16-be').hex().upper()}>".encode() in stream.rewritten()


@pytest.mark.parametrize("direction", [text, reversed_text])
@pytest.mark.parametrize(
    ("lines", "strings"),
    [
        (["<0001> Tj", "4.5 0 Td <0002> Tj", "5 0 Td <0001> Tj"], 1),
        # A vowel sign stands above the line.
        (["<0001> Tj", "6 3 Td <0003> Tj", "-1 -3 Td <0002> Tj", "5 0 Td <00010002> Tj", "9 0 Td <0001> Tj"], 3),
        (["2 0 Td <0001> Tj", "5 0 Td <0002> Tj", "/F1 10 Tf", "5 0 Td <0002> Tj", "5.5 0 Td <0001> Tj"], 2),
        # Moves count from where the last one led to, and not from the end of a string.
        (["<0001> Tj", "/F1 10 Tf", "<0002> Tj", "11 0 Td <0001> Tj", "5 0 Td <0002> Tj"], 3),
        # A cluster in between, and a move after it.
        (["<0001> Tj", "5 0 Td <0002> Tj", *span("x", "5 0 Td <00030003> Tj").split("\n"), "5 0 Td <0001> Tj"], 3),
    ],
)
def test_glyphs_in_a_line_are_shown_in_one_string(
    lines: list[str], strings: int, direction: Callable[..., bytes]
) -> None:
    stream = Stream(direction(*lines))
    rewritten = stream.rewritten()
    assert rewritten.count(b"TJ\n") + rewritten.count(b"Tj\n") == strings
    assert stream.glyphs(rewritten) == stream.glyphs(stream.content)


@pytest.mark.parametrize(
    ("printed", "placed"),
    [
        (["1 0 0 -1 100 50 Tm", "7.5 2 Td <0001> Tj"], ["1 0 0 -1 107.5 48 Tm", "<0001> Tj"]),
        (["2 0 0 2 100 50 Tm", "7.5 2 Td <0001> Tj"], ["2 0 0 2 115 54 Tm", "<0001> Tj"]),
        (["0 1 -1 0 100 50 Tm", "7.5 2 Td <0001> Tj"], ["0 1 -1 0 98 57.5 Tm", "<0001> Tj"]),
        (
            ["1 0 0 1 100 50 Tm", "/ReversedChars BMC", "5 0 Td <0001> Tj", "EMC"],
            ["1 0 0 1 105 50 Tm", "/ReversedChars BMC", "<0001> Tj", "EMC"],
        ),
    ],
)
def test_a_text_object_begins_where_its_first_glyph_stands(printed: list[str], placed: list[str]) -> None:
    # pypdf takes a move at its begin for a space: Hangul, which is of many fonts, fell apart at each comma.
    before, after = (f"BT\n/F1 10 Tf\n{chr(10).join(lines)}\nET\n".encode() for lines in (printed, placed))
    assert Stream(before).rewritten() == after


def test_strings_stay_in_place_in_readers_that_take_whole_widths() -> None:
    # Given a font of 2048 units, whose widths are fractions of a thousandth,
    font = pikepdf.Dictionary(DW=1000, W=pikepdf.Array([1, pikepdf.Array([577.5, 500.49]), 5, 9, 333.333]))
    composite = pikepdf.Dictionary(Subtype=pikepdf.Name.Type0, DescendantFonts=pikepdf.Array([font]))
    # when strings are made of its glyphs, then their widths are whole.
    assert [Font(composite).advances[code] for code in (b"0001", b"0002", b"0007")] == [578, 500, 333]
    assert font.W.unparse() == b"[ 1 [ 578 500 ] 5 9 333 ]"


@pytest.mark.parametrize("marks", [[], ["/Span BMC"]])
def test_strings_have_the_size_in_which_their_glyphs_were_drawn(marks: list[str]) -> None:
    # Given a text of 12.4 px, which FreeType draws in 793/64: a glyph of 500/1000 advances by 6.1953125.
    at = "1 0 0 -1 100 50 Tm"
    printed = ["/F1 12.3999996 Tf", at, *marks, "<0001> Tj", "6.1953125 0 Td <0002> Tj", "6.1953125 0 Td <0001> Tj"]
    # When its glyphs are in one string, then none has to be put right.
    written = ["/F1 12.390625 Tf", at, *marks, "[<000100020001>] TJ"]
    end = ["EMC" for _ in marks] + ["ET"]
    before, after = ("".join(f"{line}\n" for line in ("BT", *lines, *end)).encode() for lines in (printed, written))
    assert Stream(before).rewritten() == after


def test_a_glyph_alone_has_the_size_of_those_beside_it() -> None:
    # Poppler's layout parts what differs in size.
    printed = b"BT\n/F1 12.3999996 Tf\n1 0 0 -1 100 50 Tm\n<0001> Tj\nET\n"
    assert Stream(printed).rewritten() == printed.replace(b"12.3999996", b"12.390625")


@pytest.mark.parametrize(("advance", "shown"), [("5.005", "<00010002>"), ("5.006", "<0001>-.6<0002>")])
def test_a_glyph_is_put_right_by_more_than_widths_are_rounded_by(advance: str, shown: str) -> None:
    assert Stream(text("<0001> Tj", f"{advance} 0 Td <0002> Tj")).rewritten() == text(f"[{shown}] TJ")


def _of_typeface(pdf: pikepdf.Pdf, name: str, *widths: float) -> Any:
    """A font with some glyphs of a typeface, as a document has it."""
    font = a_font(pdf, _CMAP)
    font.DescendantFonts[0].W = pikepdf.Array([1, pikepdf.Array(widths)])
    font.DescendantFonts[0].FontDescriptor.FontName = pikepdf.Name(f"/AAAAAA+{name}")
    font.DescendantFonts[0].FontDescriptor.FontBBox = pikepdf.Array([0, 0, 1000, 1000])
    return font


def test_the_kerning_of_a_typeface_holds_for_the_documents_after() -> None:
    content = text("<0001> Tj", "5.9 0 Td <0002> Tj", "5 0 Td <0001> Tj")
    with pikepdf.new() as pdf:
        # Given a document whose glyphs were shown, when another one shows the same glyphs of its typeface,
        first, second = (_of_typeface(pdf, "Kerned", 577.5, 500.49) for _ in range(2))
        shown = [in_strings(content, {b"F1": Font(font)}) for font in (first, second)]
        # then they stand where they stood, and its widths are whole too.
        assert shown == [text("[<0001>-12<00020001>] TJ")] * 2
        assert [font.DescendantFonts[0].W.unparse() for font in (first, second)] == [b"[ 1 [ 578 500 ] ]"] * 2
        # Another typeface has its own.
        other = Font(_of_typeface(pdf, "Other", 600, 500))
        assert in_strings(content, {b"F1": other}) == text("[<0001>10<00020001>] TJ")


def test_codes_that_a_font_was_given_mean_nothing_in_other_documents() -> None:
    content = text(f"<{GLYPHS:04X}> Tj", "6 0 Td <0001> Tj")
    with pikepdf.new() as pdf:
        # Given a document in which a spare code shows the first glyph, when in another one it shows the second,
        fonts = [Font(_of_typeface(pdf, "Spare", 600, 700)) for _ in range(2)]
        assert [font.saying(code, "\u05d1") for code, font in enumerate(fonts, 1)] == [GLYPHS, GLYPHS]
        shown = [in_strings(content, {b"F1": font}) for font in fonts]
        # then each advances by the width of its glyph.
        assert shown == [text(f"[<{GLYPHS:04X}0001>] TJ"), text(f"[<{GLYPHS:04X}>100<0001>] TJ")]
