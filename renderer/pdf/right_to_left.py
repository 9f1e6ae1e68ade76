"""Separators in texts that run from right to left, each with the mark of that direction after it.

Readers take the glyphs of a line from left to right and turn around what runs the other way. Poppler and MuPDF count a
comma, a full stop or a colon to the numbers and leave it where it stands: before the word that it follows. A mark of
the direction (U+200F), which shows nothing, lets them take it with the word. The separators of an embedded text that
runs from left to right are shown in another string, and have none.
"""

from __future__ import annotations

import re
from typing import Any, Final
from unicodedata import bidirectional

from pikepdf import Dictionary, Name, Pdf

from renderer.pdf.clusters import FontKey
from renderer.pdf.fonts import Font

_MARK: Final = "\u200f"
_HEAD = re.compile(rb"(?P<turned>/ReversedChars BMC\n)?/(?P<font>\S+) \S+ Tf\n(?:\S+ ){5}(?P<y>\S+) Tm\n")
_STRING = re.compile(rb"<([0-9A-F]+)>")


class Separators:
    """Marks the separators of a document, once its fonts are settled."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._fonts: dict[FontKey, Font] = {}
        self._marking: dict[FontKey, Any] = {}

    def marked(self, content: bytes, resources: Any) -> bytes:
        """A content stream that shows its turned separators in fonts which say the mark, too."""
        if b"/ReversedChars " not in content:
            return content
        before, *texts = content.split(b"BT\n")
        heads = [_HEAD.match(text) for text in texts]
        following = [*heads[1:], None]
        return b"BT\n".join([before, *map(self._text, texts, heads, following, [resources] * len(texts))])

    def _text(
        self, text: bytes, head: re.Match[bytes] | None, following: re.Match[bytes] | None, resources: Any
    ) -> bytes:
        shown = text.partition(b"ET\n")[0]
        if head is None or b"/Span" in shown or shown.count(b" Tf\n") != 1:
            return text
        strings = _STRING.findall(shown)
        dictionary = resources.Font[f"/{head['font'].decode()}"]
        if dictionary.Subtype != Name.Type0:
            return text
        font = self._font(dictionary)
        codes = [code for string in strings for code in font.codes(string)]
        if not any(_is_separator(font.texts.get(code, "")) for code in codes):
            return text
        # A glyph that is alone is not marked as turned: it stands at the left of a word that is.
        ends_word = following is not None and following["turned"] and following["y"] == head["y"]
        if not head["turned"] and not (len(codes) == 1 and ends_word):
            return text
        name = head["font"] + b"R"
        resources.Font[f"/{name.decode()}"] = self._marked(dictionary)
        start, end = head.span("font")
        return text[:start] + name + text[end:]

    def _font(self, dictionary: Any) -> Font:
        key: FontKey = dictionary.objgen
        if key not in self._fonts:
            self._fonts[key] = Font(dictionary)
        return self._fonts[key]

    def _marked(self, dictionary: Any) -> Any:
        """The same font with a map of its own."""
        key: FontKey = dictionary.objgen
        if key not in self._marking:
            copy = self._pdf.make_indirect(Dictionary(dictionary))
            copy.ToUnicode = self._pdf.make_stream(dictionary.ToUnicode.read_bytes())
            font = Font(copy)
            for code, text in list(font.texts.items()):
                if _is_separator(text):
                    # From left to right, as all of a turned text is.
                    font.say(code, _MARK + text)
            font.write()
            self._marking[key] = copy
        return self._marking[key]


def _is_separator(text: str) -> bool:
    """Whether a glyph's text is a common separator (UAX #9); a slash stands within words."""
    return len(text) == 1 and text != "/" and bidirectional(text) == "CS"
