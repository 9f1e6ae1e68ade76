"""What was asked for and is not seen yet: it closes the gap between a write and the event that shows it.

The life of an expectation: `expect` before the action is handed to the executor, `sent` when its request leaves,
then either `settle` with its outcome or, when the answer was lost, `unknown_outcome` and later the event or list that
shows what became of it. A failed action is held for a pause, then decided again. Without all this a cache that lags
would make the controller ask twice for the same thing. Only State (state.py) changes expectations.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from itertools import count

from controller.state.actions import Action, Assign, DeleteJob, DeletePod, Fail, JobAction, Launch, Requeue


class Expectations:
    """At most one action a job, one launch or one deletion a pod. Times are seconds of the controller's clock."""

    def __init__(self) -> None:
        self.busy: dict[str, JobAction] = {}
        """The action under way, held or of unknown outcome, of each job that has one."""
        self.launching: dict[str, float] = {}
        """When each pod that is not seen yet was asked for; infinity while that waits for other requests."""
        self.deleting_pods: set[str] = set()
        self.retired_pods: dict[str, str] = {}
        """Why each pod gets no more jobs that is deleted when it has none any more."""
        self._unknown_launches: set[str] = set()
        self._unknown_assigns: dict[str, tuple[Assign, float]] = {}
        self._held: list[tuple[float, int, JobAction | DeletePod]] = []
        self._holds = count()

    def expect(self, action: Action) -> None:
        """An action is about to be asked for."""
        match action:
            case Launch():
                self.launching[action.pod] = math.inf
            case DeletePod():
                self.deleting_pods.add(action.pod)
            case Assign() | Requeue() | Fail() | DeleteJob():
                self.busy[action.job] = action

    def sent(self, action: Action, now: float) -> None:
        """The request leaves only now: until then a list that lacks its object proves nothing."""
        if isinstance(action, Launch) and action.pod in self.launching:
            self.launching[action.pod] = now

    def unknown_outcome(self, action: Assign | Launch, now: float) -> None:
        """The answer was lost: a slot or a pod that was given after all must not be given twice, so it counts."""
        if isinstance(action, Launch):
            self._unknown_launches.add(action.pod)
        elif self.busy.get(action.job) is action:
            self._unknown_assigns[action.job] = (action, now)

    # -- jobs

    def is_open(self, action: JobAction) -> bool:
        """Whether this very action is still waited for, and by its answer."""
        return self.busy.get(action.job) is action and self.unknown_assign(action.job) is not action

    def unknown_assign(self, job: str) -> Assign | None:
        """The assignment of a job whose outcome is unknown: the write may have taken effect."""
        action, _ = self._unknown_assigns.get(job, (None, 0.0))
        return action

    def outcome_known(self, job: str) -> Assign:
        """An event or a list shows what became of the assignment; the job stays busy until `release`."""
        return self._unknown_assigns.pop(job)[0]

    def unknown_since(self) -> list[tuple[str, float]]:
        """The jobs whose assignment has an unknown outcome, and since when."""
        return [(job, since) for job, (_, since) in self._unknown_assigns.items()]

    def release(self, job: str) -> JobAction:
        """The action of a job is over; one of unknown outcome that it replaced is waited for again."""
        action = self.busy.pop(job)
        if (unknown := self.unknown_assign(job)) is not None:
            self.busy[job] = unknown
        return action

    def forget_job(self, job: str) -> None:
        """A job is gone."""
        self.busy.pop(job, None)
        self._unknown_assigns.pop(job, None)

    # -- pods

    def launch_seen(self, pod: str) -> None:
        """A launched pod was seen, or is known not to exist."""
        self.launching.pop(pod, None)
        self._unknown_launches.discard(pod)

    def forget_pod(self, pod: str) -> None:
        """A pod is gone."""
        self.deleting_pods.discard(pod)
        self.retired_pods.pop(pod, None)

    def is_unknown_launch(self, pod: str) -> bool:
        """Whether the outcome of a pod's creation is unknown."""
        return pod in self._unknown_launches

    # -- retries

    def hold(self, action: JobAction | DeletePod, until: float) -> None:
        """An action failed: it still counts, and may be decided again from a time on."""
        heapq.heappush(self._held, (until, next(self._holds), action))

    def retries_due(self, now: float) -> bool:
        """Whether the pause of a failed action is over."""
        return bool(self._held) and self._held[0][0] <= now

    def take_retries(self, now: float) -> Iterator[JobAction | DeletePod]:
        """Take out the failed actions whose pause is over."""
        while self.retries_due(now):
            yield heapq.heappop(self._held)[2]
