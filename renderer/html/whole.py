"""What a line does not break in: ranges of numbers (155–179), dates in figures and telephone numbers."""

from __future__ import annotations

import re

_BODY = "<body>"
_DASHES = "-\u2010-\u2013"
# Not in a tag: what follows holds no > before the next <.
_WHOLE = re.compile(
    r"(?<![\w/+.:@-])(?:"
    rf"[0-9]{{1,5}}(?:[{_DASHES}][0-9]{{1,5}}){{1,4}}"
    rf"|(?:\+[0-9]|\([0-9]{{2,5}}\))[0-9 \u00a0\u202f()./{_DASHES}]{{5,20}}[0-9]"
    r")(?![\w/@-])(?![^<>]*>)"
)


def keep_whole(html: str) -> str:
    """A document's HTML with these in spans of the class whole (base.css); its texts stay the same."""
    head, body, rest = html.partition(_BODY)
    return head + body + _WHOLE.sub(r'<span class="whole">\g<0></span>', rest)
