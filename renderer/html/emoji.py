"""Pictures among the signs (📈 ✅) in their own typeface: a typeface of signs before it in the list has some of them in
black and white, so that of several on a line some would be in colour and others not."""

from __future__ import annotations

import re

# Those that Unicode shows as pictures (Emoji_Presentation), of the planes in which signs are pictures by exception.
_AMONG_SIGNS = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
_SIGNS = "\U0001f004\U0001f0cf\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
_TONES = "\U0001f3fb-\U0001f3ff"
# With what makes one picture of several: tones, joiners, the tags of a flag. By its first character, which the search
# jumps to.
_PICTURE = re.compile(
    rf"[{_AMONG_SIGNS}{_SIGNS}](?<!\u200d.)(?!\ufe0e)"
    rf"(?:[\ufe0f\u20e3{_TONES}\U000e0020-\U000e007f]|\u200d[^<\0\s]\ufe0f?)*"
)


def with_pictures(texts: str) -> str:
    """Texts of HTML (renderer.html.texts) with these in spans of the class emoji (base.css)."""
    return _PICTURE.sub(r'<span class="emoji">\g<0></span>', texts)
