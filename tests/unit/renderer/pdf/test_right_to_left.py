"""Separators of texts from right to left: readers get them with the word that they follow."""

from __future__ import annotations

import pikepdf
import pytest

from renderer.pdf.fonts import Font
from renderer.pdf.right_to_left import Separators

# Code 1 is a letter, 2 a comma, 3 a space, 4 a slash.
_CMAP = b"""1 begincodespacerange
<0000> <FFFF>
endcodespacerange
4 beginbfchar
<0001> <05D0>
<0002> <002C>
<0003> <0020>
<0004> <002F>
endbfchar
endcmap
"""
_WORD = "/ReversedChars BMC\n/F1 10 Tf\n1 0 0 -1 60 50 Tm\n<0001> Tj\nEMC"


class Page:
    """The resources of a page with one font; said() is what the glyphs say in the order in which they are drawn."""

    def __init__(self) -> None:
        self.pdf = pikepdf.new()
        font = pikepdf.Dictionary(Subtype=pikepdf.Name.Type0, ToUnicode=self.pdf.make_stream(_CMAP))
        self.resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=self.pdf.make_indirect(font)))

    def said(self, content: bytes) -> str:
        text, font = "", Font(self.resources.Font.F1)
        for operands, operator in pikepdf.parse_content_stream(self.pdf.make_stream(content)):
            if str(operator) == "Tf":
                font = Font(self.resources.Font[str(operands[0])])
            elif str(operator) == "Tj":
                codes = bytes(operands[0])
                text += "".join(font.texts[code] for code in codes[1::2])
        return text


def content(*objects: str) -> bytes:
    return "".join(f"BT\n{one}\nET\n" for one in objects).encode()


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        # A space and a comma at the left of a word: the comma follows the word.
        ("/ReversedChars BMC\n/F1 10 Tf\n1 0 0 -1 50 50 Tm\n<00030002> Tj\nEMC", " \u200f,א"),
        # A comma that is alone is not marked as turned.
        ("/F1 10 Tf\n1 0 0 -1 50 50 Tm\n<0002> Tj", "\u200f,א"),
        # Of another line, of a text that runs from left to right, and within a word.
        ("/F1 10 Tf\n1 0 0 -1 50 30 Tm\n<0002> Tj", ",א"),
        ("/F1 10 Tf\n1 0 0 -1 50 50 Tm\n<00020003> Tj", ", א"),
        ("/ReversedChars BMC\n/F1 10 Tf\n1 0 0 -1 50 50 Tm\n<00010004> Tj\nEMC", "א/א"),
        # What already has a text of its own.
        ("/F1 10 Tf\n1 0 0 -1 50 50 Tm\n/Span<</ActualText <FEFF002C> >> BDC\n<0002> Tj\nEMC", ",א"),
    ],
)
def test_a_separator_at_the_end_of_a_turned_word_has_a_mark_after_it(shown: str, said: str) -> None:
    page = Page()
    marked = Separators(page.pdf).marked(content(shown, _WORD), page.resources)
    assert page.said(marked) == said


def test_a_page_that_runs_from_left_to_right_stays_as_it_is() -> None:
    page = Page()
    before = content("/F1 10 Tf\n1 0 0 -1 50 50 Tm\n<0002> Tj")
    assert Separators(page.pdf).marked(before, page.resources) == before
    assert list(page.resources.Font.keys()) == ["/F1"]
