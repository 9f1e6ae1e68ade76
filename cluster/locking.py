"""One writer at a time on the machine; a killed holder's lock is free at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cluster.progress import say


@contextmanager
def exclusive(file: Path, holder: str) -> Iterator[None]:
    """Holds the lock on `file` during the body. Waits for it, and then says that `holder` has it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for {holder} to finish ({file})")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
