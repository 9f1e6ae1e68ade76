"""CLDR's data of one language as it is, whatever Babel has looked up before."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, localedata


@lru_cache(maxsize=1024)
def with_own_data(locale: Locale) -> Locale:
    """The same locale with data that no other has.

    Babel writes what it looks up for one language into data that others share: after a date in Hebrew, some of
    French may be in Hebrew, until the process ends (python-babel/babel#1234).
    """
    localedata._cache.clear()
    own = Locale(locale.language, locale.territory, locale.script, locale.variant)
    # Has it read now.
    assert own.datetime_skeletons
    return own
