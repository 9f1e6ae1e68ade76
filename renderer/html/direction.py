"""In which direction a text is written, beside the document it stands in, and what of it is not ordered by itself."""

from __future__ import annotations

import re

from markupsafe import Markup

# Strong characters of the scripts that are written from right to left, and of those that are not.
_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LTR = re.compile("[A-Za-z\u00c0-\u058f\u0900-\u1fff\u2c00-\ufb06\U00011000-\U0001d7ff]")

# After a word from right to left; the comma between two words of a Latin script.
_IN_BRACKETS = re.compile(rf"(?<={_RTL.pattern} )\([^()\0]*\)")
_LISTED = re.compile("(?<=[A-Za-z0-9+#])[,،](?= [A-Za-z])")
_RIGHT_TO_LEFT_MARK = "\u200f"


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


def in_order(texts: str) -> str:
    """Texts of HTML (renderer.html.texts) with Latin words in the order in which commas list them in brackets.

    In a sentence from right to left, `(Kubernetes, Go)` is one text from left to right (UAX #9, N1): its first word
    comes last for who reads the sentence, and for PDFium. So a mark stands after the comma.
    """
    return _IN_BRACKETS.sub(lambda found: _LISTED.sub(rf"\g<0>{_RIGHT_TO_LEFT_MARK}", found[0]), texts)
