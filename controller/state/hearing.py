"""Whether a watch still tells what happens: it is silent while things change when it has died."""

from __future__ import annotations


class Hearing:
    """Of one watch. Times are seconds of the controller's clock."""

    def __init__(self) -> None:
        self._deaf_since: float | None = None

    def heard(self) -> None:
        """An event has come, old or new."""
        self._deaf_since = None

    def missed(self, now: float) -> None:
        """Something has changed and no event has told of it yet."""
        if self._deaf_since is None:
            self._deaf_since = now

    def deaf_seconds(self, now: float) -> float:
        """How long ago the first change was found since which no event has come at all; 0 when there is none."""
        return 0.0 if self._deaf_since is None else now - self._deaf_since
