"""What a line does not break in: ranges of numbers (155–179), dates in figures, telephone numbers, and names with what
belongs to them (Dr. Lee, J. R. R. Tolkien, Ann Lee, PhD), Korean words with brackets, and addresses between two
slashes. A dash between two spaces begins no line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DASHES = "-\u2010-\u2013"
_UPPER = "A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-Я"
_SPACE = "[ \u00a0]"
_WORD = rf"[{_UPPER}][\w’'-]*"
_INITIALS = rf"(?:[{_UPPER}]\.{_SPACE}?)"
_TITLES = "Dr|Dra|Prof|Mr|Mrs|Ms|Mx|Rev|Hon|Ing|Dipl|Mag|Lic|Capt|Col|Gen|Lt|Sgt|Sra|Srta"
_SUFFIXES = r"Jr|Sr|II|III|IV"
_DEGREES = r"PhD|Ph\.D|DPhil|MD|M\.D|MSc|M\.Sc|BSc|B\.Sc|MBA|JD|LLB|LLM|LL\.M|CPA|PMP|RN|Esq"
_FIELD = rf"\.{_SPACE}(?:[a-z]{{1,5}}\.{_SPACE})?"  # Dr. med.
_TITLE = rf"(?:{_TITLES}){_FIELD}"
# Its first letter has been read.
_FIRST_TITLE = rf"(?=[a-z]{{1,4}}\.)(?:{'|'.join(f'(?<={t[0]}){t[1:]}' for t in _TITLES.split('|'))}){_FIELD}"
_AFTER = rf"{_SPACE}(?:{_SUFFIXES})\b\.?|,{_SPACE}(?:{_SUFFIXES}|{_DEGREES})\b\.?"
# By its first character, which the search jumps to.
_WHOLE = re.compile(
    rf"[0-9+({_UPPER}](?:"
    r"(?<![\w/+.:@-].)(?:"
    rf"(?<=[0-9])[0-9]{{0,4}}(?:[{_DASHES}][0-9]{{1,5}}){{1,4}}"
    rf"|(?:(?<=\+)[0-9]|(?<=\()[0-9]{{2,5}}\))[0-9 \u00a0\u202f()./{_DASHES}]{{5,20}}[0-9]"
    r")(?![\w/@-])"
    rf"|(?<=[{_UPPER}])(?<![\w.@/].)(?:"
    rf"{_FIRST_TITLE}(?:{_TITLE}){{0,2}}{_INITIALS}{{0,3}}{_WORD}"
    rf"|\.{_SPACE}?{_INITIALS}{{0,3}}{_WORD}"
    rf"|[\w’'-]*+(?:{_AFTER}|,?{_SPACE}{_INITIALS}{{1,4}}(?<=\.)(?!{_SPACE}?\w))"
    r"))"
)
# From Thai on are the scripts whose lines may end between any two signs; more Latin and Greek letters are among them.
_SIGNS = re.compile("[\u0e00-\u1dff\u2000-\U0010ffff]")
# A line ends between Korean letters and a mark, though no space is there: 설계(Design)를.
_KOREAN = re.compile(r"[\uac00-\ud7a3][(\[]|[)\]%][\uac00-\ud7a3]")
# Written out in a text, an address ends a line after a slash.
_ADDRESS = re.compile(r"https?://[^\s<\0]{20,}")
_SEGMENT = re.compile(r"https?://[^/]*/?|[^/]*/|[^/]+")
_BREAKING = re.compile(r"[?!|-]")
_LONGEST_SEGMENT = 28
# Chromium ends no line in the middle of MySQL/PostgreSQL/SQLite, and tears a letter off where a column is narrow.
_SLASH = re.compile(r"/(?<=[^\W_]{3}/)(?=[^\W_]{3})")
_WORDS = re.compile(r"(?<![\w./@&-])[^\W_]{3,}+(?:/[^\W_]{3,}+)++(?![/;]|\.\w)")
_LONGEST_SLASHED = 16
_SPAN = '<span class="whole">{}</span>'
_LONGEST_NAME = 24
"""Characters: more of them would not fit into a narrow column."""
# Where a line breaks in a text; Thai, Lao, Khmer and ideographs break anywhere.
_BREAKS = re.compile(r"[\s/–—\-\u0e00-\u0eff\u1780-\u17ff\u2e80-\ud7ff]+")


def longest_word(texts: Iterable[str]) -> int:
    """The number of letters of the longest word of some texts, which a column has to hold unbroken; 0 of none."""
    return max((len(word) for text in texts for word in _BREAKS.split(text)), default=0)


def keep_whole(texts: str) -> str:
    """Texts of HTML (renderer.html.texts) with these in spans of the class whole (base.css)."""
    for dash in "–—":
        texts = _after_words(texts, dash)
    return _ADDRESS.sub(_in_segments, _WHOLE.sub(_kept, _parted(texts)))


def _after_words(texts: str, dash: str) -> str:
    """Texts in which a dash between spaces stays in the line of the word before it; that of a period stays as it is.

    So does one after signs that a line may end between: it would end within a word.
    """
    first, *others = texts.split(f" {dash} ")
    parts = [first]
    for other in others:
        last = parts[-1][-1:]
        parts += [f"\u00a0{dash} " if last.isalpha() and not _SIGNS.match(last) else f" {dash} ", other]
    return "".join(parts)


def keep_korean(texts: str) -> str:
    """Texts of HTML with Korean letters and the brackets beside them in spans of the class whole."""
    return _KOREAN.sub(lambda found: _SPAN.format(found[0]), texts)


def _in_segments(address: re.Match[str]) -> str:
    segments = _SEGMENT.findall(address[0])
    return "<wbr>".join(
        _SPAN.format(one) if len(one) < _LONGEST_SEGMENT and _BREAKING.search(one) else one for one in segments
    )


def _parted(texts: str) -> str:
    """Texts in which lines may end after the slashes of long words; in linear time."""
    parts, done = [], 0
    while slash := _SLASH.search(texts, done):
        start = slash.start()
        while start > done and (texts[start - 1].isalnum() or texts[start - 1] == "/"):
            start -= 1
        words = _WORDS.match(texts, start)
        end = words.end() if words else slash.end()
        found = texts[start:end]
        parts += [texts[done:start], found.replace("/", "/<wbr>") if words and len(found) > _LONGEST_SLASHED else found]
        done = end
    return "".join([*parts, texts[done:]])


def _kept(found: re.Match[str]) -> str:
    whole = found[0]
    if whole[0].isalpha() and len(whole) > _LONGEST_NAME:
        return whole
    return _SPAN.format(whole)
