"""The contact sheet: the first pages of all templates on one picture, with their names.

It is drawn at twice the size that a README shows it at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from renderer.preview.fonts import font_file

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

# Pixels.
_SHEET_WIDTH = 1840
_MARGIN = 72
_GAP = 56
_CAPTION = 78
_ROW_GAP = 40
_LINE = 1
_NAME_SIZE = 30
_NOTE_SIZE = 21
_GROUND = (242, 241, 238)
_EDGE = (214, 212, 206)
_INK = (28, 31, 35)
_SOFT = (105, 108, 112)
_SHADOW_BLUR = 14
_SHADOW_DROP = 8
_SHADOW = 38

_MOST_ACROSS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A template's first page, its name, and a few words about it."""

    page: Image
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the sheet, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The sheet's size and the places of the pages, in pixels; captions stand under them."""

    width: int
    height: int
    pages: tuple[Box, ...]


def layout(ratios: Sequence[float]) -> Layout:
    """Where pages of these ratios (height to width) go: in rows of three or four, the last row in the middle."""
    across = columns(len(ratios))
    width = (_SHEET_WIDTH - 2 * _MARGIN - (across - 1) * _GAP) // across
    boxes: list[Box] = []
    y = _MARGIN
    for start in range(0, len(ratios), across):
        row = ratios[start : start + across]
        used = len(row) * width + (len(row) - 1) * _GAP
        x = (_SHEET_WIDTH - used) // 2
        heights = [round(width * ratio) for ratio in row]
        boxes += [Box(x + place * (width + _GAP), y, width, height) for place, height in enumerate(heights)]
        y += max(heights) + _CAPTION + _ROW_GAP
    return Layout(_SHEET_WIDTH, y - _ROW_GAP + _MARGIN // 2, tuple(boxes))


def columns(count: int) -> int:
    """How many pages stand side by side: all of up to three, else as many as leave the last row fullest."""
    if count <= _MOST_ACROSS - 1:
        return max(count, 1)
    return min((3, _MOST_ACROSS), key=lambda across: (-count % across, across))


def shortened(text: str, room: float, length: Callable[[str], float]) -> str:
    """The words of a text that fit into `room` pixels, with an ellipsis where some do not."""
    if length(text) <= room:
        return text
    words = text.split()
    while words and length(" ".join(words) + " …") > room:
        words.pop()
    return " ".join(words).rstrip(",;:.") + " …"


def draw(entries: Sequence[Entry]) -> Image:
    """The sheet. Needs Pillow."""
    from PIL import Image, ImageDraw, ImageFilter

    plan = layout([entry.page.height / entry.page.width for entry in entries])
    sheet = Image.new("RGB", (plan.width, plan.height), _GROUND)
    shade = Image.new("L", sheet.size, 0)
    shades = ImageDraw.Draw(shade)
    for box in plan.pages:
        shades.rectangle(
            (box.x, box.y + _SHADOW_DROP, box.x + box.width, box.y + box.height + _SHADOW_DROP), fill=_SHADOW
        )
    sheet.paste((0, 0, 0), mask=shade.filter(ImageFilter.GaussianBlur(_SHADOW_BLUR)))
    pen = ImageDraw.Draw(sheet)
    name_font, note_font = _font("Lato:bold", _NAME_SIZE), _font("Lato", _NOTE_SIZE)
    for entry, box in zip(entries, plan.pages, strict=True):
        page = entry.page.resize((box.width, box.height), Image.Resampling.LANCZOS)
        edge = (box.x - _LINE, box.y - _LINE, box.x + box.width, box.y + box.height)
        pen.rectangle(edge, outline=_EDGE, width=_LINE)
        sheet.paste(page, (box.x, box.y))
        top = box.y + box.height + 22
        pen.text((box.x, top), entry.name, font=name_font, fill=_INK)
        note = shortened(entry.note, box.width, lambda text: pen.textlength(text, font=note_font))
        pen.text((box.x, top + _NAME_SIZE + 8), note, font=note_font, fill=_SOFT)
    return sheet


def _font(pattern: str, size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    found: Path | None = font_file(pattern)
    return ImageFont.truetype(str(found), size) if found else ImageFont.load_default(size)
