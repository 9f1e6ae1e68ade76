"""Whether a watch still delivers: one that has ended without an error is silent while objects change."""

from __future__ import annotations


class WatchHealth:
    """The health of one watch. Times are seconds of the controller's clock."""

    def __init__(self) -> None:
        self._silent_since: float | None = None

    def event_received(self) -> None:
        """An event has arrived, old or new."""
        self._silent_since = None

    def change_missed(self, now: float) -> None:
        """A list shows a change that no event has reported yet."""
        if self._silent_since is None:
            self._silent_since = now

    def silent_seconds(self, now: float) -> float:
        """How long ago the first change was missed since the last event; 0 when none was missed."""
        return 0.0 if self._silent_since is None else now - self._silent_since
