"""Pages that run from right to left: readers get separators, numbers and Latin words where the line has them."""

from __future__ import annotations

import pikepdf
import pytest

from renderer.pdf.fonts import Font
from renderer.pdf.right_to_left import Marks
from tests.unit.renderer.pdf.truetype import a_font

# Code 1 is a letter, 2 a comma, 3 a space, 4 a slash, 5 a digit, 6 a bracket, 7 a Latin letter, 8 a hyphen, 9 a per
# cent sign, 10 an Arabic vowel sign, 11 a Hebrew one.
_CMAP = b"""1 begincodespacerange
<0000> <FFFF>
endcodespacerange
11 beginbfchar
<0001> <05D0>
<0002> <002C>
<0003> <0020>
<0004> <002F>
<0005> <0031>
<0006> <0029>
<0007> <0041>
<0008> <002D>
<0009> <0025>
<000A> <064B>
<000B> <05B0>
endbfchar
endcmap
"""
_WORD = "/ReversedChars BMC\n/F1 10 Tf\n1 0 0 -1 60 50 Tm\n<0001> Tj\nEMC"


class Page:
    """The resources of a page with one font; said() is what the glyphs say in the order in which they are drawn."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        font = a_font(self.pdf, _CMAP)
        self.resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        self.font = Font(font)
        self.marks = Marks({font.objgen: self.font})

    def marked(self, content: bytes) -> str:
        text = ""
        stream = self.pdf.make_stream(self.marks.marked(content, self.resources))
        self.font.write_codes(self.pdf)
        font = Font(self.resources.Font.F1)
        for operands, operator in pikepdf.parse_content_stream(stream):
            if str(operator) in ("Tj", "TJ"):
                strings = [operands[0]] if str(operator) == "Tj" else operands[0]
                codes = b"".join(bytes(one) for one in strings if isinstance(one, pikepdf.String))
                text += "".join(font.texts[code] for code in codes[1::2])
        return text


def content(*objects: str) -> bytes:
    return "".join(f"BT\n{one}\nET\n" for one in objects).encode()


def shown(codes: str, x: int, y: int = 50, *, turned: bool = False) -> str:
    text = f"/F1 10 Tf\n1 0 0 -1 {x} {y} Tm\n{codes}"
    return f"/ReversedChars BMC\n{text}\nEMC" if turned else text


@pytest.mark.parametrize(
    ("left", "said"),
    [
        # A space and a comma at the left of a word: the comma follows the word.
        (shown("[<0003>5<0002>] TJ", 50, turned=True), " \u200f,א"),
        # A comma that is alone is not marked as turned.
        (shown("<0002> Tj", 50), "\u200f,א"),
        # Within a word.
        (shown("<00010004> Tj", 50, turned=True), "א/א"),
        (shown("<000100080001> Tj", 50, turned=True), "א-אא"),
        # What already has a text of its own.
        (shown("/Span<</ActualText <FEFF002C> >> BDC\n<0002> Tj\nEMC", 50), ",א"),
        # A number and a word, with what is beside it.
        (shown("<00050005> Tj", 50), "\u200f11א"),
        (shown("[<0007>9<0003>-2<0005>] TJ", 50), "\u200fA 1א"),
        ("\nET\nBT\n".join([shown("<0005> Tj", 40), shown("<0008> Tj", 50)]), "\u200f1\u200f-א"),
        # The sign of a number and the full stop after it.
        (shown("<00020009> Tj", 50, turned=True), "\u200f,\u200f%א"),
        # A sign at the left of a number, which is neutral there, and one at its right.
        ("\nET\nBT\n".join([shown("<00030009> Tj", 40), shown("<0005> Tj", 50)]), " \u200f%\u200f1א"),
        ("\nET\nBT\n".join([shown("<0005> Tj", 40), shown("<0009> Tj", 50)]), "\u200f1%א"),
        # A slash between words, with spaces.
        (shown("<000300040003> Tj", 50, turned=True), " \u200f/ א"),
        # A bracket at the right of a Latin text belongs to it.
        (shown("<00070006> Tj", 50), "\u200fA)\u200eא"),
    ],
)
def test_what_a_reader_would_take_for_a_number_ends_at_its_left(left: str, said: str) -> None:
    assert Page().marked(content(left, _WORD, _WORD)) == said + "א"


def test_a_comma_within_a_latin_text_is_of_that_text() -> None:
    # Given "A, A" with a comma of another font, and then with the items of a list from right to left,
    within = content(shown("<0007> Tj", 30), shown("<0002> Tj", 40), shown("<00030007> Tj", 50), *[_WORD] * 3)
    between = content(
        shown("<0007> Tj", 30), shown("<00030002> Tj", 40, turned=True), shown("<0007> Tj", 50), *[_WORD] * 3
    )
    # Then one has a mark before all of it, and the other before each item and each comma.
    assert Page().marked(within) == "\u200fA, Aאאא"
    assert Page().marked(between) == "\u200fA \u200f,\u200fAאאא"


def test_a_page_that_runs_from_left_to_right_stays_as_it_is() -> None:
    page = Page()
    latin = content(shown("<0002> Tj", 50), shown("<0007> Tj", 60))
    assert page.marked(latin) == ",A"
    # A word from right to left in it makes no other page of it.
    assert page.marked(content(shown("<0007> Tj", 10), shown("<0007> Tj", 10, 90), _WORD)) == "AAא"
    assert page.resources.Font.F1.DescendantFonts[0].CIDToGIDMap == pikepdf.Name.Identity


def test_marks_count_where_readers_take_a_page_s_direction() -> None:
    # Given as many Latin letters as others, in words of their own: the marks before them make the page one from right
    # to left for Poppler, which then needs them.
    words = [shown("<0001> Tj", 40, turned=True), shown("<0007> Tj", 50)]
    assert Page().marked(content(*words)) == "א\u200fA"
    # Then many more of them make it one from left to right.
    latin = shown("<0007000700070007> Tj", 10, 90)
    assert Page().marked(content(*words, latin)) == "אAAAAA"


def test_a_vowel_sign_at_the_end_of_a_word_is_parted_from_the_comma_after_it() -> None:
    word = shown("<000A00010001> Tj", 60, turned=True)
    assert Page().marked(content(shown("<0002> Tj", 50), word)) == "\u200f,\u200f\u064bאא"
    hebrew = shown("<000B00010001> Tj", 60, turned=True)
    assert Page().marked(content(shown("<0002> Tj", 50), hebrew)) == "\u200f,\u05b0אא"
    # Within a word, and at its end before a space.
    assert Page().marked(content(shown("<00030001000A0001> Tj", 50, turned=True))) == " א\u064bא"
    assert Page().marked(content(shown("<0003000A0001> Tj", 50, turned=True))) == " \u064bא"


def test_a_word_after_a_space_alone_has_it_too() -> None:
    line = content(shown("<0001> Tj", 40, turned=True), shown("<0003> Tj", 50), _WORD, shown("<0003> Tj", 50, 90))
    assert Page().marked(line) == "א  א "


def test_a_line_of_addresses_runs_from_left_to_right() -> None:
    # Given a page with an address and a number in a line of their own, or with a word in it, or as a list.
    words = [shown("<0001> Tj", 10, turned=True)] * 5
    number = shown("<00050005> Tj", 50, 90)
    alone = content(shown("<000700040007> Tj", 10, 90), shown("<0003> Tj", 40, 90), number, *words)
    beside = content(shown("<0001> Tj", 5, 90, turned=True), shown("<0003> Tj", 40, 90), number, *words)
    listed = content(shown("<0007> Tj", 10, 90), shown("<00030002> Tj", 40, 90, turned=True), number, *words)
    bracket = content(shown("<00070006> Tj", 10, 90), *words)
    # Then PDFium takes the first line for one from left to right, which has no marks; a bracket at its end has one.
    assert Page().marked(alone) == "A/A  11" + "א" * 5
    assert Page().marked(bracket) == "A)\u200e" + "א" * 5
    assert Page().marked(beside) == "א  \u200f11" + "א" * 5
    assert Page().marked(listed) == "\u200fA \u200f,\u200f11" + "א" * 5
