"""Pictures among the signs (📈 ✅) in their own typeface: a typeface of signs before it in the list has some of them in
black and white, so that of several on a line some would be in colour and others not."""

from __future__ import annotations

import re

_BODY = "<body>"
# Those that Unicode shows as pictures (Emoji_Presentation), of the planes in which signs are pictures by exception.
_AMONG_SIGNS = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_TONES = "\U0001f3fb-\U0001f3ff"
# With what makes one picture of several: tones, joiners, the tags of a flag.
_TAG_OR_PICTURE = re.compile(
    rf"<[^<>]*>|(?<!\u200d)(?![{_TONES}])[{_AMONG_SIGNS}\U0001f004\U0001f0cf\U0001f300-\U0001faff](?!\ufe0e)"
    rf"(?:[\ufe0f\u20e3{_TONES}\U000e0020-\U000e007f]|\u200d[^<\s]\ufe0f?)*"
)


def with_pictures(html: str) -> str:
    """A document's HTML with these in spans of the class emoji (base.css); its texts stay the same."""
    head, body, rest = html.partition(_BODY)
    return head + body + _TAG_OR_PICTURE.sub(_kept, rest)


def _kept(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("<") else f'<span class="emoji">{found[0]}</span>'
