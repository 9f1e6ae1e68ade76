"""Fitting a document to its pages: it is printed again in other sizes until its pages come out right.

The sizes are those of text, lines, margins and the room between things. What a request sets itself stays as it is,
as does what the template does not take. The same document always goes the same way, so it has the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cv.warnings import Warning, WarningCode
from renderer.html.fill import Filled
from renderer.html.style import Sizes
from renderer.pdf.fullness import Fullness, fullness
from runtime.text import counted

Print = Callable[[str], Awaitable[bytes]]

NEARLY_EMPTY = 0.2
"""A last page that is filled less than so far is drawn into the others, where that takes little."""
# What the eye does not mind: the first draws the last page in, the second pushes more onto it.
_LESS = Sizes(fontSize=97, lineHeight=95, margins=88, space=85)
_MORE = Sizes(fontSize=103, lineHeight=104, margins=106, space=115)
# What can be read well, from the largest to the smallest.
_SMALLER = tuple(
    Sizes(fontSize=100 - step * 2, lineHeight=100 - step, margins=100 - step * 4, space=100 - step * 6)
    for step in range(1, 8)
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The print that was chosen, and what was changed for it or could not be reached."""

    printed: bytes
    warnings: tuple[Warning, ...] = ()


@dataclass(frozen=True, slots=True)
class _Try:
    printed: bytes
    fullness: Fullness
    sizes: Sizes


async def fitted(filled: Filled, to_pdf: Print) -> Fitted:
    """The print of a document, fitted as its options ask; at most five prints, of most documents one."""
    options = filled.options
    first = await _print(filled, to_pdf, Sizes())
    most = options.maxPages
    chosen = first
    if options.fit == "auto" and filled.resizable:
        if most is not None and first.fullness.pages > most:
            chosen = await _reduced(filled, to_pdf, first, most)
        elif first.fullness.last < NEARLY_EMPTY:
            chosen = await _evened(filled, to_pdf, first)
    warnings = [] if chosen is first else [_fitted(filled, chosen)]
    if most is not None and chosen.fullness.pages > most:
        warnings.append(_exceeded(filled, chosen.fullness.pages))
    return Fitted(chosen.printed, tuple(warnings))


async def _print(filled: Filled, to_pdf: Print, sizes: Sizes) -> _Try:
    printed = await to_pdf(filled.resized(sizes))
    return _Try(printed, await asyncio.to_thread(fullness, printed), sizes)


async def _reduced(filled: Filled, to_pdf: Print, first: _Try, most: int) -> _Try:
    """The print in the largest sizes that has no more pages; where none has, the one with the fewest."""
    best = await _print(filled, to_pdf, _SMALLER[-1])
    if best.fullness.pages > most:
        return best if best.fullness.pages < first.fullness.pages else first
    low, high = 0, len(_SMALLER) - 1  # That of high fits, those below low do not.
    while low < high:
        middle = (low + high) // 2
        tried = await _print(filled, to_pdf, _SMALLER[middle])
        if tried.fullness.pages <= most:
            best, high = tried, middle
        else:
            low = middle + 1
    return best


async def _evened(filled: Filled, to_pdf: Print, first: _Try) -> _Try:
    """The print without the nearly empty last page, or with more on it; the first one where neither is to be had."""
    less = await _print(filled, to_pdf, _LESS)
    if less.fullness.pages < first.fullness.pages:
        return less
    more = await _print(filled, to_pdf, _MORE)
    if more.fullness.pages == first.fullness.pages and more.fullness.last >= NEARLY_EMPTY:
        return more
    return first


def _fitted(filled: Filled, chosen: _Try) -> Warning:
    words = {"fontSize": "text", "lineHeight": "lines", "margins": "margins", "space": "room between things"}
    changes = [
        f"{words[name]} at {value} %" for name, value in chosen.sizes.of(filled.resizable).items() if value != 100
    ]
    pages = chosen.fullness.pages
    message = f"the document was fitted to {counted(pages, 'page')}: {', '.join(changes)}"
    return Warning(WarningCode.PAGES_FITTED, "options.fit", f"{message}. none leaves it as it is")


def _exceeded(filled: Filled, pages: int) -> Warning:
    if filled.options.fit == "none":
        why = ", and fit none leaves its sizes as they are"
    elif not filled.resizable:
        why = " in the sizes that the options set"
    else:
        why = " in the smallest sizes that can be read well"
    message = f"cannot be kept: the document has {counted(pages, 'page')}{why}"
    return Warning(WarningCode.PAGES_EXCEEDED, "options.maxPages", message)
