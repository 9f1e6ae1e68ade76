"""Country codes: ISO 3166-1, and what CLDR takes for the same (UK, USA)."""

from __future__ import annotations

import re

from babel import Locale
from babel.core import get_global

_CODE = re.compile(r"[A-Za-z]{2,3}")
# CLDR's names for no country at all, and for tests of software.
_NO_COUNTRIES = frozenset({"ZZ", "XA", "XB"})
_CODES = frozenset({*Locale("en").territories, *get_global("territory_aliases")}) - _NO_COUNTRIES


def is_unknown_code(text: str) -> bool:
    """Whether a text has the form of a country code, in whatever case, and stands for no country."""
    return _CODE.fullmatch(text) is not None and text.upper() not in _CODES
