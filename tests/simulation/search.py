"""Let Hypothesis look for a violation: in batches, each by its seed, so that a search can go on or be shared."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.laws import Violation
from tests.simulation.machine import ControllerMachine

STEPS_PER_RUN = 100
"""At most: Hypothesis ends some runs of the machine earlier."""
RUNS_PER_BATCH = 500
STEPS_PER_BATCH = RUNS_PER_BATCH * STEPS_PER_RUN


@dataclass(frozen=True)
class Found:
    """What came of a batch."""

    seed: int
    steps: Counter[str]
    """How many steps there were of each kind."""
    seconds: float
    violation: Violation | None
    story: str
    """The shortest run that leads to the violation."""

    @property
    def total(self) -> int:
        return self.steps.total()


def search(batch_seed: int, *, steps: int = STEPS_PER_BATCH, shrink: bool = True) -> Found:
    """One batch: as many runs as make about so many steps, unless a violation ends it.

    Whatever else goes wrong is raised: the machine itself is broken then.
    """
    made: Counter[str] = Counter()
    machine = type("ControllerMachine", (ControllerMachine,), {"steps": made})
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    began = time.monotonic()
    violation, story = None, ""
    try:
        run_state_machine_as_test(
            seed(batch_seed)(machine),
            settings=settings(
                max_examples=-(-steps // STEPS_PER_RUN),
                stateful_step_count=STEPS_PER_RUN,
                phases=phases,
                deadline=None,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Violation as error:
        violation, story = error, "\n".join(getattr(error, "__notes__", ()))
    return Found(batch_seed, made, time.monotonic() - began, violation, story)
