"""The language of a CV whose job names none, by the script of its texts and, within a script, by their words.

A wrong guess is worse than none: English headings stand where several pieces of the texts do not agree. Some English
among them is usual: titles of jobs, names of products.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Final

from babel.core import get_global
from eld import LanguageDetector

from cv.dates import PartialDate
from cv.fields import Part
from cv.resume import Resume
from renderer.html.languages import TRANSLATED

# What people write in sentences or name things by; names, addresses and keywords are of any language.
_PROSE: Final = frozenset(
    {
        *("label", "summary", "description", "highlights", "position", "area", "studyType", "courses", "reference"),
        *("title", "roles", "fluency", "level", "content"),
    }
)
_LETTERS: Final = 400
_BEYOND_ASCII: Final = re.compile(r"[^\0-\x7f]")
# Unicode's character names begin with their script's.
_SCRIPTS: Final = {
    "LATIN": "Latn",
    "CYRILLIC": "Cyrl",
    "GREEK": "Grek",
    "ARABIC": "Arab",
    "HEBREW": "Hebr",
    "DEVANAGARI": "Deva",
    "THAI": "Thai",
    "BENGALI": "Beng",
    "TAMIL": "Taml",
    "GEORGIAN": "Geor",
    "ARMENIAN": "Armn",
    "HANGUL": "Kore",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "CJK": "Hani",
}
# Japanese is written with ideographs too; this share of kana no Chinese text has.
_KANA_SHARE: Final = 0.05
# A sign of these says as much as several letters: texts full of names of products are in the language of their signs.
_SIGNS: Final = ("Hani", "Jpan", "Kore")
_LETTERS_IN_A_SIGN: Final = 2
_MARKUP: Final = re.compile(r"<[^<>]*>|https?://[!-~]+")
# Of scripts that several of our languages share: which they are.
_SHARED: Final = {
    "Latn": frozenset(),
    "Cyrl": frozenset({"bg", "ru", "sr", "uk"}),
    "Arab": frozenset({"ar", "fa", "ur"}),
}
# Names of the detector for what we name otherwise; it knows one of Malay and Indonesian.
_NAMES: Final = {"no": "nb", "ms": "id"}
# What it takes for another language, by country; None for one without headings.
_OF_COUNTRY: Final = {
    **{f"hr-{country}": "sr-Latn" for country in ("RS", "ME")},
    **{f"id-{country}": None for country in ("MY", "SG", "BN")},
}
# It looks at no more of a text than so many bytes, give or take a word.
_PIECE_BYTES: Final = 350
_PIECES: Final = 4
# A job title in English may be a French one, too.
_LEAST: Final = 60
# Of the letters of a CV in a language other than English, so many are in it at the least.
_MOST: Final = 2 / 3


def guess_language(resume: Resume, said: str | None = None) -> str | None:
    """The BCP 47 tag of the language that a CV is written in; None when that is not certain.

    `said` is the language that the CV's data names, which many copy with a template: the texts count before it.
    """
    texts = list(_prose(resume))
    script = _script("".join(texts))
    if script is None:
        return None
    if script in _SHARED:
        guess = _agreed(texts) or said
        if script == "Latn":
            return _of_country(guess, resume) if guess in TRANSLATED and guess != "en" else None
        if guess in _SHARED[script]:
            return guess
    if script == "Hani":
        return _chinese("".join(texts))
    likely: str = get_global("likely_subtags").get(f"und_{script}", "en")
    return likely.partition("_")[0]


@cache
def _detector() -> LanguageDetector:
    """The detector with its data, 43 MB: half a second, once a process, as templates are tried with their samples."""
    return LanguageDetector()


def _prose(part: Part) -> Iterator[str]:
    # By type: asking whether something is a Part takes pydantic longer than all the rest.
    for name, value in part.__dict__.items():
        kind = type(value)
        if not value or kind is PartialDate:
            continue
        if kind is not list:
            value = (value,)
        if isinstance(value[0], str):
            if name in _PROSE:
                yield from filter(None, value)
        else:
            for one in value:
                yield from _prose(one)


def _script(text: str) -> str | None:
    """The script of most letters; None without letters, or where none has half of them."""
    if "<" in text or "://" in text:
        text = _MARKUP.sub("", text)
    every = max(len(text) // _LETTERS, 1)
    letters = "".join(filter(str.isalpha, text[::every]))
    others = _BEYOND_ASCII.findall(letters)
    counts = Counter(map(_script_of, others))
    counts["Latn"] += len(letters) - len(others)
    if counts["Jpan"] > _KANA_SHARE * counts["Hani"]:
        counts["Jpan"] += counts.pop("Hani", 0)
    for sign in _SIGNS:
        counts[sign] *= _LETTERS_IN_A_SIGN
    script, count = max(counts.items(), key=lambda item: item[1], default=("", 0))
    return script if script and count * 2 > counts.total() else None


def _script_of(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]
    return _SCRIPTS.get(name, "")


def _agreed(texts: list[str]) -> str | None:
    """The language that the pieces of the texts are in, as far as they are certain; None when they differ."""
    letters: Counter[str] = Counter()
    for piece in islice(_pieces(texts), _PIECES):
        if len(piece) < _LEAST:
            break
        found = _detector().detect(piece)
        if found.is_reliable():
            letters[_NAMES.get(found.language, found.language)] += len(piece)
        if letters.keys() == {"en"}:
            break
    language, most = max(letters.items(), key=lambda item: item[1], default=("", 0))
    agreed = letters.keys() <= {language, "en"} and most >= _MOST * letters.total()
    return language if language and agreed else None


def _pieces(texts: list[str]) -> Iterator[str]:
    """The longest texts, since words make a guess certain, each with others until it is long enough."""
    piece = ""
    for text in sorted(texts, key=len, reverse=True):
        piece = f"{piece} {text}"
        if len(piece.encode()) >= _PIECE_BYTES:
            yield piece
            piece = ""
    if piece:
        yield piece


def _of_country(language: str | None, resume: Resume) -> str | None:
    """The variety of a country where the headings have one, such as pt-BR."""
    country = resume.basics.location.countryCode.upper()
    tag = f"{language}-{country}"
    if tag in _OF_COUNTRY:
        return _OF_COUNTRY[tag]
    return tag if tag in TRANSLATED else language


def _chinese(text: str) -> str:
    """Whether the characters are simplified or traditional ones: each kind has its own legacy character set."""
    simplified, traditional = (_encodable(text, charset) for charset in ("gb2312", "big5"))
    return "zh-Hant" if len(traditional - simplified) > len(simplified - traditional) else "zh-Hans"


def _encodable(text: str, charset: str) -> set[str]:
    return {letter for letter in set(text) if letter.encode(charset, "ignore")}
