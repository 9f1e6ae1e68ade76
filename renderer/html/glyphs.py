"""Which texts the installed fonts can show; what they cannot is replaced visibly (U+FFFD) and reported.

A PDF in which a glyph is missing (.notdef) is no PDF/UA, and its reader sees an empty box. Chromium takes each
letter, with the marks on it, from one font: when it finds none that has them all it shows .notdef for them, though
each may be in some font. So that is what is tested here.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Self

from cv.dates import PartialDate
from cv.fields import Part
from cv.resume import Resume, field_path
from cv.warnings import Warning, WarningCode
from renderer.html.languages import LISTED_FAMILIES
from renderer.html.richtext.tree import RichText

REPLACEMENT = "\ufffd"
_MAX_NAMED = 10
_MAX_LEARNT = 20_000

Range = tuple[int, int]
"""First and last code point."""

_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
# Shown by no glyph and never asked of a font: they shape, join, part or order what is beside them. Unicode's
# Default_Ignorable_Code_Point, without the Hangul fillers, which fonts have, tags, what is not assigned, and U+180F,
# for which Chromium does ask.
_IGNORABLE = (
    *((0x34F, 0x34F), (0x61C, 0x61C), (0x17B4, 0x17B5), (0x180B, 0x180E), (0x200B, 0x200F), (0x2060, 0x2064)),
    *((0x206A, 0x206F), *_SELECTORS),
)
# Private use has no meaning that a reader of the PDF could be told, controls and noncharacters none at all.
_MEANINGLESS = (
    *((0, 0x1F), (0x7F, 0x9F), (0xD800, 0xF8FF), (0xFDD0, 0xFDEF), (0xE0000, 0xE007F), (0xF0000, 0x10FFFF)),
    *((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(17)),
)
_ASCII = ((0x20, 0x7E),)
# Ideographs and syllables of Hangul: most of what fonts have, and none of it is a mark.
_WITHOUT_MARKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x20000, 0x323AF))
# Tags spell the name of a flag; elsewhere they are text that nobody sees but a machine.
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,8}\U000e007f"


class Coverage:
    """What a set of fonts can show. It learns which letters go with which marks: for one thread at a time."""

    def __init__(self, fonts: Iterable[tuple[str, Iterable[Range]]]) -> None:
        """`fonts` are each font's family and its code points, as ranges in rising order."""
        self._listed, self._others = list[_Font](), list[_Font]()
        self._families = set[str]()
        for family, ranges in fonts:
            self._families.add(family)
            (self._listed if family in LISTED_FAMILIES else self._others).append(_Font(ranges))
        # Fonts have much in common, and each code point of each would be looked at.
        shown = set(_codes(_united(each for font in (*self._listed, *self._others) for each in font.ranges)))
        shown.difference_update(_codes(_MEANINGLESS))
        self.replacement = REPLACEMENT if ord(REPLACEMENT) in shown else "?"
        ignorable = set(_codes(_IGNORABLE))
        candidates = shown.difference(ignorable, _codes(_WITHOUT_MARKS))
        marks = {code for code in candidates if unicodedata.category(chr(code)).startswith("M")}
        shown |= ignorable | set(_codes(_ASCII)) | {ord("\n")}
        self._shown = frozenset(map(chr, shown))

        # Python finds a character of a class fast when the class has few holes beyond 16 bits. So all that are
        # there (emoji, rare ideographs and scripts) are doubtful first, and texts with them are looked at again.
        doubtful = _class(code for code in range(0x10000) if code not in shown) + "\U00010000-\U0010ffff"
        self._doubtful = re.compile(f"[{doubtful}]")
        self._flag_or_doubtful = re.compile(f"{_FLAG}|[{doubtful}]")
        self._marked = _marked(marks, ignorable)
        self._marked_in_16_bits = _marked({mark for mark in marks if mark < 0x10000}, ignorable)
        self._ignorable = frozenset(map(chr, ignorable))
        self._together: dict[str, bool] = {}

    @classmethod
    def of_system(cls) -> Self:
        """What fontconfig finds. OSError or subprocess.SubprocessError when it cannot be asked."""
        command = ["fc-list", "--format=%{family[0]}:%{charset}\n"]
        found = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60, encoding="utf-8")
        lines = (line.rpartition(":") for line in sorted(set(found.stdout.splitlines())))
        return cls((family, _ranges(charset)) for family, _, charset in lines)

    def has_family(self, family: str) -> bool:
        """Whether a typeface is installed; another one stands in for it otherwise."""
        return family in self._families

    def replace(self, resume: Resume) -> tuple[Resume, tuple[Warning, ...]]:
        """The CV with all its characters shown, and a warning for each text in which some were replaced.

        A warning's field counts the entries that are printed: those that hold nothing are out of the CV already.
        """
        texts: list[str] = []
        _collect(resume, texts)
        if not any(map(self._is_suspect, texts)):
            return resume, ()
        warnings: list[Warning] = []
        replaced = self._replaced(resume, (), warnings)
        return (replaced, tuple(warnings)) if warnings else (resume, ())

    def replace_titles(self, titles: Mapping[str, str], field: str) -> tuple[dict[str, str], tuple[Warning, ...]]:
        """The same for texts that are not in the CV, by name: those of options.sectionTitles, which is `field`."""
        replaced = {name: self.replace_text(title) for name, title in titles.items()}
        warnings = (_warning(f"{field}.{name}", lost) for name, (_, lost) in replaced.items() if lost)
        return {name: title for name, (title, _) in replaced.items()}, tuple(warnings)

    def replace_text(self, text: str) -> tuple[str, str]:
        """A text with all its characters shown, and those that were replaced."""
        if text.isascii() or not self._is_suspect(text):
            return text, ""
        lost: list[str] = []

        def shown(match: re.Match[str]) -> str:
            found = match[0]
            if len(found) > 1 or found in self._shown:
                return found
            lost.append(found)
            return self.replacement

        def together(match: re.Match[str]) -> str:
            found = match[0]
            if self._go_together(found):
                return found
            # One sign stands for all the marks that do not go with it.
            kept = found[0]
            for mark in found[1:]:
                if mark in self._ignorable or self._go_together(kept + mark):
                    kept += mark
                else:
                    lost.append(mark)
            return kept + self.replacement

        text = self._marked.sub(together, self._flag_or_doubtful.sub(shown, text))
        return text, "".join(lost)

    def _is_suspect(self, text: str) -> bool:
        """Whether something in a text may have no glyph: all that is left to do for most."""
        marked = self._marked_in_16_bits
        doubtful = self._doubtful.findall(text)
        if doubtful:
            if not self._shown.issuperset(doubtful):
                return True
            marked = self._marked
        return not all(map(self._go_together, marked.findall(text)))

    def _go_together(self, cluster: str) -> bool:
        """Whether there is a font for a letter and all the marks on it."""
        known = self._together.get(cluster)
        if known is None:
            known = self._has_font([ord(character) for character in cluster if character not in self._ignorable])
            if len(self._together) < _MAX_LEARNT:
                self._together[cluster] = known
        return known

    def _has_font(self, codes: list[int]) -> bool:
        # Fonts that documents do not name are tried for what those that they name have not.
        if any(all(code in font for code in codes) for font in self._listed):
            return True
        fonts = () if any(codes[0] in font for font in self._listed) else self._others
        return any(all(code in font for code in codes) for font in fonts)

    def _replaced(self, value: Any, location: tuple[int | str, ...], warnings: list[Warning]) -> Any:
        if isinstance(value, str):
            text, lost = self.replace_text(value)
            if not lost:
                return value
            warnings.append(_warning(field_path(location), lost))
            return value.mapped(lambda text: self.replace_text(text)[0]) if isinstance(value, RichText) else text
        if isinstance(value, list):
            return [self._replaced(item, (*location, place), warnings) for place, item in enumerate(value)]
        if isinstance(value, Part):
            fields = {name: self._replaced(item, (*location, name), warnings) for name, item in value.__dict__.items()}
            return value.model_copy(update=fields)
        return value


