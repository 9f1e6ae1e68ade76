"""Processes that have ended and that nobody waits for.

The first process of a container inherits the children of those that are killed: of a Chromium that the kernel or a
crash has ended, some five, which would stay as zombies for as long as the pod lives and count towards its limit.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

_PERIOD_SECONDS = 5.0


async def reap_forever(*, period_seconds: float = _PERIOD_SECONDS) -> None:
    """Wait for the children of this process that two looks have found ended: whoever has started one himself has
    waited for it in between. Until cancelled."""
    before: set[int] = set()
    while True:
        found = zombies()
        for pid in found & before:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)  # noqa: ASYNC222 - it has ended
        before = found
        await asyncio.sleep(period_seconds)


def zombies() -> set[int]:
    """The children of this process that have ended and are not waited for."""
    found: set[int] = set()
    for name in os.listdir("/proc"):
        # A process may go meanwhile.
        if name.isdigit():
            with suppress(OSError):
                state, parent = _state(name)
                if state == "Z" and parent == os.getpid():
                    found.add(int(name))
    return found


def _state(pid: str) -> tuple[str, int]:
    # The name may hold spaces and parentheses: the fields are counted after the last one.
    state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return state, int(parent)
