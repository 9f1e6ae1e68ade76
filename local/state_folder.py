"""The folder of one run: all that it writes is in it, and all processes that it starts bear its name."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from local.kubelet.process import kill_marked

_PREFIX: Final = "pdf-export-local-"
_LOCK: Final = "lock"


@contextmanager
def state_folder() -> Iterator[Path]:
    """A new folder; at the end it is removed, and no process that was started for it lives on.

    What runs have left behind that were killed themselves is removed first.
    """
    base = Path(tempfile.gettempdir())
    for left in base.glob(f"{_PREFIX}*"):
        _remove_unless_held(left)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            _remove(folder)


def _remove_unless_held(folder: Path) -> None:
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(folder)
    except OSError:
        # A run that lives holds the lock; a folder without one was made a moment ago, or is another user's.
        return


def _remove(folder: Path) -> None:
    kill_marked(str(folder))
    shutil.rmtree(folder, ignore_errors=True)
