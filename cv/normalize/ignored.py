"""Where the texts of a value are, and the warnings that name those that are not printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from cv.fields import clean_line
from cv.resume import Path, field_path
from cv.warnings import Warning, WarningCode

# A name of a field that is not known, in a path.
MAX_KEY = 64
# Warnings of fields that are not printed; the last one counts the others.
MAX_IGNORED = 20
_MAX_DEPTH = 32
# What stands in JSON for programs: it is no text of a CV.
TECHNICAL = frozenset(
    {*("$schema", "$id", "id", "_id", "uuid", "__typename", "icon", "color", "colour", "textColor", "borderColor")}
)
# The same in JSON Resume's `meta`: other texts there are a person's.
_TECHNICAL_IN_META = frozenset(
    {*("canonical", "version", "lastModified", "theme", "themeOptions", "template", "format", "schemaVersion")}
    | {*("language", "lang", "locale", "createdAt", "updatedAt", "generator", "x-lang")}
)


def ignored_warnings(paths: Sequence[Path]) -> Iterator[Warning]:
    """A warning for each text that is not printed; above MAX_IGNORED texts that stand together share one."""
    paths = [tuple(clean_line(key)[:MAX_KEY] if isinstance(key, str) else key for key in path) for path in paths]
    for depth in (None, 3, 2, 1):
        grouped = Counter(path[:depth] for path in paths)
        if len(grouped) <= MAX_IGNORED:
            break
    named = list(grouped.items())
    # One place is kept for those that are only counted.
    shown = named if len(named) <= MAX_IGNORED else named[: MAX_IGNORED - 1]
    whole = {*paths}
    for path, count in shown:
        texts = "a text that is" if count == 1 else f"{count} texts that are"
        what = "is not printed: the document has no place for it" if path in whole else f"has {texts} not printed"
        yield Warning(WarningCode.FIELD_IGNORED, field_path(path), what)
    if rest := sum(count for _, count in named[len(shown) :]):
        yield Warning(WarningCode.FIELD_IGNORED, field_path(()), f"has {rest} more texts that are not printed")


def texts_in(value: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of the texts and numbers in a value; what programs write for themselves is none.

    Deeper than _MAX_DEPTH, an object or a list that holds something counts as one text.
    """
    if isinstance(value, dict) and len(at) < _MAX_DEPTH:
        technical = TECHNICAL | _TECHNICAL_IN_META if at and at[-1] == "meta" else TECHNICAL
        for key, item in value.items():
            if key not in technical:
                yield from texts_in(item, (*at, key))
    elif isinstance(value, list) and len(at) < _MAX_DEPTH:
        for place, item in enumerate(value):
            yield from texts_in(item, (*at, place))
    elif says_something(value):
        yield at


def says_something(value: Any) -> bool:
    """Whether a value is a text or a number, or an object or a list that holds something."""
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) if isinstance(value, dict | list) else type(value) in (int, float)
