"""The times at which jobs expire, the earliest first."""

from __future__ import annotations

import heapq


class Expiries:
    """An index of expiry times; adding is O(log n), reading and taking what is due O(k log n) for k that are due.

    A job that is deleted early leaves its entry: whoever reads the due ones checks that the job is still there.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, str, str]] = []

    def add(self, time: float, name: str, uid: str) -> None:
        """A job expires at this time (the API server's, in seconds since the epoch)."""
        heapq.heappush(self._heap, (time, name, uid))

    def due(self, time: float) -> list[tuple[float, str, str]]:
        """Time, name and uid of the jobs that have expired at a time, the earliest first; nothing is taken out."""
        found: list[tuple[float, str, str]] = []
        # A child in the heap is due only if its parent is.
        indexes = [0]
        while indexes:
            index = indexes.pop()
            if index < len(self._heap) and self._heap[index][0] <= time:
                found.append(self._heap[index])
                indexes += (2 * index + 1, 2 * index + 2)
        return sorted(found)

    def take(self, count: int) -> list[tuple[float, str, str]]:
        """Take the first entries out: time, name and uid of each."""
        return [heapq.heappop(self._heap) for _ in range(count)]
