"""From what people have to the form of cv/resume.py: other names, other types, dates as they are written.

`normalize` is the one place where that happens, before the model checks the data. What fits already is passed on as it
is. What has one obvious meaning is taken in that meaning. What has none is left out, with a warning that names it.
walk.py goes through the data, entries.py through what stands for a list of entries; the other modules say what a value
is taken for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cv.normalize.ignored import MAX_IGNORED, MAX_KEY, ignored_warnings, texts_in
from cv.normalize.texts import worded
from cv.normalize.walk import Walk
from cv.resume import Path
from cv.warnings import Warning

__all__ = ["MAX_IGNORED", "MAX_KEY", "Normalized", "ignored_warnings", "normalize", "texts_in", "worded"]


@dataclass(frozen=True, slots=True)
class Normalized:
    """Data for the model of cv/resume.py, and what of it is not as it was sent."""

    data: dict[str, Any]
    warnings: tuple[Warning, ...]


def normalize(
    data: dict[str, Any],
    sent: Callable[[Path], Path] = lambda path: path,
    *,
    language: str = "",
    left: Iterable[Path] = (),
) -> Normalized:
    """The data in the form of the model. Of data that was converted, `sent` gives the path that a value had before, and
    `left` are the paths of the texts that were not taken.

    `language` (a BCP 47 tag) decides what the name of a month means where languages differ, and which of two figures
    is the month.
    """
    walk = Walk(language)
    normalized = walk.resume(data)
    return Normalized(normalized, tuple(walk.warnings(sent, left)))
