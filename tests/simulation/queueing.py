"""Whether the choices among the waiting jobs are fair and in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from controller.state.actions import Action, Assign
from controller.state.state import State
from crds.job import Job, Phase
from tests.simulation.laws import Law, Laws

# Equal shares of jobs of equal length: two users who wait all the time are never further apart than this.
_APART = 2

User = tuple[int, str]
"""A priority and a userId."""


class Turns:
    """Counts how often each user is served while others wait."""

    def __init__(self, state: State, laws: Laws) -> None:
        self._state = state
        self._laws = laws
        self._apart: dict[tuple[User, User], int] = {}
        """How much more often the first has been served than the second, since both wait."""

    @contextmanager
    def watched(self) -> Iterator[list[Action]]:
        """Around a decision, which adds its actions to the list."""
        actions: list[Action] = []
        before = {_user(job) for job in self._waiting()}
        jobs = self._state.jobs
        yield actions
        assigned = [jobs[action.job] for action in actions if isinstance(action, Assign)]
        waiting = self._waiting()
        self._check_order(assigned, waiting)
        self._check_turns(before, assigned, {_user(job) for job in waiting})

    def _check_order(self, assigned: list[Job], waiting: list[Job]) -> None:
        for job in assigned:
            for other in waiting:
                first = other.priority > job.priority or (
                    _user(other) == _user(job) and other.submitted < job.submitted
                )
                self._laws.require(Law.ORDER, not first, f"{job.name} is served before {other.name}")

    def _check_turns(self, before: set[User], assigned: list[Job], after: set[User]) -> None:
        both = {(a, b) for a in before & after for b in before & after if a != b and a[0] == b[0]}
        self._apart = {pair: self._apart.get(pair, 0) for pair in both}
        for job in assigned:
            for one, other in self._apart:
                if one == _user(job):
                    self._apart[one, other] += 1
                elif other == _user(job):
                    self._apart[one, other] -= 1
        for (one, other), apart in self._apart.items():
            self._laws.require(Law.FAIR, apart <= _APART, f"{one} was served {apart} times more than {other}")

    def _waiting(self) -> list[Job]:
        state = self._state
        in_slots = {name for jobs in state.jobs_by_pod.values() for name in jobs}
        return [
            job
            for job in state.jobs.values()
            if job.phase is Phase.PENDING and job.name not in in_slots and not state.is_busy(job.name)
        ]


def _user(job: Job) -> User:
    return job.priority, job.user_id
