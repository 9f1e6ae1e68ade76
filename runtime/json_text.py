"""JSON as text: what parsing it would lose."""

from __future__ import annotations

from collections import Counter
from typing import Any

_SHOWN = 64


class FieldTwice(ValueError):
    """An object of a JSON text has a field twice, of which parsers keep the last."""


def object_without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of its pairs, for json.loads as object_pairs_hook; FieldTwice names a field that is there twice."""
    value = dict(pairs)
    if len(value) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise FieldTwice(f"an object has the same field twice: {twice[:_SHOWN]}")
    return value
