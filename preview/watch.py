"""Reports changes of files by comparing them every half second (docs/decisions/polling-preview.md)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path

_SECONDS = 0.5
_SUFFIXES = {".j2", ".html", ".css", ".json", ".txt"}

Snapshot = dict[Path, tuple[int, int]]
"""Modification time (ns) and size (bytes) of files."""


def snapshot(paths: Iterable[Path]) -> Snapshot:
    """The state of files, and of what templates are made of in folders; what is not there is left out."""
    state: Snapshot = {}
    for path in paths:
        for file in _files(path) if path.is_dir() else [path]:
            try:
                found = file.stat()
            except OSError:
                continue
            state[file] = (found.st_mtime_ns, found.st_size)
    return state


def changed(before: Snapshot, now: Snapshot) -> list[Path]:
    """The files that are new, gone or written to."""
    return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))


def _files(folder: Path) -> Iterable[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # Pictures are made from templates, and editors leave files of their own for a moment.
        yield from (
            Path(parent, name) for name in names if Path(name).suffix in _SUFFIXES and not name.startswith((".", "~"))
        )


class Watcher:
    """Counts the changes of files: `version` grows by one with each, and those who wait are woken.

    `paths` is asked anew each time, since new files may have come.
    """

    def __init__(self, paths: Callable[[], Iterable[Path]], *, every: float = _SECONDS) -> None:
        self._paths = paths
        self._every = every
        # From here on, so that no change is missed between what is shown first and the first look.
        self._before = self._look()
        self._moved = asyncio.Event()
        self.version = 0
        self.files: list[Path] = []
        """What changed last."""

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await asyncio.sleep(self._every)
            now = await asyncio.to_thread(self._look)
            self.files = changed(self._before, now)
            if self.files:
                self.report()
            self._before = now

    def _look(self) -> Snapshot:
        return snapshot(self._paths())

    def report(self) -> None:
        """Count a change and wake those who wait."""
        self.version += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def wait(self, version: int, *, seconds: float) -> int:
        """The version, as soon as it is another than the given one, or after some seconds."""
        moved = self._moved
        if self.version == version:
            try:
                async with asyncio.timeout(seconds):
                    await moved.wait()
            except TimeoutError:
                pass
        return self.version
