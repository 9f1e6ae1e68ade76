"""The condition RenderersAvailable: what was reported of it, so that it follows what is and costs a write a change."""

from __future__ import annotations

from controller.state.actions import ReportCondition

# As often as a reconcile pass: the API server may refuse it for good.
_RETRY_SECONDS = 5.0


class Availability:
    """One report at a time: two under way could arrive in the other order. Times are of the controller's clock."""

    def __init__(self) -> None:
        self._reported: ReportCondition | None = None
        self._under_way = False
        self._retry_at = float("-inf")

    def due(self, condition: ReportCondition, now: float) -> bool:
        """Whether the condition differs from what was reported, and can be reported now."""
        return condition != self._reported and not self._under_way and now >= self._retry_at

    def asked(self, condition: ReportCondition) -> None:
        """The condition is about to be reported."""
        self._reported, self._under_way = condition, True

    def settled(self, now: float, *, ok: bool) -> None:
        """The report has arrived, or has failed and is due again later."""
        self._under_way = False
        if not ok:
            self._reported, self._retry_at = None, now + _RETRY_SECONDS
