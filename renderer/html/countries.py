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
_CODES = frozenset({*Locale("en").territories, *_ALIASES}) - _NO_COUNTRIES
# CLDR's names of them hold the city's name, and say whose it is.
_CITIES = frozenset({"HK", "MO"})


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


def _resolved(text: str) -> str:
    """A code as CLDR has it: GB for uk and GBR. Other texts come back in capitals."""
    successors: Sequence[str] = _ALIASES.get(text.upper(), ()) if _CODE.fullmatch(text) else ()
    return successors[0] if len(successors) == 1 else text.upper()
