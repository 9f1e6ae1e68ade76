"""The controller's clock: seconds since the epoch that no correction of the machine's clock moves."""

from __future__ import annotations

import time

_EPOCH = time.time() - time.monotonic()


def steady() -> float:
    """The time when the program started, and what has passed since: it never jumps, but may be wrong.

    View.server_time makes the API server's time of it.
    """
    return _EPOCH + time.monotonic()
