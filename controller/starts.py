"""How well renderer pods start: how many may be starting at once, and when to hold back."""

from __future__ import annotations

from controller.actions import Announce
from controller.limits import Limits


class Starts:
    """Launch in growing batches; after pods that did not become ready, one at a time with a growing pause."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._settled: set[str] = set()
        self._ready: set[str] = set()
        self._announced: bool | None = None
        self._unreported: Announce | None = None
        self.batch = limits.launch_batch
        self.failures = 0
        self.hold_until = 0.0

    def succeeded(self, pod: str) -> None:
        """A pod became ready."""
        self._settled.add(pod)
        self._ready.add(pod)
        self.failures = 0
        self.hold_until = 0.0
        self.batch += 1
        if self._announced is not True:
            self._announced = True
            self._unreported = Announce(True, f"renderer pod {pod} is ready")

    def ended(self, pod: str, trouble: str, now: float) -> None:
        """A pod ended, was not created or took too long; a failed start only if it was never ready."""
        if pod in self._settled:
            return
        self._settled.add(pod)
        self.failures += 1
        self.batch = 1
        pause = min(2.0 ** (self.failures - 1), self._limits.launch_backoff_max_seconds)
        self.hold_until = now + pause
        self._announced = False
        self._unreported = Announce(
            False, f"renderer pod {pod} did not become ready ({trouble}); next try in {pause:.0f} s"
        )

    def forget(self, pod: str) -> None:
        """A pod is gone and its name will not come again."""
        self._settled.discard(pod)
        self._ready.discard(pod)

    def was_ready(self, pod: str) -> bool:
        """Whether a pod has ever been ready."""
        return pod in self._ready

    def take_announcement(self) -> Announce | None:
        """What to tell the operators, once; None when there is nothing new."""
        announcement, self._unreported = self._unreported, None
        return announcement
