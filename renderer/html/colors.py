"""Colours that can be read: contrast as WCAG 2.2 defines it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

from __future__ import annotations

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
INK: Rgb = (17, 24, 28)
# What WCAG asks of text in level AA.
READABLE = 4.5


def parse(color: str) -> Rgb:
    """Red, green and blue (0 to 255) of a colour written #rrggbb."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def css(color: Rgb) -> str:
    """The colour as #rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` (0 to 1) of the one and the rest of the other, per channel."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable(color: Rgb, on: Rgb = WHITE) -> Rgb:
    """The colour, darkened as little as makes it readable as text on the ground `on`, a light one."""
    for step in range(51):
        darker = mix(color, INK, 1 - step / 50)
        if contrast(darker, on) >= READABLE:
            return darker
    return INK


def text_on(ground: Rgb) -> Rgb:
    """White or ink, whichever is read better on the ground; black where neither is readable: on middle greys."""
    better = max(WHITE, INK, key=lambda color: contrast(color, ground))
    return better if contrast(better, ground) >= READABLE else (0, 0, 0)


def _luminance(color: Rgb) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
