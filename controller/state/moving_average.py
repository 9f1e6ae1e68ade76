"""An exponentially weighted moving average of durations."""

from __future__ import annotations


class MovingAverage:
    """The average of the latest durations, in seconds.

    `initial` is the value until the first measurement, which replaces it; each later one counts with `weight`, so
    that about 1 / weight measurements have an influence.
    """

    def __init__(self, initial: float, *, weight: float) -> None:
        self.value = initial
        self._weight = weight
        self._measured = False

    def add(self, seconds: float) -> None:
        """Add a measurement; the machine's clock may jump, so one of no or negative length is ignored."""
        if seconds > 0:
            self.value += (self._weight if self._measured else 1.0) * (seconds - self.value)
        self._measured = True
