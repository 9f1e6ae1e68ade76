"""Marks of direction (U+200F) in pages that run from right to left, for readers that put their lines in order.

Readers take the glyphs of a line from left to right and turn around what runs the other way. For this Poppler, MuPDF
and PDFium use a few rules in place of the whole of UAX #9: a comma, a full stop, a colon and a hyphen go with the
numbers, and so do the spaces beside a number or a Latin word. So a comma came before the word that it follows, and a
number was glued to the word after it. PDFium also takes a line with more such pieces than others for one that runs
from left to right. The mark, which shows nothing, ends each of these pieces at its left, where the line goes on; a mark
from left to right (U+200E) ends a Latin text at its right when that is a bracket.

A letter or digit says the mark before its own text; before any other glyph a blank one says it. A word after a space
that is shown alone has that space too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final
from unicodedata import bidirectional

from pikepdf import Name

from renderer.pdf.clusters import FontKey, is_mirrored
from renderer.pdf.fonts import Font
from renderer.pdf.turned_clusters import LEFT_TO_RIGHT, RIGHT_TO_LEFT

_MARKS: Final = LEFT_TO_RIGHT + RIGHT_TO_LEFT
_HEAD = re.compile(rb"(?P<turned>/ReversedChars BMC\n)?/(?P<font>\S+) (?P<size>\S+) Tf\n(?:\S+ ){5}(?P<y>\S+) Tm\n")
_SHOWN = re.compile(rb"^(?P<move>\S+ \S+ Td )?(?P<shown>\[[^]\n]*\] TJ|<[0-9A-F]+> Tj)\n", re.MULTILINE)
_ITEM = re.compile(rb"<[0-9A-F]+>|-?[0-9.]+")
_STRING = re.compile(rb"<([0-9A-F]+)>")
_TURNED: Final = frozenset({"R", "AL"})
_NOT_TURNED: Final = frozenset({"L", "EN", "AN"})
_COMMON_SEPARATORS: Final = frozenset({"CS"})
_SEPARATORS: Final = frozenset({"CS", "ES"})
# Arabic. Poppler would take a mark for the letter that a Hebrew one, which is placed beside it, belongs to.
_VOWEL_SIGNS: Final = re.compile("[\u064b-\u065f\u0670]")
# Of numbers, as U+0025.
_SIGNS: Final = frozenset({"ET"})


@dataclass(slots=True)
class _Text:
    """A text object after its BT; what its glyphs say, from left to right, is only known when they are in one font."""

    written: bytes
    head: re.Match[bytes] | None
    font: Font | None = None
    said: Sequence[str] = ()
    left_to_right: bool = False
    """Whether it is a number or a text in a script that runs from left to right, or a separator within one."""

    @property
    def turned(self) -> bool:
        return self.head is not None and self.head["turned"] is not None

    @property
    def is_space(self) -> bool:
        """Whether it is a space alone, which PDFium leaves out and puts back only where the gap is wide."""
        return list(self.said) == [" "]

    def closes_bracket(self, following: _Text | None) -> bool:
        """Whether it runs from left to right and ends with a bracket, which Poppler gives to what is at its right."""
        if not self.left_to_right or not is_mirrored(self.said[-1]):
            return False
        return not (following is not None and following.left_to_right and following.is_beside(self))

    @property
    def is_from_left_to_right(self) -> bool:
        """Whether it may stand in a line that runs so. What is neutral and alone may be turned and not be marked so."""
        if self.turned or not self.said or any(_has(said, _TURNED) for said in self.said):
            return False
        return self.left_to_right or self.is_space or len(self.said) > 1

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

    def __init__(self, fonts: Mapping[FontKey, Font]) -> None:
        self._fonts = fonts

    def marked(self, content: bytes, resources: Any) -> bytes:
        """A content stream with the marks that its direction needs."""
        if b"/ReversedChars " not in content:
            return content
        before, *rest = content.split(b"BT\n")
        texts = [self._read(text, resources) for text in rest]
        beside = list(zip([None, *texts[:-1]], texts, [*texts[1:], None], strict=True))
        for last, text, _ in beside:
            text.follow(last)
        is_turned = _runs_right_to_left(
            texts, marks=sum(1 for near in beside for _ in _positions(*near, page_is_turned=True))
        )
        addresses = _in_lines_from_left_to_right(texts) if is_turned else frozenset()
        out = [before]
        for position, (last, text, following) in enumerate(beside):
            is_marked = is_turned and position not in addresses
            said = dict.fromkeys(_positions(last, text, following, page_is_turned=is_marked), RIGHT_TO_LEFT)
            if is_turned and text.said and last and last.is_space and text.is_beside(last):
                said[0] = " " + said.get(0, "")
            after = LEFT_TO_RIGHT if is_turned and text.closes_bracket(following) else ""
            out.append(_with(text, said, after) if said or after else text.written)
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
        return _Text(written, head, font, [font.texts.get(code, "").strip(_MARKS) for code in codes])


def _with(text: _Text, before: Mapping[int, str], after: str) -> bytes:
    """A text object in which texts are said before the glyphs at some positions, each character by itself, and one
    with the last glyph."""
    assert text.head is not None
    assert text.font is not None
    font = text.font
    shown, end, rest = text.written.partition(b"ET\n")
    glyphs = count()
    last = len(text.said) - 1

    def insert(line: re.Match[bytes]) -> bytes:
        items = []
        for item in _items(line["shown"]):
            if item[:1] == b"<":
                position = next(glyphs)
                item = _said_before(font, item, before.get(position, ""), text.said[position])
                if after and position == last and (blank := font.blank(after)) is not None:
                    item += b"<%04X>" % blank
            items.append(item)
        return (line["move"] or b"") + b"[" + b"".join(items).replace(b"><", b"") + b"] TJ\n"

    return text.head.group() + _SHOWN.sub(insert, shown[text.head.end() :]) + end + rest


def _said_before(font: Font, item: bytes, before: str, said: str) -> bytes:
    """A glyph, which is a string of its own, and blank ones that say what is before it."""
    if before.endswith(RIGHT_TO_LEFT) and _has(said, _NOT_TURNED):
        # Poppler ends a word at a blank glyph.
        code = int(item[1:-1], 16)
        both = font.saying(code, RIGHT_TO_LEFT + font.texts[code])
        if both is not None:
            before, item = before[:-1], b"<%04X>" % both
    blanks = [blank for character in before if (blank := font.blank(character)) is not None]
    return b"".join(b"<%04X>" % blank for blank in blanks) + item


def _items(shown: bytes) -> Iterator[bytes]:
    """Each glyph of what TJ or Tj shows, as a string of its own, and the moves between them."""
    for item in _ITEM.findall(shown):
        if item[:1] == b"<":
            yield from (b"<%b>" % item[start : start + 4] for start in range(1, len(item) - 1, 4))
        else:
            yield item


def _positions(last: _Text | None, text: _Text, following: _Text | None, *, page_is_turned: bool) -> Iterator[int]:
    """The glyphs of a text object that have a mark before them."""
    if text.left_to_right:
        if page_is_turned and not (last and last.left_to_right and text.is_beside(last)):
            yield 0
        return
    # What is neutral and alone is not marked as turned: it stands at the left of a word that is.
    ends_word = following is not None and following.turned and text.is_beside(following) and len(text.said) == 1
    if text.turned or page_is_turned or ends_word:
        left = last.said[-1] if last and last.said and text.is_beside(last) else ""
        # A sign at the right of a number belongs to it.
        within = not text.turned and _has(left, _NOT_TURNED)
        for position, (before, said) in enumerate(zip([left, *text.said], text.said, strict=False)):
            separates = (
                (said != "/" or before == " ")
                and _has(said, _SEPARATORS if within else _SEPARATORS | _SIGNS)
                and not _has(before, _TURNED)
            )
            # PDFium takes a vowel sign and a full stop for one piece, in the order from left to right.
            if separates or (_VOWEL_SIGNS.search(said) and _has(before, _SEPARATORS)):
                yield position


def _runs_right_to_left(texts: Sequence[_Text], marks: int) -> bool:
    """Whether a page has more letters from right to left than others, by which readers take its direction.

    The marks that it then gets count as such letters.
    """
    letters = Counter(_direction(character) for text in texts for said in text.said for character in said)
    return letters["R"] + letters["AL"] + marks > letters["L"]


def _in_lines_from_left_to_right(texts: Sequence[_Text]) -> Set[int]:
    """The positions of texts in lines of nothing but Latin words and numbers, as addresses: without marks PDFium takes
    such a line for one from left to right, as it is."""
    found: set[int] = set()
    start = 0
    for end in range(1, len(texts) + 1):
        if end == len(texts) or not texts[end].is_beside(texts[start]):
            line = texts[start:end]
            if any(text.left_to_right for text in line) and all(text.is_from_left_to_right for text in line):
                found.update(range(start, end))
            start = end
    return found


def _has(text: str, directions: Set[str]) -> bool:
    return any(_direction(character) in directions for character in text)


_direction = lru_cache(maxsize=1024)(bidirectional)