class _Font:
    """The code points of one font."""

    def __init__(self, ranges: Iterable[Range]) -> None:
        self.ranges = list(ranges)
        self._firsts = [first for first, _ in self.ranges]

    def __contains__(self, code: int) -> bool:
        place = bisect_right(self._firsts, code) - 1
        return place >= 0 and code <= self.ranges[place][1]


def _ranges(charset: str) -> Iterable[Range]:
    """The ranges of a charset as fontconfig writes it: 20-7e a0 2018-201a, in hexadecimal."""
    for part in charset.split():
        first, _, last = part.partition("-")
        yield int(first, 16), int(last or first, 16)


def _united(ranges: Iterable[Range]) -> Iterator[Range]:
    """The same code points in ranges that do not overlap."""
    end = -1
    for first, last in sorted(ranges):
        if last > end:
            yield max(first, end + 1), last
            end = last


def _codes(ranges: Iterable[Range]) -> Iterable[int]:
    return chain.from_iterable(range(first, last + 1) for first, last in ranges)


def _class(codes: Iterable[int]) -> str:
    """Code points as what stands between the brackets of a class in a regular expression."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _marked(marks: set[int], ignorable: set[int]) -> re.Pattern[str]:
    """A character and the marks on it, with ignorable characters among them."""
    if not marks:
        return re.compile(r"(?!)")
    # In 16 bits only, as above; emoji's selectors beyond them select ideographs, which bear no marks.
    between = _class(code for code in ignorable if code < 0x10000)
    return re.compile(f".[{between}]*[{_class(marks)}][{_class(marks)}{between}]*")


def _collect(value: Any, texts: list[str]) -> None:
    """The texts in which a character may have no glyph: those beyond ASCII."""
    # By type: asking whether something is a Part takes pydantic longer than all the rest.
    for item in value if type(value) is list else value.__dict__.values():
        kind = type(item)
        if kind is str or kind is RichText:
            if not item.isascii():
                texts.append(item)
        elif item and kind is not PartialDate:
            _collect(item, texts)


def _warning(field: str, lost: str) -> Warning:
    codes = list(dict.fromkeys(f"U+{ord(character):04X}" for character in lost))
    more = f" and {len(codes) - _MAX_NAMED} more" if len(codes) > _MAX_NAMED else ""
    named = ", ".join(codes[:_MAX_NAMED]) + more
    return Warning(WarningCode.CHARACTER_REPLACED, field, f"has characters that no font here can show: {named}")
