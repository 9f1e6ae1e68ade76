"""Whether a CV's texts can be read out of its PDF: by PDFium, as Chromium does, in the order in which it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import bidirectional, category, normalize

import pypdfium2

# What a template may print in another form or not at all.
_NOT_TEXT = frozenset(
    {"image", "url", "startDate", "endDate", "date", "releaseDate", "countryCode", "network", "username"}
)
# PDFium has U+0002 and U+FFFE for a hyphen at the end of a line; joiners and soft hyphens show nothing by themselves.
_LOOSE = re.compile("[\\s\u0002\ufffe\u00ad\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f]+")
_JOINERS = "\u0640\u200c\u200d"
_WORD = re.compile(r"[^\W\d_]+|\d+")


def extracted(pdf: bytes) -> str:
    """The text of all pages."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def missing(pdf: bytes, data: Mapping[str, Any]) -> list[str]:
    """The texts of a CV (cvData, or what a template was filled with) that cannot be read out of its PDF.

    Left out are dates, addresses of web pages and pictures, which templates write in their own way. Texts are compared
    after NFC, without white space and letter case. In a CV that runs from right to left each word of a text has to be
    there, beside its others: PDFium puts the words of a line with both directions in order by their places, and so it
    does with vowel signs, at which it breaks words.
    """
    read = extracted(pdf)
    squeezed, words = _squeezed(read), _words(read)
    texts = list(dict.fromkeys(shown(data)))
    loose = any(map(_is_right_to_left, texts))
    return [text for text in texts if _squeezed(text) not in squeezed and not (loose and _near(text, words))]


def shown(data: Any, key: str = "") -> Iterator[str]:
    """The strings of a CV that a template shows as they are, line by line."""
    if isinstance(data, str):
        if key not in _NOT_TEXT:
            yield from (line for line in data.split("\n") if _squeezed(line))
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from shown(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from shown(value, key)


def _squeezed(text: str) -> str:
    return normalize("NFC", _LOOSE.sub("", text)).casefold()


def _is_right_to_left(text: str) -> bool:
    return any(bidirectional(character) in ("R", "AL") for character in text)


def _words(text: str) -> list[str]:
    """Runs of letters and runs of digits, without vowel signs."""
    return _WORD.findall(_without_signs(normalize("NFKC", text)).casefold())


def _without_signs(text: str) -> str:
    return "".join(character for character in text if character not in _JOINERS and category(character) != "Mn")


def _pieces(text: str) -> list[str]:
    """The words of a text, those that bear vowel signs in pieces that end with each sign."""
    signed = "".join(c + " " if category(c) == "Mn" else c for c in normalize("NFC", text))
    return _words(signed)


def _near(text: str, words: list[str]) -> bool:
    """Whether the words of a text stand together, in any order, in no more room than they and a few others take."""
    pieces = _pieces(text)
    width = len(pieces) + 8 + len(pieces) // 4
    for place in (i for i, word in enumerate(words) if word.endswith(pieces[0]) or pieces[0] in word):
        around = words[max(place - width, 0) : place + width]
        joined = "".join(around)
        if all(piece in around or (piece not in _words(text) and piece in joined) for piece in pieces):
            return True
    return False
