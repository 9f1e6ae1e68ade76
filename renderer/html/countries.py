"""Country codes: ISO 3166-1, and what CLDR takes for the same (UK, USA)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

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
_CODE_LAST = frozenset(
    {
        *("BR", "CA", "CO", "PR", "US", "GB", "IE", "AU", "NZ", "KE", "NG", "ZA"),
        *("BD", "ID", "IN", "LK", "PK", "SA", "SG", "TH", "VN"),
    }
)


def is_unknown_code(text: str) -> bool:
    """Whether a text has the form of a country code, in whatever case, and stands for no country."""
    return _CODE.fullmatch(text) is not None and text.upper() not in _CODES


def with_country(place: Location, locale: Locale) -> tuple[Location, bool]:
    """A place that says nothing twice, with the name of its country in place of the code, and whether its postal code
    is written after its city and region: San Francisco, California 94105."""
    code = _resolved(place.countryCode)
    said = place.said_once().model_copy(update={"countryCode": _name(place, code, locale)})
    return said, _has_code_last(place, code, locale)


def _name(place: Location, code: str, locale: Locale) -> str:
    """The country of a place in a language's words (CLDR), or as it was written when it is no code of one country.

    Empty when another field of the place has the country already.
    """
    name = locale.territories.get(code)
    if name is None or code in _NO_COUNTRIES:
        return place.countryCode
    for part in re.split("[,،、，\n]", f"{place.address},{place.city},{place.region}"):
        said = part.strip()
        if said and (name in (said, locale.territories.get(_resolved(said))) or (code in _CITIES and said in name)):
            return ""
    return str(name)


def _has_code_last(place: Location, code: str, locale: Locale) -> bool:
    """Of a country that is not said, where an English document names a region too."""
    if not place.postalCode:
        return False
    if not code:
        return bool(place.region) and locale.language == "en"
    return code in _CODE_LAST or place.countryCode in _names_of_code_last(locale)


@cache
def _names_of_code_last(locale: Locale) -> frozenset[str]:
    return frozenset(names[code] for names in (_ENGLISH, locale.territories) for code in _CODE_LAST if code in names)


def _resolved(text: str) -> str:
    """A code as CLDR has it: GB for uk and GBR. Other texts come back in capitals."""
    successors: Sequence[str] = _ALIASES.get(text.upper(), ()) if _CODE.fullmatch(text) else ()
    return successors[0] if len(successors) == 1 else text.upper()
