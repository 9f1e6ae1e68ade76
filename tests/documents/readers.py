"""The text of a PDF as other programs read it, and which words of a document each of them gets, with their spaces.

These are the readers that applicant tracking systems are built on. A word is what stands between two spaces: one that
is glued to its neighbour, torn apart or spelled with other characters is lost.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final

import pdfminer.high_level
import pymupdf
import pypdf
import pypdfium2

_SECONDS: Final = 120


def by_pdfium(pdf: bytes) -> str:
    """As Chrome and Edge read it: the text that one selects, copies and searches there."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def by_mupdf(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return "\n".join(page.get_text() for page in document)


def by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def by_pdfminer(pdf: bytes) -> str:
    return str(pdfminer.high_level.extract_text(io.BytesIO(pdf)))


def by_pdftotext(*options: str) -> Callable[[bytes], str]:
    """Poppler's command with options: in reading order without any, in the content stream's, or as on the page."""

    def read(pdf: bytes) -> str:
        command = ["pdftotext", *options, "-enc", "UTF-8", "-", "-"]
        return subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=_SECONDS).stdout.decode()

    return read


_POPPLER: Final[Mapping[str, Callable[[bytes], str]]] = {
    "pdftotext": by_pdftotext(),
    "pdftotext -raw": by_pdftotext("-raw"),
    "pdftotext -layout": by_pdftotext("-layout"),
}


def readers() -> dict[str, Callable[[bytes], str]]:
    """The readers of this machine, by name; Poppler is no Python package and may be absent."""
    poppler = _POPPLER if shutil.which("pdftotext") else {}
    return {"PDFium": by_pdfium, **poppler, "MuPDF": by_mupdf, "pypdf": by_pypdf, "pdfminer.six": by_pdfminer}


# Written between words of none of these scripts, so a line ends anywhere in them: Thai, Lao, Myanmar, Khmer, and what
# is beside ideographs.
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
)
IDEOGRAPH: Final = "[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
_BROKEN_LINE = re.compile(f"(?<=[{_UNSPACED}])[\r\n\f]+(?=[{_UNSPACED}])")
_UNSPACED_ONE = re.compile(f"[{_UNSPACED}]")
_LINE_END: Final = r"(?:[\r\n\f]+ *)?"
# A line may end after a hyphen, which PDFium then gives as U+FFFE or U+0002.
_HYPHENS: Final = "\\-\u00ad\u2010\u2011\u2012\u2013\u2014\ufffe\u0002"
_BORDER: Final = rf"[ \t\r\n\f\u3000{_HYPHENS}]"
# Only these part words: programs that split at spaces do not split at U+00A0.
_WORD = re.compile(rf"{IDEOGRAPH}|[^ \t\r\n\f\u3000{_HYPHENS}]+?(?={IDEOGRAPH}|[ \t\r\n\f\u3000{_HYPHENS}]|$)")
# Marks of a text's direction, joiners and choosers of an emoji's form, which show nothing by themselves.
_INVISIBLE = re.compile("[\u200c-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f\u061c]")


def words(text: str) -> list[str]:
    """The words of a text after NFC; hyphens part words, and each ideograph is one."""
    return _WORD.findall(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def lost(expected: Iterable[str], read: str) -> list[str]:
    """The words of a document that a reader's text lacks, each as often as it is missing."""
    as_read, joined = Counter(words(read)), Counter(words(_BROKEN_LINE.sub("", read)))
    wanted = Counter(expected)
    missing = wanted - (as_read | joined)
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", read))
    found = {word: _broken(word, plain) for word in missing if any(map(_breaks, word, word[1:]))}
    return list((missing - (Counter(found) - (wanted - missing))).elements())


def _broken(word: str, read: str) -> int:
    """How often a word stands in a text whose lines end where the page allows that, and begin with an indent."""
    pieces = (re.escape(one) + (_LINE_END if _breaks(one, two) else "") for one, two in pairwise(word))
    pattern = "".join(pieces) + re.escape(word[-1])
    return len(re.findall(rf"(?<!(?!{_BORDER}).){pattern}(?={_BORDER}|{IDEOGRAPH}|\Z)", read, re.DOTALL))


def _breaks(one: str, two: str) -> bool:
    """Whether a line may end between two characters of a word; in addresses it may after a slash."""
    return one == "/" or bool(_UNSPACED_ONE.match(one) and _UNSPACED_ONE.match(two))


def words_of_html(html: str) -> list[str]:
    """The words of a printed page, as an element that begins or ends a line parts them.

    A dot between two parts is no word: where a line begins with it, it is not printed.
    """
    page = _Page()
    page.feed(html)
    page.close()
    # Spaces of any width are spaces.
    text = "".join(" " if unicodedata.category(one) == "Zs" and one != "\u3000" else one for one in "".join(page.text))
    return [word for word in words(text) if word != "·"]


_INLINE: Final = frozenset(
    {"a", "b", "strong", "i", "em", "u", "s", "code", "span", "small", "sub", "sup", "wbr", "bdi"}
)
_UNSEEN: Final = frozenset({"head", "style", "script", "title"})


class _Page(HTMLParser):
    """The text of a page's body."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.text.append(data)

    def _break(self, tag: str) -> None:
        if tag not in _INLINE:
            self.text.append("\n")
