"""The names of the months in the languages of documents, from CLDR, as cv/months.json has them.

The API checks dates without Babel and its 30 MB of data. `python -m cv.months` writes the file anew; a test compares it
with what Babel has.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("months.json")

# The languages of templates/_shared/labels.json, and the regions that write months in another way.
_LOCALES = (
    *("ar", "ar_EG", "ar_MA", "ar_SY", "ar_SA", "bg", "ca", "cs", "da", "de", "de_AT", "el", "en", "en_GB", "en_CA"),
    *("es", "es_MX", "es_PE", "et", "fa", "fa_AF", "fi", "fr", "fr_CA", "he", "hi", "hr", "hu", "id", "is", "it", "ja"),
    *("ko", "lt", "lv", "nb", "nl", "nn", "pl", "pt", "pt_PT", "ro", "ru", "sk", "sl", "sr", "sr_Latn", "sv", "th"),
    *("tr", "uk", "ur", "vi", "zh", "zh_Hant"),
)
# What is written beside CLDR's own: abbreviations of other style guides.
_MORE = {
    "en": {"sept": 9, "sep": 9, "jun": 6, "jul": 7},
    "es": {"set": 9, "setiembre": 9, "sep": 9, "sept": 9},
    "pt": {"set": 9},
    "nl": {"mrt": 3, "maa": 3},
    "de": {"jän": 1, "jänner": 1, "feber": 2, "mär": 3, "mrz": 3, "sept": 9, "sep": 9, "jun": 6, "jul": 7, "juno": 6},
    "fr": {"jan": 1, "fev": 2, "fév": 2, "avr": 4, "juil": 7, "jul": 7, "aou": 8, "sep": 9},
    "it": {"sett": 9},
    "sv": {"sept": 9},
}
_MARKS = re.compile(r"[\u0300-\u036f]")


def month_of(name: str, language: str = "") -> int | None:
    """The month (1 to 12) that a word names in this language (a BCP 47 tag), else in all that have it; None for no
    month, or for one that languages differ about."""
    found = _words().get(folded(name))
    if found is None:
        return None
    own = found.get(language.replace("_", "-").partition("-")[0].lower())
    months = {own} if own else set(found.values())
    return months.pop() if len(months) == 1 else None


def folded(word: str) -> str:
    """A word without case and a full stop at its end; Latin, Greek and Cyrillic letters without their accents."""
    plain = unicodedata.normalize("NFD", word.casefold().rstrip("."))
    return unicodedata.normalize("NFC", _MARKS.sub("", plain))


@cache
def _words() -> Mapping[str, Mapping[str, int]]:
    words: dict[str, dict[str, int]] = {}
    for language, names in json.loads(_FILE.read_text(encoding="utf-8")).items():
        for name, month in names.items():
            words.setdefault(name, {})[language] = month
    return words


def names_in_cldr() -> dict[str, dict[str, int]]:
    """The months by their folded names, by language. A name that a language has for two months is left out."""
    from babel import Locale

    from cv.locale_data import with_own_data

    found: dict[str, dict[str, int | None]] = {}
    for tag in _LOCALES:
        locale = with_own_data(Locale.parse(tag))
        names = found.setdefault(locale.language, {})
        for widths in locale.months.values():
            for width in ("wide", "abbreviated"):
                for month, name in widths[width].items():
                    _add(names, folded(name), month)
    for language, more in _MORE.items():
        for name, month in more.items():
            _add(found[language], folded(name), month)
    return {
        language: {name: month for name, month in sorted(names.items()) if month is not None}
        for language, names in sorted(found.items())
    }


def _add(names: dict[str, int | None], name: str, month: int) -> None:
    # Figures (ja: 9月) are read by their own rule, and names of a placeholder (M09) are none.
    if not name or any(character.isdigit() for character in name):
        return
    names[name] = month if names.get(name, month) == month else None


def main() -> int:
    """Write the file."""
    _FILE.write_text(json.dumps(names_in_cldr(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
