"""Which pod gets the next job: the one with the most free slots, without looking at every pod for every job."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """What a pod of the pool can take now."""

    free: int
    """Jobs that it can be given; 0 or less when it is full."""

    ready: bool


class Capacity:
    """An index of the pods' free slots; every operation is O(log n) for each change since the last.

    `look` returns a pod's room, None for a pod that takes no jobs; it is called for pods that were marked as changed.
    """

    def __init__(self, look: Callable[[str], Room | None]) -> None:
        self._look = look
        self._changed: set[str] = set()
        self._rooms: dict[str, Room] = {}
        self._ready = 0
        self._heaps: dict[bool, list[tuple[int, str]]] = {True: [], False: []}

    def changed(self, pod: str) -> None:
        """Something about a pod is not as it was."""
        self._changed.add(pod)

    def least_loaded(self, *, starting: bool) -> str | None:
        """The pod with the most free slots among the ready ones; among the `starting` ones only if none is ready."""
        while self._changed:
            self._update(self._changed.pop())
        if self._ready:
            return self._best(ready=True)
        return self._best(ready=False) if starting else None

    def _update(self, pod: str) -> None:
        before, now = self._rooms.pop(pod, None), self._look(pod)
        self._ready -= before is not None and before.ready
        if now is not None:
            self._rooms[pod] = now
            self._ready += now.ready
            if now.free > 0 and now != before:
                heapq.heappush(self._heaps[now.ready], (-now.free, pod))
                if len(self._heaps[now.ready]) > 2 * len(self._rooms) + 64:
                    self._compact(ready=now.ready)

    def _compact(self, *, ready: bool) -> None:
        rooms = self._rooms.items()
        self._heaps[ready] = [(-room.free, pod) for pod, room in rooms if room.ready is ready and room.free > 0]
        heapq.heapify(self._heaps[ready])

    def _best(self, *, ready: bool) -> str | None:
        heap = self._heaps[ready]
        while heap:
            free, pod = heap[0]
            if self._rooms.get(pod) == Room(-free, ready):
                return pod
            # What has changed since has been pushed again.
            heapq.heappop(heap)
        return None
