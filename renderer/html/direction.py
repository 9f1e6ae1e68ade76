"""In which direction a text is written, beside the document it stands in."""

from __future__ import annotations

import re

from markupsafe import Markup

# Strong characters of the scripts that are written from right to left, and of those that are not.
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LTR = re.compile("[A-Za-z\u00c0-\u058f\u0900-\u1fff\u2c00-\ufb06\U00011000-\U0001d7ff]")


def direction(text: str, base: str) -> Markup:
    """The attribute dir of a text that is written in the other direction than the document (`base`), or nothing.

    A text with any letter of the document's direction is taken to be the document's: a sentence may begin with
    a foreign name.
    """
    if base == "ltr" and text.isascii():
        return Markup()
    has_rtl, has_ltr = _RTL.search(text), _LTR.search(text)
    if base == "rtl":
        return Markup(' dir="ltr"') if has_ltr and not has_rtl else Markup()
    return Markup(' dir="rtl"') if has_rtl and not has_ltr else Markup()
