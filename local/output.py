"""What the programs print, for a person at a terminal: from a level up, which is `warning` or `error` as a rule."""

from __future__ import annotations

import json
from collections import deque
from typing import Final

from cluster.progress import say

_LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_KEPT_LINES: Final = 30


class Output:
    """Takes the programs' lines, shows what matters, and keeps the last ones for when something fails."""

    def __init__(self, level: str) -> None:
        """`level` is the least severe one that is shown."""
        self._shown = _LEVELS[_LEVELS.index(level) :]
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self.quiet = False
        """Nothing is shown any more: the programs are being ended, and report that the others are gone."""

    def take(self, pod: str, line: str) -> None:
        """A line of a pod's output."""
        level, text = _parse(line)
        self._lines.append(f"{pod}: {text}")
        if not self.quiet and level in self._shown:
            say(f"{pod}: {text}")

    def last(self) -> str:
        """The last lines of all programs."""
        return "\n".join(f"  {line}" for line in self._lines)


def _parse(line: str) -> tuple[str, str]:
    """The level and the message of a line; what is not one of our log lines counts as an error."""
    try:
        record = json.loads(line)
        return record["level"], " ".join(filter(None, (record["message"], record.get("exception"))))
    except (ValueError, KeyError, TypeError):
        return "error", line
