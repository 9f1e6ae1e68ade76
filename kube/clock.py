"""The time that jobs expire by: the API server's, as this process can tell it, whatever the machine's clock says."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

_EPOCH = time.time() - time.monotonic()
# The Date header has whole seconds, and takes its time: what differs by more than this is another time.
_DATE_SECONDS = 2.0


def monotonic() -> float:
    """The time when the program started, and what has passed since: it never jumps, but may be wrong.

    ServerClock makes the API server's time of it.
    """
    return _EPOCH + time.monotonic()


def parse_date(header: str | None) -> float | None:
    """Seconds since the epoch of a Date header; None without one, or when it is none."""
    try:
        return None if header is None else parsedate_to_datetime(header).timestamp()
    except ValueError:
        return None


class ServerClock:
    """The API server's time, which may differ from this machine's and jump, from the Date headers of its answers.

    No clock of its own: each call is given the time by one that does not jump, in seconds since the epoch. As long as
    that one is right to the second, it is used as it is.
    """

    def __init__(self) -> None:
        self._ahead = 0.0

    def date_received(self, date: float, now: float) -> None:
        """The Date of an answer that came now, in whole seconds since the epoch."""
        if not date - _DATE_SECONDS <= self.time(now) <= date + 1 + _DATE_SECONDS:
            self._ahead = date - now

    def time(self, now: float) -> float:
        """The API server's time, in seconds since the epoch."""
        return now + self._ahead
