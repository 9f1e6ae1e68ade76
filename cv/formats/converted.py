"""What a format's module returns, and what they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cv.resume import Path


@dataclass(frozen=True, slots=True)
class Converted:
    """Data in the form of JSON Resume, or nearly: cv/normalize.py reads the rest. `format` is for people, "" for one
    that needs no word. `origins` has where parts of the data were in what was sent, `left` where texts are that were
    not taken.
    """

    format: str
    data: dict[str, Any]
    origins: Mapping[Path, Path] = field(default_factory=dict)
    left: tuple[Path, ...] = ()

    def sent(self, path: Path) -> Path:
        """The path that a value had in what was sent."""
        for length in range(len(path), -1, -1):
            origin = self.origins.get(path[:length])
            if origin is not None:
                return (*origin, *path[length:])
        return path


def objects(value: Any) -> list[Any]:
    """The entries of a list; nothing for what is none."""
    return value if isinstance(value, list) else []


def first_text(item: Mapping[str, Any], *names: str) -> str:
    """The first of some fields that holds a text."""
    return next((item[name] for name in names if isinstance(item.get(name), str) and item[name].strip()), "")
