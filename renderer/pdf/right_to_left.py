"""Marks of direction (U+200F) in pages that run from right to left, for readers that put their lines in order.

Readers take the glyphs of a line from left to right and turn around what runs the other way. For this Poppler, MuPDF
and PDFium use a few rules in place of the whole of UAX #9: a comma, a full stop, a colon and a hyphen go with the
numbers, and so do the spaces beside a number or a Latin word. So a comma came before the word that it follows, and a
number was glued to the word after it. PDFium also takes a line with more such pieces than others for one that runs
from left to right. The mark, which shows nothing, ends each of these pieces at its left, where the line goes on.

A glyph says the mark before its own text: it is shown in a twin of its font, which has a map of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, groupby
from operator import itemgetter
from typing import Any, Final
from unicodedata import bidirectional

from pikepdf import Dictionary, Name, Pdf

from renderer.pdf.clusters import FontKey
from renderer.pdf.fonts import Font

_MARK: Final = "\u200f"
_HEAD = re.compile(rb"(?P<turned>/ReversedChars BMC\n)?/(?P<font>\S+) (?P<size>\S+) Tf\n(?:\S+ ){5}(?P<y>\S+) Tm\n")
_SHOWN = re.compile(rb"^(?P<move>\S+ \S+ Td )?(?P<shown>\[[^]\n]*\] TJ|<[0-9A-F]+> Tj)\n", re.MULTILINE)
_ITEM = re.compile(rb"<[0-9A-F]+>|-?[0-9.]+")
_STRING = re.compile(rb"<([0-9A-F]+)>")
_TURNED: Final = frozenset({"R", "AL"})
_NOT_TURNED: Final = frozenset({"L", "EN", "AN"})
_COMMON_SEPARATORS: Final = frozenset({"CS"})
_SEPARATORS: Final = frozenset({"CS", "ES"})


@dataclass(slots=True)
class _Text:
    """A text object after its BT; what its glyphs say, from left to right, is only known when they are in one font."""

    written: bytes
    head: re.Match[bytes] | None
    font: Any = None
    said: Sequence[str] = ()
    left_to_right: bool = False
    """Whether it is a number or a text in a script that runs from left to right, or a separator within one."""

    @property
    def turned(self) -> bool:
        return self.head is not None and self.head["turned"] is not None

    def follow(self, last: _Text | None) -> None:
        """Find out the direction, which a separator right of a text has from it: before a space, not after one."""
        if self.turned or not self.said:
            return
        within = last is not None and last.left_to_right and self.is_beside(last) and last.said[-1] != " "
        separates = len(self.said) == 1 and _has(self.said[0], _COMMON_SEPARATORS)
        self.left_to_right = (within and separates) or any(_has(said, _NOT_TURNED) for said in self.said)

    def is_beside(self, other: _Text | None) -> bool:
        """Whether two text objects stand on one line."""
        return bool(other and other.head and self.head and other.head["y"] == self.head["y"])


class Marks:
    """Marks the pages of a document, once its fonts are settled."""

    def __init__(self, pdf: Pdf, fonts: Mapping[FontKey, Font]) -> None:
        self._pdf = pdf
        self._fonts = fonts
        self._twins: dict[FontKey, Any] = {}

    def marked(self, content: bytes, resources: Any) -> bytes:
        """A content stream with the marks that its direction needs."""
        if b"/ReversedChars " not in content:
            return content
        before, *rest = content.split(b"BT\n")
        texts = [self._read(text, resources) for text in rest]
        beside = list(zip([None, *texts[:-1]], texts, [*texts[1:], None], strict=True))
        for last, text, _ in beside:
            text.follow(last)
        is_turned = _runs_right_to_left(texts)
        out = [before]
        for last, text, following in beside:
            positions = set(_positions(text, last, following, page_is_turned=is_turned))
            out.append(self._with_marks(text, positions, resources) if positions else text.written)
        return b"BT\n".join(out)

    def _read(self, written: bytes, resources: Any) -> _Text:
        shown = written.partition(b"ET\n")[0]
        head = _HEAD.match(shown)
        if head is None or b"/Span" in shown or shown.count(b" Tf\n") != 1:
            return _Text(written, head)
        dictionary = resources.Font[f"/{head['font'].decode()}"]
        if dictionary.Subtype != Name.Type0:
            return _Text(written, head)
        font = self._fonts[dictionary.objgen]
        codes = [code for string in _STRING.findall(shown, head.end()) for code in font.codes(string)]
        return _Text(written, head, dictionary, [font.texts.get(code, "") for code in codes])

    def _with_marks(self, text: _Text, positions: set[int], resources: Any) -> bytes:
        """A text object with the glyphs at some positions in the twin of its font."""
        assert text.head is not None
        name, size = text.head["font"], text.head["size"]
        resources.Font[f"/{name.decode()}R"] = self._twin(text.font)
        in_twin, back = b"/%bR %b Tf\n" % (name, size), b"/%b %b Tf\n" % (name, size)
        shown, end, after = text.written.partition(b"ET\n")
        glyphs = count()

        def split(line: re.Match[bytes]) -> bytes:
            items = [(item, item[:1] == b"<" and next(glyphs) in positions) for item in _items(line["shown"])]
            out = []
            move = line["move"] or b""
            for marked, pieces in groupby(items, key=itemgetter(1)):
                string = move + b"[" + b"".join(item for item, _ in pieces).replace(b"><", b"") + b"] TJ\n"
                out.append(in_twin + string + back if marked else string)
                move = b""
            return b"".join(out)

        return text.head.group() + _SHOWN.sub(split, shown[text.head.end() :]) + end + after

    def _twin(self, dictionary: Any) -> Any:
        """The same font with a map that has the mark before each text."""
        key: FontKey = dictionary.objgen
        if key not in self._twins:
            copy = self._pdf.make_indirect(Dictionary(dictionary))
            copy.ToUnicode = self._pdf.make_stream(dictionary.ToUnicode.read_bytes())
            font = Font(copy)
            for code, text in self._fonts[key].texts.items():
                # Not of a space: readers part words at a glyph that says nothing else.
                font.say(code, _MARK + text if text.strip() else text)
            font.write()
            self._twins[key] = copy
        return self._twins[key]


def _items(shown: bytes) -> Iterator[bytes]:
    """Each glyph of what TJ or Tj shows, as a string of its own, and the moves between them."""
    for item in _ITEM.findall(shown):
        if item[:1] == b"<":
            yield from (b"<%b>" % item[start : start + 4] for start in range(1, len(item) - 1, 4))
        else:
            yield item


def _positions(text: _Text, last: _Text | None, following: _Text | None, *, page_is_turned: bool) -> Iterator[int]:
    """The glyphs of a text object that have a mark before them."""
    if text.left_to_right:
        if page_is_turned and not (last and last.left_to_right and text.is_beside(last)):
            yield 0
        return
    # What is neutral and alone is not marked as turned: it stands at the left of a word that is.
    ends_word = following is not None and following.turned and text.is_beside(following) and len(text.said) == 1
    if text.turned or page_is_turned or ends_word:
        left = last.said[-1] if last and last.said and text.is_beside(last) else ""
        for position, (before, said) in enumerate(zip([left, *text.said], text.said, strict=False)):
            if said != "/" and _has(said, _SEPARATORS) and not _has(before, _TURNED):
                yield position


def _runs_right_to_left(texts: Sequence[_Text]) -> bool:
    """Whether a page has more letters from right to left than others, by which readers take its direction."""
    letters = Counter(_direction(character) for text in texts for said in text.said for character in said)
    return letters["R"] + letters["AL"] > letters["L"]


def _has(text: str, directions: Set[str]) -> bool:
    return any(_direction(character) in directions for character in text)


_direction = lru_cache(maxsize=1024)(bidirectional)
