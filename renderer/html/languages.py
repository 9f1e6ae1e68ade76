"""What a document's language means for it: its labels, its dates, its direction, and the fonts that stand in.

Tags are BCP 47 (RFC 5646); what they leave out (zh-TW says no script) is filled in with CLDR's likely subtags.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

DEFAULT = "en"

TRANSLATED = frozenset(
    {
        *("ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id"),
        *("is", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sr", "sr-Latn"),
        *("sv", "th", "tr", "uk", "ur", "vi", "zh-Hans", "zh-Hant"),
    }
)
"""The languages of templates/_shared/labels.json, by their keys there."""

# Written alike, or read by all who write it.
_LABELS_OF = {"nn": "nb", "yue": "zh"}
# What CLDR has no data for under this name; `no` is Bokmål to everyone who writes it.
_LANGUAGES = {"no": "nb"}

_RTL_SCRIPTS = frozenset(["Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"])
# What options.fontFamily may name; see the Dockerfile.
_SANS = frozenset({"Lato", "Open Sans", "Noto Sans", "Manrope"})
_SERIF = frozenset({"Noto Serif", "Vollkorn", "Caladea"})
_EMOJI = "Noto Color Emoji"
# Families by script, sans and serif; of serifs for ideographs none is shipped.
_FAMILIES = {
    "Arab": ("Noto Sans Arabic", "Noto Naskh Arabic"),
    "Hebr": ("Noto Sans Hebrew", "Noto Serif Hebrew"),
    "Deva": ("Noto Sans Devanagari", "Noto Serif Devanagari"),
    "Thai": ("Noto Sans Thai", "Noto Serif Thai"),
    "Beng": ("Noto Sans Bengali", "Noto Serif Bengali"),
    "Taml": ("Noto Sans Tamil", "Noto Serif Tamil"),
    "Geor": ("Noto Sans Georgian", "Noto Serif Georgian"),
    "Armn": ("Noto Sans Armenian", "Noto Serif Armenian"),
    "Jpan": ("Noto Sans CJK JP",) * 2,
    "Kore": ("Noto Sans CJK KR",) * 2,
    "Hans": ("Noto Sans CJK SC",) * 2,
    "Hant": ("Noto Sans CJK TC",) * 2,
}
_HONG_KONG = "Noto Sans CJK HK"
# Signs before ideographs: a CJK font draws arrows and stars as wide as its characters.
_SYMBOLS = ("Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math")
# Of scripts that are not the document's own, so that the same text looks the same in each document.
_OTHERS = ("Arab", "Hebr", "Deva", "Thai")
_IDEOGRAPHS = ("Hans", "Jpan", "Kore")

LISTED_FAMILIES = frozenset(
    {*_SANS, *_SERIF, *(family for pair in _FAMILIES.values() for family in pair), _HONG_KONG, *_SYMBOLS, _EMOJI}
)
"""Every family that a document's list of fonts can name."""

_LANGUAGE = re.compile(r"[a-z]{2,8}", re.ASCII)
_SUBTAG = re.compile(r"[a-z0-9]{1,8}", re.ASCII)
_SCRIPT = re.compile(r"[a-z]{4}", re.ASCII)
_REGION = re.compile(r"[a-z]{2}|[0-9]{3}", re.ASCII)
_VARIANT = re.compile(r"[a-z0-9]{5,8}|[0-9][a-z0-9]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Language:
    """A document's language.

    `tag` is a well-formed BCP 47 tag, `labels` a key of labels.json, `locale` what writes the dates, `script` an
    ISO 15924 code. `translated` says whether the labels are in this language; English ones stand in otherwise.
    """

    tag: str
    labels: str
    locale: Locale
    script: str
    rtl: bool
    translated: bool

    def fallback_fonts(self, family: str) -> tuple[str, ...]:
        """The families for what `family` has no glyph for, in order, of its kind: serif or sans."""
        serif = family in _SERIF
        own = _HONG_KONG if self.script == "Hant" and self.tag.endswith(("-HK", "-MO")) else None
        families = [own or _FAMILIES[self.script][serif]] if self.script in _FAMILIES else []
        return tuple(
            dict.fromkeys(
                [
                    *families,
                    *(("Noto Serif", "Noto Sans") if serif else ("Noto Sans",)),
                    *(_FAMILIES[script][serif] for script in _OTHERS),
                    *_SYMBOLS,
                    *(_FAMILIES[script][serif] for script in _IDEOGRAPHS),
                    _EMOJI,
                ]
            )
        )


@lru_cache(maxsize=512)
def language(tag: str) -> Language:
    """The language of a BCP 47 tag, of which what is not well-formed is left out."""
    name, script, region, rest = _parse(tag)
    well_formed = "-".join(part for part in (name, script, region, *rest) if part)
    likely_script = script or _likely_script(name, region)
    labels = _labels(name, likely_script, region)
    locale = _locale(name, script, region)
    return Language(
        tag=well_formed,
        labels=labels or DEFAULT,
        locale=locale or Locale(DEFAULT),
        script=likely_script,
        rtl=likely_script in _RTL_SCRIPTS,
        translated=labels is not None,
    )


def _parse(tag: str) -> tuple[str, str, str, tuple[str, ...]]:
    """Language, script, region and variants; "" for what is not there. Extensions say nothing about print."""
    first, *others = tag.replace("_", "-").lower().split("-")
    if not _LANGUAGE.fullmatch(first):
        return DEFAULT, "", "", ()
    first = _LANGUAGES.get(first, first)
    # Withdrawn codes: iw is he, in is id, sh is sr-Latn.
    name, _, implied = get_global("language_aliases").get(first, first).partition("_")
    script, region = implied if len(implied) == 4 else "", ""
    variants: list[str] = []
    for part in others:
        if not script and not region and not variants and _SCRIPT.fullmatch(part):
            script = part.title()
        elif not region and not variants and _REGION.fullmatch(part):
            region = part.upper()
        elif _VARIANT.fullmatch(part) and part not in variants:
            variants.append(part)
        else:
            break
    return name, script, region, tuple(variants)


def _likely_script(name: str, region: str) -> str:
    likely = get_global("likely_subtags")
    full = likely.get(f"{name}_{region}") or likely.get(name) or ""
    parts = full.split("_")
    return parts[1] if len(parts) > 1 else "Latn"


def _labels(name: str, script: str, region: str) -> str | None:
    name = _LABELS_OF.get(name, name)
    for key in (f"{name}-{script}", f"{name}-{region}", name):
        if key in TRANSLATED:
            return key
    return None


def _locale(name: str, script: str, region: str) -> Locale | None:
    # Where labels tell Portugal's Portuguese from Brazil's, so do dates; CLDR's plain pt is Brazil's.
    region = region or ("PT" if name == "pt" else "")
    for parts in ((name, script, region), (name, script), (name, region), (name,)):
        try:
            return Locale.parse("_".join(part for part in parts if part))
        except (UnknownLocaleError, ValueError):
            continue
    return None
