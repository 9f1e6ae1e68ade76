"""How fast renderers are, as measured: how long a job keeps its slot, how long a pod takes to start."""

from __future__ import annotations

# The weight of the newest measurement: about ten jobs, about three starts count.
_SERVICE_WEIGHT = 0.1
_START_WEIGHT = 0.3


class Pace:
    """Exponentially weighted means in seconds, with a guess until the first measurement."""

    def __init__(self) -> None:
        self.service_seconds = 1.0
        """How long a job keeps a slot of a pod that is ready."""
        self.start_seconds = 5.0
        """From the launch of a pod until it is ready."""
        self._served = False
        self._started = False

    def served(self, seconds: float) -> None:
        """A job has left its slot after this time."""
        self.service_seconds = _mean(self.service_seconds, seconds, _SERVICE_WEIGHT if self._served else 1.0)
        self._served = True

    def started(self, seconds: float) -> None:
        """A pod became ready this long after its launch."""
        self.start_seconds = _mean(self.start_seconds, seconds, _START_WEIGHT if self._started else 1.0)
        self._started = True


def _mean(mean: float, seconds: float, weight: float) -> float:
    # Clocks jump: what took no time or a negative one says nothing.
    return mean + weight * (seconds - mean) if seconds > 0 else mean
