"""What decisions may ask: questions about the cache and the expectations that change neither.

No I/O and no clock: every question that needs the time is given it, in seconds since the epoch, by a clock that does
not jump. Times that objects carry are compared with the API server's own (`server_time`), which may differ and jump.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Set

from controller.state.actions import DeleteJob, ReportCondition, ReportFailedStart
from controller.state.assignments import Assignments
from controller.state.availability import Availability
from controller.state.cache import Cache
from controller.state.capacity import Capacity, Room
from controller.state.endings import Ending
from controller.state.expectations import Expectations
from controller.state.launch_backoff import LaunchBackoff
from controller.state.limits import Limits
from controller.state.moving_average import MovingAverage
from controller.state.pod import Pod, Stage
from crds.job import Job

# Beyond a few, a thousand pods are looked at ten times a second, and two thousand running jobs once.
_FEW = 20
_SECONDS_PER_POD = 0.0001
_SECONDS_PER_JOB = 0.0005
# The weight of the newest measurement: about ten jobs, about three starts count.
_SERVICE_WEIGHT = 0.1
_START_WEIGHT = 0.3


class StateReader:
    """The questions that decisions and metrics ask of the state. Only State, which derives from it, changes it."""

    def __init__(self, limits: Limits, *, pod_template: str) -> None:
        """`pod_template` is the digest of the template that new pods are made from."""
        self.limits = limits
        self.pod_template = pod_template
        self._cache = Cache()
        self._expectations = Expectations()
        self._capacity = Capacity(self._room)
        self._assignments = Assignments(self._capacity.changed)
        self._launch_backoff = LaunchBackoff(limits)
        self._availability = Availability()
        self._service = MovingAverage(1.0, weight=_SERVICE_WEIGHT)
        self._start = MovingAverage(5.0, weight=_START_WEIGHT)
        self._scanned_at = self._deadlines_at = float("-inf")
        self._endings: list[Ending] = []
        self._found_ready: int | None = None

    # -- questions about jobs

    @property
    def synced(self) -> bool:
        """Whether the cache is complete enough to decide."""
        return self._cache.synced

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The jobs in the cache."""
        return self._cache.jobs

    @property
    def finished_jobs(self) -> int:
        """How many of the jobs in the cache are Done or Error."""
        return self._cache.finished_jobs

    @property
    def waiting_jobs(self) -> int:
        """How many jobs wait for a slot."""
        return len(self._assignments.waiting)

    @property
    def running_jobs(self) -> int:
        """How many jobs have a slot."""
        return self._assignments.running

    def oldest_waiting_seconds(self, now: float) -> float:
        """The age of the job that has waited longest since its request; 0 when none waits. O(waiting jobs)."""
        oldest = self._assignments.waiting.oldest()
        return 0.0 if oldest is None else max(self.server_time(now) - oldest, 0.0)

    def next_waiting(self) -> Job | None:
        """The job whose turn it is; None when none waits."""
        name = self._assignments.waiting.peek()
        return None if name is None else self.jobs[name]

    def is_busy(self, job: str) -> bool:
        """Whether an action on this job is under way."""
        return job in self._expectations.busy

    def is_being_deleted(self, job: str) -> bool:
        """Whether the deletion of this job is under way, or waits for its next try."""
        return isinstance(self._expectations.busy.get(job), DeleteJob)

    def expired(self, now: float) -> list[tuple[str, str]]:
        """Name and uid of the jobs whose time is over, the earliest first; some may be gone already."""
        return [(name, uid) for _, name, uid in self._cache.expiries.due(self.server_time(now))]

    def assigned_at(self, job: str) -> float | None:
        """When a running job was first seen to be assigned; None when it ran already as it was first seen."""
        return self._cache.assigned_at.get(job)

    # -- questions about pods

    @property
    def pods(self) -> Mapping[str, Pod]:
        """The renderer pods in the cache."""
        return self._cache.pods

    @property
    def launching(self) -> Mapping[str, float]:
        """When each pod that is not seen yet was asked for; infinity while that waits for other requests."""
        return self._expectations.launching

    @property
    def deleting_pods(self) -> Set[str]:
        """The pods whose deletion was asked for."""
        return self._expectations.deleting_pods

    def least_loaded(self) -> str | None:
        """The pod that is to have the next job; None when no pod can take one."""
        # Jobs must not use up their attempts on pods that do not start.
        return self._capacity.least_loaded(starting=not self._launch_backoff.failures)

    def serves(self, pod: Pod) -> bool:
        """Whether a pod is one of the pool: of the current template, ready or on its way, and not about to end.

        One of an older template serves as long as it is ready and is not retired.
        """
        if pod.finished or pod.terminating or pod.name in self._expectations.deleting_pods or self.retired(pod):
            return False
        return not self.stalled(pod) if self.up_to_date(pod) else pod.ready_at is not None

    def up_to_date(self, pod: Pod) -> bool:
        """Whether a pod is of the current template."""
        return pod.template == self.pod_template

    def retired(self, pod: Pod) -> str:
        """Why a pod gets no more jobs and is deleted when it has none; empty when it is not so."""
        return self._expectations.retired_pods.get(pod.name, "")

    def reported_since(self, pod: str, time: float) -> bool:
        """Whether a pod was seen to end a job after a time."""
        return self._assignments.reported_at.get(pod, float("-inf")) > time

    def abandoned(self, pod: Pod) -> bool:
        """Whether a pod is of an older template and was never ready: nothing waits for it any more."""
        return not self.up_to_date(pod) and pod.ready_at is None and not self.stalled(pod)

    def never_ran(self, pod: str) -> bool:
        """Whether a pod that is gone has not come to run its program: its jobs were not attempted."""
        return pod in self._cache.never_ran

    @property
    def found_ready(self) -> int:
        """How many renderers served when the first plan was made: the size of a pool whose template has changed."""
        return self._found_ready or 0

    def overdue(self, pod: Pod, now: float) -> bool:
        """Whether a pod has not become ready in its time.

        One that has been ready and has jobs is not ready on purpose: it takes no more of them.
        """
        return (
            pod.ready_at is None
            and now > self.unready_since(pod.name) + self.patience(pod)
            and not (pod.name in self._assignments.slots and self.stalled(pod))
        )

    def patience(self, pod: Pod) -> float:
        """How long a pod may stay at its stage, in seconds.

        One for which no node has room waits for one. One whose image is pulled has longer than one that runs, but not
        when the kubelet reports that it fails.
        """
        if pod.stage is Stage.UNSCHEDULED:
            return math.inf
        pulling = pod.stage is Stage.PULLING and not pod.trouble
        return self.limits.pull_deadline_seconds if pulling else self.limits.start_deadline_seconds

    def delayed(self, pod: Pod, now: float) -> bool:
        """Whether a pod takes so long to start that operators are to know why."""
        if pod.ready_at is not None or self.stalled(pod):
            return False
        return now > self.unready_since(pod.name) + self.limits.start_deadline_seconds

    def stalled(self, pod: Pod) -> bool:
        """Whether a pod that was ready is not: its process hangs or drains, or a container beside it has failed."""
        return pod.ready_at is None and (pod.was_ready or self.ready_since(pod.name) is not None)

    def lost(self, pod: str, *, seen_at: float) -> bool:
        """Whether a renderer is gone: ended, lost with its node, deleted, or absent from a list asked for later.

        One whose node is only cut off may still have its jobs. What it writes about them is refused, as after any other
        requeue.
        """
        if (known := self.pods.get(pod)) is not None:
            return known.finished or known.node_lost
        if pod in self.launching:
            return False
        return pod in self._cache.tombstones or self._cache.pods_listed_at > seen_at

    def unready_since(self, pod: str) -> float:
        """When a pod that is not ready was first seen so, at its present stage."""
        return self._cache.unready_since[pod]

    def ready_since(self, pod: str) -> float | None:
        """When a pod was last seen to become ready; None when it never was."""
        return self._cache.ready_since.get(pod)

    @property
    def idle_since(self) -> Mapping[str, float]:
        """When each pod became ready or its last job left it, whichever was later."""
        return self._assignments.idle_since

    @property
    def jobs_by_pod(self) -> Mapping[str, Mapping[str, float]]:
        """For each pod that has jobs, when each of them was given or first seen there.

        A pod need not be in the cache yet, or any more.
        """
        return self._assignments.slots

    @property
    def jobs_taken(self) -> Counter[str]:
        """How many jobs each pod has been given, as far as is known; 0 of a pod that is not known."""
        return self._assignments.taken

    # -- questions about time

    def server_time(self, now: float) -> float:
        """The API server's time."""
        return self._cache.server_clock.time(now)

    @property
    def last_outage(self) -> float:
        """When the API server last failed to answer."""
        return self._cache.last_outage

    @property
    def slots_moved_at(self) -> float:
        """When a slot was last given, left or added: as long ago as the jobs that run take at least."""
        return self._assignments.moved_at

    @property
    def service_seconds(self) -> float:
        """How long a job keeps a slot of a pod that is ready, as measured."""
        return self._service.value

    @property
    def start_seconds(self) -> float:
        """How long a pod takes from its launch until it is ready, as measured."""
        return self._start.value

    def retries_due(self, now: float) -> bool:
        """Whether the pause of a failed action is over."""
        return self._expectations.retries_due(now)

    def full_scan_due(self, now: float) -> bool:
        """Whether it is time to look at every pod: the more there are, the more seldom, however many jobs come."""
        return now - self._scanned_at >= max(len(self.pods) - _FEW, 0) * _SECONDS_PER_POD

    def deadline_scan_due(self, now: float) -> bool:
        """Whether it is time to look at every running job."""
        return now - self._deadlines_at >= max(self.running_jobs - _FEW, 0) * _SECONDS_PER_JOB

    def launches_held(self, now: float) -> bool:
        """Whether launches pause because pods did not start."""
        return now < self._launch_backoff.hold_until

    @property
    def launch_batch(self) -> int:
        """How many pods may be starting at once."""
        return self._launch_backoff.batch

    @property
    def start_trouble(self) -> str:
        """Why the last pod did not start; empty when it did."""
        return self._launch_backoff.trouble

    @property
    def current_ready(self) -> bool:
        """Whether a pod of the current template is ready and serves."""
        return any(self.up_to_date(pod) for pod in self._ready())

    @property
    def failed_start(self) -> ReportFailedStart | None:
        """The failed start to report; None when all are reported."""
        return self._launch_backoff.pending_report()

    def condition(self, now: float) -> ReportCondition | None:
        """The condition RenderersAvailable as it is; None when it was reported so."""
        condition = self._condition()
        return condition if self._availability.due(condition, now) else None

    def _condition(self) -> ReportCondition:
        trouble = self.start_trouble
        if self.current_ready:
            return ReportCondition(True, "renderers are ready")
        if any(self._ready()):
            current = trouble or "none of the current one is ready yet"
            return ReportCondition(True, f"renderers of an older pod template are ready; {current}")
        if trouble or self.limits.min_warm or self.waiting_jobs or self.running_jobs:
            return ReportCondition(False, trouble or "no renderer is ready yet")
        return ReportCondition(True, "no renderer is wanted")

    def _ready(self) -> Iterator[Pod]:
        return (pod for pod in self.pods.values() if pod.ready_at is not None and self.serves(pod))

    def _room(self, name: str) -> Room | None:
        pod = self.pods.get(name)
        if pod is None or not self.serves(pod) or (pod.ready_at is None and pod.stage is not Stage.STARTED):
            # One whose process does not run yet may take minutes; another one may be ready before it.
            return None
        if pod.ready_at is None and pod.trouble:
            # An image that cannot be pulled, no room on any node: jobs wait as well where all pods can take them.
            return None
        slots = self.limits.slots_per_pod - len(self.jobs_by_pod.get(name, ()))
        return Room(min(slots, self.limits.jobs_per_pod - self.jobs_taken[name]), pod.ready_at is not None)
