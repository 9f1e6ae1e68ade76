"""The contact sheet: the first pages of all templates on one picture, with their names.

It is drawn at twice the size that a README shows it at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preview.fonts import font_file

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

# Pixels.
_SHEET_WIDTH = 1840
_MARGIN = 72
_GAP = 56
_ROW_GAP = 48
_NAME_TOP = 20
_NAME_SIZE = 30
_NOTE_TOP = 14
_NOTE_SIZE = 20
_NOTE_LINE = 27
_NOTE_LINES = 3
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
    """The sheet's size and the positions of the pages, in pixels; captions stand under them."""

    width: int
    height: int
    pages: tuple[Box, ...]


def layout(ratios: Sequence[float], *, caption: int) -> Layout:
    """Where pages of these ratios (height to width) go, with `caption` pixels under each.

    They stand in rows of three or four, the last row in the middle.
    """
    across = columns(len(ratios))
    width = page_width(len(ratios))
    boxes: list[Box] = []
    y = _MARGIN
    for start in range(0, len(ratios), across):
        row = ratios[start : start + across]
        used = len(row) * width + (len(row) - 1) * _GAP
        x = (_SHEET_WIDTH - used) // 2
        heights = [round(width * ratio) for ratio in row]
        boxes += [Box(x + place * (width + _GAP), y, width, height) for place, height in enumerate(heights)]
        y += max(heights) + caption + _ROW_GAP
    return Layout(_SHEET_WIDTH, y - _ROW_GAP + _MARGIN // 2, tuple(boxes))


def columns(count: int) -> int:
    """How many pages stand side by side: all of up to three, else as many as leave the last row fullest."""
    if count <= _MOST_ACROSS - 1:
        return max(count, 1)
    return min((3, _MOST_ACROSS), key=lambda across: (-count % across, across))


def page_width(count: int) -> int:
    """How wide each of `count` pages is, in pixels."""
    across = columns(count)
    return (_SHEET_WIDTH - 2 * _MARGIN - (across - 1) * _GAP) // across


def wrapped(text: str, room: float, length: Callable[[str], float], *, lines: int) -> list[str]:
    """The text in lines of at most `room` pixels, as `length` measures them; what does not fit ends in an ellipsis."""
    words = text.split()
    done: list[str] = []
    while words and len(done) < lines:
        count = len(words)
        while count > 1 and length(" ".join(words[:count])) > room:
            count -= 1
        done.append(" ".join(words[:count]))
        words = words[count:]
    if words:
        kept = done[-1].split()
        while len(kept) > 1 and length(" ".join(kept) + " …") > room:
            kept.pop()
        done[-1] = " ".join(kept).rstrip(",;:.") + " …"
    return done


def draw(entries: Sequence[Entry]) -> Image:
    """The sheet. Needs Pillow."""
    from PIL import Image, ImageDraw, ImageFilter

    name_font, note_font = _font("Lato:bold", _NAME_SIZE), _font("Lato", _NOTE_SIZE)
    room = page_width(len(entries))
    notes = [wrapped(entry.note, room, note_font.getlength, lines=_NOTE_LINES) for entry in entries]
    caption = _NAME_TOP + _NAME_SIZE + _NOTE_TOP + _NOTE_LINE * max(map(len, notes))
    plan = layout([entry.page.height / entry.page.width for entry in entries], caption=caption)
    sheet = Image.new("RGB", (plan.width, plan.height), _GROUND)
    shade = Image.new("L", sheet.size, 0)
    shades = ImageDraw.Draw(shade)
    for box in plan.pages:
        shades.rectangle(
            (box.x, box.y + _SHADOW_DROP, box.x + box.width, box.y + box.height + _SHADOW_DROP), fill=_SHADOW
        )
    sheet.paste((0, 0, 0), mask=shade.filter(ImageFilter.GaussianBlur(_SHADOW_BLUR)))
    pen = ImageDraw.Draw(sheet)
    for entry, note, box in zip(entries, notes, plan.pages, strict=True):
        page = entry.page.resize((box.width, box.height), Image.Resampling.LANCZOS)
        pen.rectangle((box.x - 1, box.y - 1, box.x + box.width, box.y + box.height), outline=_EDGE)
        sheet.paste(page, (box.x, box.y))
        y = box.y + box.height + _NAME_TOP
        pen.text((box.x, y), entry.name, font=name_font, fill=_INK)
        y += _NAME_SIZE + _NOTE_TOP
        for line in note:
            pen.text((box.x, y), line, font=note_font, fill=_SOFT)
            y += _NOTE_LINE
    return sheet


def _font(pattern: str, size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    found = font_file(pattern)
    return ImageFont.truetype(str(found), size) if found else ImageFont.load_default(size)
