"""Whether a CV's texts can be read out of its PDF: by PDFium, as Chromium does, in the order in which it reads."""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from unicodedata import bidirectional, category, normalize

import pikepdf
import pypdfium2

from renderer.html.richtext.read import rich_text

# What a template may print in another form or not at all.
_NOT_TEXT = frozenset(
    {"image", "url", "startDate", "endDate", "date", "releaseDate", "countryCode", "network", "username"}
)
# PDFium takes a hyphen at the end of a line for one that is not in the text (it writes U+0002 or U+FFFE); joiners and
# choosers of an emoji's form show nothing by themselves.
_LOOSE = re.compile("[\\s\u0002\ufffe\u00ad\u2010-]|[\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f]")
_GREEK_ACCENT = re.compile("([\u0370-\u03ff])\u0301")
_JOINERS = "\u0640\u200c\u200d"
_WORD = re.compile(r"[^\W\d_]+|\d+")


def extracted(pdf: bytes) -> list[str]:
    """The text of each page, without the lines of its header and footer."""
    with pypdfium2.PdfDocument(pdf) as document, pypdfium2.PdfDocument(_pagination(pdf)) as furniture:
        return [
            "\n".join(line for line in _lines(page) if line not in set(_lines(header)))
            for page, header in zip(document, furniture, strict=True)
        ]


def _lines(page: pypdfium2.PdfPage) -> list[str]:
    return str(page.get_textpage().get_text_range()).splitlines()


def _pagination(pdf: bytes) -> bytes:
    """The document with nothing but what is marked as header or footer."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            kept: list[Any] = []
            depth = 0
            for operands, operator in pikepdf.parse_content_stream(page):
                name = str(operator)
                if depth or (name == "BDC" and "/Pagination" in str(operands[1])):
                    depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
                    kept.append((operands, operator))
                elif name in ("q", "Q", "cm"):
                    kept.append((operands, operator))
            page.obj.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def missing(pdf: bytes, data: Mapping[str, Any]) -> list[str]:
    """The texts of a CV (cvData, or what a template was filled with) that cannot be read out of its PDF.

    Left out are dates, addresses of web pages and pictures, which templates write in their own way. Texts are compared
    after NFC, without white space and letter case. In a CV that runs from right to left each word of a text has to be
    there, beside its others: PDFium puts the words of a line with both directions in order by their places, and so it
    does with vowel signs, at which it breaks words. Characters that no font can have are there as U+FFFD.
    """
    pages = extracted(pdf)
    squeezed, words = [_squeezed(page) for page in pages], _words("\n".join(pages))
    texts = [_with_replacements(text) for text in dict.fromkeys(shown(data))]
    loose = any(map(_is_right_to_left, texts))
    return [text for text in texts if not (_in_order(_squeezed(text), squeezed) or (loose and _near(text, words)))]


def _in_order(text: str, pages: list[str]) -> bool:
    """Whether a text is on a page, or begins on one (before its other column, say) and goes on on the next."""
    if text in "".join(pages):
        return True
    for page, following in pairwise(pages):
        at = bisect_left(range(len(text)), 1, key=lambda length: text[: length + 1] not in page)
        if at and text[at:] in following:
            return True
    return False


def shown(data: Any, key: str = "") -> Iterator[str]:
    """The words of a CV's texts, which a template shows as they are, line by line."""
    if isinstance(data, str):
        if key not in _NOT_TEXT:
            yield from (line for line in rich_text(data, "auto").split("\n") if _squeezed(line))
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from shown(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from shown(value, key)


def _with_replacements(text: str) -> str:
    return "".join("\ufffd" if category(character) in ("Cn", "Co") else character for character in text)


def _squeezed(text: str) -> str:
    # Greek capitals bear no accents: a heading in capitals has lost them.
    plain = _GREEK_ACCENT.sub(r"\1", normalize("NFD", _LOOSE.sub("", text)))
    return normalize("NFC", plain).casefold()


def _is_right_to_left(text: str) -> bool:
    return any(bidirectional(character) in ("R", "AL") for character in text)


def _words(text: str) -> list[str]:
    """Runs of letters and runs of digits, without vowel signs."""
    return _WORD.findall(_without_signs(normalize("NFKC", text)).casefold())


def _without_signs(text: str) -> str:
    return "".join(character for character in text if character not in _JOINERS and category(character) != "Mn")


def _near(text: str, words: list[str]) -> bool:
    """Whether the words of a text stand together, in any order, in no more room than they and a few others take.

    A word with vowel signs may be broken at each of them.
    """
    signed = "".join(c + " " if category(c) == "Mn" else c for c in normalize("NFC", text))
    pieces = set(_words(signed))
    width = 2 * len(pieces) + 8
    windows = ("".join(words[start : start + width]) for start in range(0, len(words), width // 2))
    return any(all(piece in window for piece in pieces) for window in windows)
