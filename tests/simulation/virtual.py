"""An asyncio event loop whose time passes only when it is advanced, and which never waits."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what is ready and stops; `pass_time` lets timers come due."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_NeverWaits(self.stop))
        self._errors: list[BaseException] = []
        self.set_exception_handler(self._keep_error)

    def time(self) -> float:
        return self._now

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and run what comes due at the end of it."""
        self._now += seconds
        self.run_ready()

    def run_ready(self, *callbacks: Callable[[], Any]) -> None:
        """Call these inside the loop and run until nothing is ready; the first error that nobody took is raised."""
        for callback in callbacks:
            self.call_soon(callback)
        self.run_forever()
        if self._errors:
            raise self._errors.pop(0)

    def end(self) -> None:
        """Cancel all tasks and close."""
        self.cancel_all()
        self.close()

    def cancel_all(self) -> None:
        """Cancel all tasks and wait for their ends."""
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.run_ready()

    def _keep_error(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._errors.append(context.get("exception") or RuntimeError(context["message"]))


class _NeverWaits(selectors.SelectSelector):
    """Where a loop would wait for files or timers, this one is stopped."""

    def __init__(self, stop: Callable[[], None]) -> None:
        super().__init__()
        self._stop = stop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            self._stop()
        return []
