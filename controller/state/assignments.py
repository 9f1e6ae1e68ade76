"""Where each job stands, and what the pods have had: indexes that cost the same at ten and at ten thousand jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container

from controller.state.queue import WaitingQueue
from crds.job import Job, Phase


class Assignments:
    """A job stands in one place at most: among the waiting, or in a slot of a pod, which need not be known yet.

    `changed` is called with each pod whose room may be another now. Times are seconds of the controller's clock.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self.waiting = WaitingQueue()
        self.slots: dict[str, dict[str, float]] = {}
        """For each pod that has jobs, when each of them was given or first seen there."""
        self.taken: Counter[str] = Counter()
        """How many jobs each pod has been given, as far as is known."""
        self.idle_since: dict[str, float] = {}
        """When each known pod became ready or its last job left it, whichever was later."""
        self.reported_at: dict[str, float] = {}
        """When each known pod was last seen to have ended a job."""
        self.moved_at = float("-inf")
        """When a slot was last given, left or added: as long ago as the jobs that run take at least."""
        self._changed = changed
        self._pod_of: dict[str, str] = {}

    @property
    def running(self) -> int:
        """How many jobs have a slot."""
        return len(self._pod_of)

    def slot_of(self, job: str) -> tuple[str, float] | None:
        """The pod in whose slot a job is, and since when; None when it is in none."""
        pod = self._pod_of.get(job)
        return None if pod is None else (pod, self.slots[pod][job])

    def place(self, job: Job, now: float) -> None:
        """Put a job where its status says."""
        if job.phase is Phase.RENDERING and job.renderer:
            self.put_in_slot(job.name, job.renderer, now)
        else:
            self.take_out(job.name, now)
            if job.phase is Phase.PENDING:
                self.waiting.add(job)

    def serve(self, job: str, pod: str, now: float) -> None:
        """Give a job to a pod; when it is its turn among the waiting, that turn is used up."""
        if self.waiting.peek() == job:
            self.waiting.pop()
        self.put_in_slot(job, pod, now)

    def put_in_slot(self, job: str, pod: str, now: float) -> None:
        """A pod has a job, which counts as given to it unless it had it already."""
        if self._pod_of.get(job) == pod:
            return
        self.take_out(job, now)
        self._pod_of[job] = pod
        self.slots.setdefault(pod, {})[job] = self.moved_at = now
        self.count(pod, 1)

    def take_out(self, job: str, now: float) -> None:
        """A job leaves its place."""
        self.waiting.discard(job)
        pod = self._pod_of.pop(job, None)
        if pod is not None:
            self.moved_at = now
            self._changed(pod)
            jobs = self.slots[pod]
            del jobs[job]
            if not jobs:
                del self.slots[pod]
                if pod in self.idle_since:
                    self.idle_since[pod] = now

    def count(self, pod: str, jobs: int) -> None:
        """A pod has been given so many jobs more."""
        self.taken[pod] = max(self.taken[pod] + jobs, 0)
        self._changed(pod)

    def pod_seen(self, pod: str, now: float) -> None:
        """A pod is there."""
        self.idle_since.setdefault(pod, now)
        self._changed(pod)

    def pod_ready(self, pod: str, now: float) -> None:
        """A pod has become ready."""
        self.idle_since[pod] = self.moved_at = now

    def reported(self, pod: str, now: float) -> None:
        """A pod has ended a job."""
        if pod in self.idle_since:
            self.reported_at[pod] = now

    def forget_pod(self, pod: str) -> None:
        """A pod is gone; jobs that stand there stay until they are placed anew."""
        self.idle_since.pop(pod, None)
        self.reported_at.pop(pod, None)
        self.taken.pop(pod, None)
        self._changed(pod)

    def forget_counts(self, keep: Container[str]) -> None:
        """What was counted for pods that have never been seen is dropped."""
        self.taken = Counter({pod: taken for pod, taken in self.taken.items() if pod in keep})
