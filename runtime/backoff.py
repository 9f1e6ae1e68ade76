"""Pauses between tries that grow, and differ so that many who failed together do not come back together."""

from __future__ import annotations

import asyncio
import random


class Backoff:
    """Doubles from the first pause to the longest, in seconds; each is cut by up to a half at random."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def reset(self) -> None:
        """A try has succeeded: begin with the first pause again."""
        self._next = self._first

    def next(self) -> float:
        """The length of the pause after another failure, in seconds."""
        pause = self._next * random.uniform(0.5, 1.0)
        self._next = min(self._next * 2, self._longest)
        return pause

    async def pause(self) -> None:
        """Sleep as long as `next` says."""
        await asyncio.sleep(self.next())
