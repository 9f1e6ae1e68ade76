"""The size of a page: that of its paper, of which all is painted.

Chromium rounds the box of a page to 0.96 pt, so that a background to the page's edge ends before it or the page is
larger than the paper. Documents are laid out a little wider than the paper (renderer/html/style.py) and cut here.
"""

from __future__ import annotations

from typing import Any

A4_WIDTH = 595.276
"""Points: 210 mm (ISO 216)."""
_ROUNDED = 0.96


def cut(page: Any) -> None:
    """Give a page that is A4 but for Chromium's rounding the width of A4; a narrower one and other papers stay."""
    box = page.MediaBox
    if A4_WIDTH < float(box[2]) < A4_WIDTH + _ROUNDED:
        box[2] = A4_WIDTH
