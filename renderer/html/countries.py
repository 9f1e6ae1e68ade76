"""Country codes: ISO 3166-1, and what CLDR takes for the same (UK, USA)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from babel import Locale
from babel.core import get_global

from cv.resume import Location

_CODE = re.compile(r"[A-Za-z]{2,3}")
# CLDR's names for no country at all, and for tests of software.
_NO_COUNTRIES = frozenset({"ZZ", "XA", "XB"})
_ALIASES = get_global("territory_aliases")
_ENGLISH = Locale("en").territories
_CODES = frozenset({*_ENGLISH, *_ALIASES}) - _NO_COUNTRIES
# CLDR's names of them hold the city's name, and say whose it is.
_CITIES = frozenset({"HK", "MO"})
# Where a postal code is written after the city and the region (the Universal Postal Union's forms of addresses).
_CODE_LAST = frozenset({"BR", "CA", "CO", "PR", "US", "GB", "IE", "AU", "NZ", "KE", "NG", "ZA"}) | frozenset(
    {"BD", "ID", "IN", "LK", "PK", "SA", "SG", "TH", "VN"}
)


def is_unknown_code(text: str) -> bool:
    """Whether a text has the form of a country code, in whatever case, and stands for no country."""
    return _CODE.fullmatch(text) is not None and text.upper() not in _CODES


def country_name(place: Location, locale: Locale) -> str:
    """The country of a place in a language's words (CLDR), or as it was written when it is no code of one country.

    Empty when another field of the place has the country already.
    """
    code = _resolved(place.countryCode)
    name = locale.territories.get(code)
    if name is None or code in _NO_COUNTRIES:
        return place.countryCode
    for part in re.split("[,،、，\n]", f"{place.address},{place.city},{place.region}"):
        said = part.strip()
        if said and (name in (said, locale.territories.get(_resolved(said))) or (code in _CITIES and said in name)):
            return ""
    return str(name)


def has_code_last(place: Location, locale: Locale) -> bool:
    """Whether the postal code of a place is written after its city and region: San Francisco, California 94105.

    Of a country that is not said, where an English document names a region too.
    """
    if not place.postalCode:
        return False
    if not place.countryCode:
        return bool(place.region) and locale.language == "en"
    return _resolved(place.countryCode) in _CODE_LAST or any(
        place.countryCode in (locale.territories.get(code), _ENGLISH.get(code)) for code in _CODE_LAST
    )


def _resolved(text: str) -> str:
    """A code as CLDR has it: GB for uk and GBR. Other texts come back in capitals."""
    successors: Sequence[str] = _ALIASES.get(text.upper(), ()) if _CODE.fullmatch(text) else ()
    return successors[0] if len(successors) == 1 else text.upper()
