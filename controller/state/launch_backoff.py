"""How well renderer pods start: how many may be starting at once, and when to hold back.

Only pods of the current template count: that those of another one fail says nothing about it.
"""

from __future__ import annotations

from controller.state.actions import ReportFailedStart
from controller.state.limits import Limits


class LaunchBackoff:
    """Launch in growing batches; after pods that did not become ready, one at a time with a growing pause."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._asked: dict[str, float] = {}
        self._settled: set[str] = set()
        self._delayed: dict[str, str] = {}
        self._unreported: ReportFailedStart | None = None
        self.batch = limits.launch_batch
        self.failures = 0
        self.trouble = ""
        """Why the last pod did not start; empty when it did."""
        self.hold_until = 0.0

    def asked(self, pod: str, now: float) -> None:
        """A pod is about to be launched."""
        self._asked[pod] = now

    def succeeded(self, pod: str, now: float) -> float | None:
        """A pod became ready: after how many seconds, None when its launch was not seen."""
        self._settled.add(pod)
        self.failures = 0
        self.trouble = ""
        self.hold_until = 0.0
        self.batch += 1
        asked = self._asked.pop(pod, None)
        return None if asked is None else now - asked

    def ended(self, pod: str, trouble: str, now: float) -> None:
        """A pod ended, was not created or took too long; a failed start only if it was never ready."""
        if pod in self._settled:
            return
        self._settled.add(pod)
        self.failures += 1
        self.batch = 1
        pause = min(2.0 ** (self.failures - 1), self._limits.launch_backoff_max_seconds)
        self.hold_until = now + pause
        self.trouble = f"renderer pod {pod} did not become ready ({trouble})"
        self._unreported = ReportFailedStart(f"{self.trouble}; next try in {pause:.0f} s", pod)

    def explained(self, warning: str) -> None:
        """What the kubelet or the scheduler has warned of about the pod that did not start last."""
        if self.trouble:
            self.trouble = f"{self.trouble}; last warning: {warning}"

    def delayed(self, pod: str, trouble: str) -> None:
        """A pod takes long to start: no failure, and reported once, or again when the reason (`trouble`) is known.

        Not for each change of the reason: the scheduler's has the numbers of nodes, which vary.
        """
        reported = self._delayed.get(pod)
        if pod in self._settled or reported or reported == trouble:
            return
        self._delayed[pod] = trouble
        self.trouble = f"renderer pod {pod} has not started yet ({trouble or 'no reason known'})"
        self._unreported = ReportFailedStart(self.trouble, pod, given_up=False)

    def forget(self, pod: str) -> None:
        """A pod is gone and its name will not come again."""
        self._asked.pop(pod, None)
        self._settled.discard(pod)
        self._delayed.pop(pod, None)

    def pending_report(self) -> ReportFailedStart | None:
        """The failed start to report; None when all are reported."""
        return self._unreported

    def reported(self) -> None:
        """The failed start is about to be reported."""
        self._unreported = None
