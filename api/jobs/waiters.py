"""The requests that wait for the end of a job (`?wait=`)."""

from __future__ import annotations

import asyncio


class Waiters:
    """Requests by the job that they wait for. For use within one event loop."""

    def __init__(self) -> None:
        self._events: dict[str, set[asyncio.Event]] = {}
        self._stopped = False

    def __len__(self) -> int:
        return sum(len(events) for events in self._events.values())

    async def wait(self, name: str, seconds: float) -> None:
        """Return when the job has ended, after `seconds`, or at once when the program is about to stop.

        A cancelled call leaves nothing behind.
        """
        if self._stopped or seconds <= 0:
            return
        event = asyncio.Event()
        events = self._events.setdefault(name, set())
        events.add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            pass
        finally:
            events.discard(event)
            if not events and self._events.get(name) is events:
                del self._events[name]

    def wake(self, name: str) -> None:
        """The job has finished or is gone."""
        for event in self._events.get(name, ()):
            event.set()

    def stop(self) -> None:
        """Wake all requests; later calls of `wait` return at once."""
        self._stopped = True
        for name in self._events:
            self.wake(name)
