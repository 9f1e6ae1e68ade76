"""What a document's options and language put into its CSS: the only values that get there, each whitelisted.

Colours are computed and written anew, font families are names of letters, digits and spaces, texts are CSS
strings in which everything else is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache

from markupsafe import Markup

from cv.options import Resolved
from renderer.html import colors

# In whole CSS pixels, since fractions would leave seams between what is painted in the page's margins and in its
# content. Those of A4 are a little more than the sheet, to which renderer/pdf/paper.py cuts it.
PAGE_SIZES = {"A4": (794, 1123), "Letter": (816, 1056)}

# Factors for the room between things and for the size of the text.
_DENSITIES = {"compact": (0.72, 0.94), "normal": (1.0, 1.0), "spacious": (1.25, 1.04)}
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9 ]")


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of a document in percent of what its options ask for; `space` is the room between things."""

    fontSize: int = 100
    lineHeight: int = 100
    margins: int = 100
    space: int = 100

    def of(self, names: Collection[str]) -> dict[str, int]:
        """These sizes by name, those that are not in `names` at 100."""
        return {name: value if name in names else 100 for name, value in asdict(self).items()}


def css_string(value: str) -> Markup:
    """A text as a CSS string: everything but ASCII letters and digits becomes an escape."""
    safe = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in value)
    return Markup('"' + safe + '"')


def css_page_number(pattern: str) -> Markup:
    """A label such as "Page {page} of {pages}" as the value of the CSS property content."""
    parts = re.split(r"\{(pages?)\}", pattern)
    # Texts stand at the even positions, the names of the counters at the odd ones.
    return Markup(" ").join(
        Markup(f"counter({part})") if place % 2 else css_string(part) for place, part in enumerate(parts) if part
    )


def css_families(families: Iterable[str]) -> Markup:
    """A CSS font-family list; a name keeps its letters, digits and spaces only."""
    names = (_NOT_IN_A_NAME.sub("", family) for family in families)
    return Markup(", ").join(Markup(f'"{name}"') for name in dict.fromkeys(names))


def resized(options: Resolved, sizes: Sizes, names: Collection[str]) -> Markup:
    """A style element that comes after a document's own and changes those of its sizes that are in `names`."""
    rules = "; ".join(f"--{name}: {value}" for name, value in _sizes(options, sizes.of(names)).items())
    return Markup(f"<style>:root {{ {rules} }}</style>")


def _sizes(options: Resolved, percent: Mapping[str, int]) -> dict[str, str]:
    space, size = _DENSITIES[options.density]
    return {
        "space": f"{space * percent['space'] / 100:g}",
        "size": f"{size * options.fontSize * percent['fontSize'] / 10_000:g}",
        "leading": f"{options.lineHeight * percent['lineHeight'] / 10_000:g}",
        "margins": f"{options.margins * percent['margins'] / 10_000:g}",
    }


def page_breaks(options: Resolved) -> Markup:
    """The rules that keep sections together or start them on a new page (of several custom sections the first)."""
    rules = []
    for name, wanted in options.pageBreaks.items():
        section = f"section.{'custom' if name == 'customSections' else name}"
        if wanted == "newPage":
            rules.append(f"{section}:not({section} + {section}) {{ break-before: page }}")
        else:
            rules.append(f"{section} {{ break-inside: avoid }}")
    return Markup("\n".join(rules))


def variables(options: Resolved, *, fallback_fonts: Iterable[str]) -> Markup:
    """The declarations of :root that carry the options: colours, fonts, sizes, distances and the page's size (px)."""
    width, height = PAGE_SIZES[options.pageFormat]
    sizes = {**_sizes(options, Sizes().of(())), "page-width": f"{width}px", "page-height": f"{height}px"}
    look = _colors(options.accentColor), _fonts(options.fontFamily, tuple(fallback_fonts))
    return Markup("; ").join((*look, _declared(sizes)))


# Both take longer than all the rest of the options, and documents have few different ones.
@lru_cache(maxsize=256)
def _colors(color: str) -> Markup:
    accent = colors.parse(color)
    pale = colors.mix(accent, colors.WHITE, 0.08)
    values = {
        "accent": accent,
        "accent-text": colors.readable(accent, pale),
        "accent-pale": pale,
        "accent-soft": colors.mix(accent, colors.WHITE, 0.28),
        "on-accent": colors.text_on(accent),
    }
    return _declared({name: colors.css(value) for name, value in values.items()})


@lru_cache(maxsize=256)
def _fonts(family: str, fallback_fonts: tuple[str, ...]) -> Markup:
    fallback = css_families(fallback_fonts)
    return _declared({"font": css_families([family]) + Markup(", ") + fallback, "fallback-fonts": fallback})


def _declared(values: Mapping[str, str]) -> Markup:
    """The declarations of values that are whitelisted."""
    return Markup("; ".join(f"--{name}: {value}" for name, value in values.items()))
