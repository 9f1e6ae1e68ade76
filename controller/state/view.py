"""What the controller knows: jobs, pods, and what it has asked for and not seen yet.

No I/O and no clock: every call that needs the time is given it, in seconds since the epoch, by a clock that does
not jump. Times that objects carry are compared with the API server's own (`server_time`), which may differ and jump.
Events may come late, twice, out of order or never; resourceVersions sort them, and reconcile passes fill the gaps.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from itertools import count

from controller.decisions.actions import Action, Assign, DeleteJob, DeletePod, Fail, JobAction, Launch, Requeue
from controller.state.assignments import Assignments
from controller.state.capacity import Capacity, Room
from controller.state.launch_backoff import LaunchBackoff
from controller.state.limits import Limits
from controller.state.moving_average import MovingAverage
from controller.state.pod import Pod
from crds.job import Job, Phase
from kube.clock import ServerClock

# Beyond a few, a thousand pods are looked at ten times a second, and two thousand running jobs once.
_FEW = 20
_SECONDS_PER_POD = 0.0001
_SECONDS_PER_JOB = 0.0005
# The weight of the newest measurement: about ten jobs, about three starts count.
_SERVICE_WEIGHT = 0.1
_START_WEIGHT = 0.3
# How long a deleted object's late events are ignored.
_TOMBSTONE_SECONDS = 120.0


class View:
    """The controller's picture of its namespace, with the indexes that keep every decision cheap.

    A finished job has no place, one whose last action failed has none for a moment. `begin` records an action
    before it is asked for and `end` what became of it, so that a view that lags never asks for the same thing twice.
    """

    def __init__(self, limits: Limits, *, pod_template: str) -> None:
        self.limits = limits
        self.pod_template = pod_template
        self.jobs: dict[str, Job] = {}
        self.pods: dict[str, Pod] = {}
        self.unready_since: dict[str, float] = {}
        """When each pod that is not ready was first seen so; not when its node says so: its clock may be wrong."""
        self.launching: dict[str, float] = {}
        """When each pod that is not seen yet was asked for; infinity while that waits for other requests."""
        self._unknown_launches: set[str] = set()
        self._unknown_assigns: dict[str, tuple[Assign, float]] = {}
        self.deleting_pods: set[str] = set()
        self.capacity = Capacity(self._room)
        self.assignments = Assignments(self.capacity.changed)
        self.launch_backoff = LaunchBackoff(limits)
        self.service_seconds = MovingAverage(1.0, weight=_SERVICE_WEIGHT)
        """How long a job keeps a slot of a pod that is ready."""
        self.start_seconds = MovingAverage(5.0, weight=_START_WEIGHT)
        """From the launch of a pod until it is ready."""
        self.last_outage = float("-inf")
        """When the API server last failed to answer."""
        self.synced = False
        self._server_clock = ServerClock()
        self._scanned_at = self._deadlines_at = float("-inf")
        self._pods_listed_at = float("-inf")
        self._busy: dict[str, JobAction] = {}
        self._held: list[tuple[float, int, JobAction | DeletePod]] = []
        self._holds = count()
        self._expiries: list[tuple[float, str, str]] = []
        self._assigned_at: dict[str, float] = {}
        self._gone: dict[str, float] = {}

    # -- what is seen

    def observe_job(self, job: Job, now: float) -> None:
        """A job as an event, a list or an answer shows it; older versions and late ones are ignored."""
        known = self.jobs.get(job.name)
        if job.uid in self._gone or (known and known.resource_version >= job.resource_version):
            return
        if known is not None and known.uid != job.uid:
            # It is gone, and its name belongs to another.
            self.forget_job(job.name, known.uid, now)
            known = None
        if known is not None and job.phase.finished and not known.phase.finished:
            self._served(known, now)
        self.jobs[job.name] = job
        if job.phase is not Phase.RENDERING:
            self._assigned_at.pop(job.name, None)
        elif known is not None and known.attempt != job.attempt:
            self._assigned_at[job.name] = now
        if known is None:
            heapq.heappush(self._expiries, (job.expires, job.name, job.uid))
        if known is None and job.phase.finished and job.renderer in self.pods:
            self.assignments.count(job.renderer, 1)
        if job.name in self._unknown_assigns:
            self._outcome_known(job.name, now)
        elif job.name not in self._busy:
            self.assignments.place(job, now)

    def forget_job(self, name: str, uid: str, now: float) -> None:
        """A job is deleted; its slot is free."""
        self._gone[uid] = now
        if (job := self.jobs.get(name)) and job.uid == uid:
            del self.jobs[name]
            self._busy.pop(name, None)
            self._assigned_at.pop(name, None)
            self._unknown_assigns.pop(name, None)
            self.assignments.take_out(name, now)

    def observe_pod(self, pod: Pod, now: float) -> None:
        """A renderer pod as an event or a list shows it."""
        known = self.pods.get(pod.name)
        if pod.uid in self._gone or (known and known.resource_version >= pod.resource_version):
            return
        self.pods[pod.name] = pod
        self.assignments.pod_seen(pod.name, now)
        self._launch_known(pod.name)
        if pod.ready_at is None:
            self.unready_since.setdefault(pod.name, now)
        else:
            self.unready_since.pop(pod.name, None)
        if pod.ready_at is not None and (known is None or known.ready_at is None):
            seconds = self.launch_backoff.succeeded(pod.name, now)
            if seconds is not None:
                self.start_seconds.add(seconds)
            self.assignments.pod_ready(pod.name, now)
        elif pod.finished and (not known.finished if known else pod.trouble):
            # One that is first seen at its end, after a restart, has failed to start only if it ended badly.
            self.launch_backoff.ended(pod.name, pod.trouble or "it ended before it was ready", now)

    def forget_pod(self, name: str, uid: str, now: float) -> None:
        """A renderer pod is gone."""
        self._gone[uid] = self._gone[name] = now
        pod, launching = self.pods.get(name), name in self.launching
        self._launch_known(name)
        if pod is not None and pod.uid != uid:
            return
        if (pod is not None or launching) and name not in self.deleting_pods:
            trouble = pod.trouble if pod is not None else ""
            self.launch_backoff.ended(name, trouble or "it was deleted before it was ready", now)
        self.launch_backoff.forget(name)
        self.pods.pop(name, None)
        self.deleting_pods.discard(name)
        self.unready_since.pop(name, None)
        self.assignments.forget_pod(name)

    def pods_listed(self, pods: Iterable[Pod], *, version: int, asked_at: float, now: float) -> None:
        """All renderer pods as of a list's resourceVersion: what is not among them is gone."""
        listed = {pod.name: pod for pod in pods}
        for pod in listed.values():
            self.observe_pod(pod, now)
        for name, known in list(self.pods.items()):
            if name not in listed and known.resource_version <= version:
                self.forget_pod(name, known.uid, now)
        for name, since in list(self.launching.items()):
            patience = 0.0 if name in self._unknown_launches else self.limits.start_deadline_seconds
            if name not in listed and since < asked_at - patience:
                self._not_launched(name)
        self.assignments.forget_counts(keep=self.pods)
        self._pods_listed_at = asked_at

    def jobs_listed(self, versions: Mapping[str, int], *, version: int, asked_at: float, now: float) -> None:
        """The resourceVersions of all jobs as of a list's own: what is not among them is gone."""
        for name, known in list(self.jobs.items()):
            if name not in versions and known.resource_version <= version:
                self.forget_job(name, known.uid, now)
        for name, (_, since) in list(self._unknown_assigns.items()):
            if since < asked_at and versions.get(name) == self.jobs[name].resource_version:
                self._outcome_known(name, now)
        self._gone = {key: at for key, at in self._gone.items() if at > now - _TOMBSTONE_SECONDS}

    def server_date_seen(self, date: float, now: float) -> None:
        """The API server's Date in an answer that came now, in whole seconds."""
        self._server_clock.says(date, now)

    # -- what is asked for

    def expect(self, action: Action, now: float) -> None:
        """Record an action that is about to be asked for."""
        match action:
            case Assign():
                self._busy[action.job] = action
                self.assignments.put_in_slot(action.job, action.renderer, now)
            case Requeue() | Fail() | DeleteJob():
                self._busy[action.job] = action
                self.assignments.waiting.discard(action.job)
            case Launch():
                self.launching[action.pod] = math.inf
                self.launch_backoff.asked(action.pod, now)
            case DeletePod():
                self.deleting_pods.add(action.pod)
                self.capacity.changed(action.pod)

    def sent(self, action: Action, now: float) -> None:
        """An action that was recorded is asked for only now: until then a list that lacks it proves nothing."""
        if isinstance(action, Launch) and action.pod in self.launching:
            self.launching[action.pod] = now

    def settle(self, action: Action, now: float, *, ok: bool) -> None:
        """Record that an action was carried out (observe what it answered before) or failed.

        What failed is decided anew after `retry_seconds`, never in a hot loop.
        """
        match action:
            case Assign() | Requeue() | Fail() | DeleteJob():
                if self._busy.get(action.job) is not action or self._unknown_assign(action.job) is action:
                    return
                if isinstance(action, Assign):
                    self._take_back(action, now)
                if ok:
                    self._release(action.job, now)
                else:
                    self._hold(action, now)
            case Launch():
                if not ok and action.pod in self.launching:
                    self.launch_backoff.ended(action.pod, "it could not be created", now)
                    if action.pod in self._unknown_launches:
                        self.launching[action.pod] = now
                    else:
                        self._not_launched(action.pod)
            case DeletePod():
                if not ok:
                    self._hold(action, now)

    def unknown_outcome(self, action: Assign | Launch, now: float) -> None:
        """An action is about to end without a clear answer: it counts until an event or a list shows its outcome.

        A slot or a place in the pool that was given after all must not be given twice.
        """
        if isinstance(action, Launch):
            self._unknown_launches.add(action.pod)
        elif self._busy.get(action.job) is action:
            self._unknown_assigns[action.job] = (action, now)

    def unreachable(self, now: float) -> None:
        """The API server did not answer: what renderers have done meanwhile could not be written."""
        self.last_outage = now

    # -- what the dispatcher asks

    def busy(self, job: str) -> bool:
        """Whether an action on this job is under way."""
        return job in self._busy

    def full_scan_due(self, now: float) -> bool:
        """Whether it is time to look at every pod: the more there are, the more seldom, however many jobs come."""
        due = now - self._scanned_at >= max(len(self.pods) - _FEW, 0) * _SECONDS_PER_POD
        if due:
            self._scanned_at = now
        return due

    def deadline_scan_due(self, now: float) -> bool:
        """Whether it is time to look at every running job."""
        due = now - self._deadlines_at >= max(self.assignments.running - _FEW, 0) * _SECONDS_PER_JOB
        if due:
            self._deadlines_at = now
        return due

    def least_loaded(self) -> str | None:
        """The pod that is to have the next job; None when no pod can take one."""
        # Jobs must not use up their attempts on pods that do not start.
        return self.capacity.least_loaded(starting=not self.launch_backoff.failures)

    def serves(self, pod: Pod) -> bool:
        """Whether a pod is one of the pool: of the current template and not about to end."""
        return not (
            pod.finished or pod.terminating or pod.name in self.deleting_pods or pod.template != self.pod_template
        )

    def overdue(self, pod: Pod, now: float) -> bool:
        """Whether a pod has not become ready in its time. One that has been ready and has jobs says on purpose that
        it takes no more of them."""
        return (
            pod.ready_at is None
            and now > self.unready_since[pod.name] + self.limits.start_deadline_seconds
            and not (pod.name in self.assignments.slots and self.launch_backoff.ready_since(pod.name) is not None)
        )

    def release_held(self, now: float) -> None:
        """Let what failed be decided anew when its time has come."""
        while self._held and self._held[0][0] <= now:
            _, _, action = heapq.heappop(self._held)
            if isinstance(action, DeletePod):
                self.deleting_pods.discard(action.pod)
                self.capacity.changed(action.pod)
            elif self._busy.get(action.job) is action:
                self._release(action.job, now)

    def server_time(self, now: float) -> float:
        """The API server's time."""
        return self._server_clock.time(now)

    def expired(self, now: float) -> Iterable[Job]:
        """The jobs whose time is over, each once."""
        while self._expiries and self._expiries[0][0] <= self.server_time(now):
            _, name, uid = heapq.heappop(self._expiries)
            job = self.jobs.get(name)
            if job and job.uid == uid:
                yield job

    def assigned_at(self, job: str) -> float | None:
        """When a running job was first seen to be assigned; None when it ran already as it was first seen."""
        return self._assigned_at.get(job)

    def lost(self, pod_name: str, *, seen_at: float) -> bool:
        """Whether a renderer is known to be gone: ended, deleted, or absent from a list asked for later."""
        if (pod := self.pods.get(pod_name)) is not None:
            return pod.finished
        if pod_name in self.launching:
            return False
        return pod_name in self._gone or self._pods_listed_at > seen_at

    # -- inside

    def _launch_known(self, pod: str) -> None:
        self.launching.pop(pod, None)
        self._unknown_launches.discard(pod)

    def _not_launched(self, pod: str) -> None:
        self._launch_known(pod)
        self.launch_backoff.forget(pod)

    def _room(self, name: str) -> Room | None:
        pod = self.pods.get(name)
        if pod is None or not self.serves(pod):
            return None
        slots = self.limits.slots_per_pod - len(self.assignments.slots.get(name, ()))
        return Room(min(slots, self.limits.jobs_per_pod - self.assignments.taken[name]), pod.ready_at is not None)

    def _outcome_known(self, name: str, now: float) -> None:
        action, _ = self._unknown_assigns.pop(name)
        self._take_back(action, now)
        # Its deletion may be under way meanwhile.
        if self._busy.get(name) is action:
            self._release(name, now)

    def _unknown_assign(self, job: str) -> Assign | None:
        action, _ = self._unknown_assigns.get(job, (None, 0.0))
        return action

    def _take_back(self, action: Assign, now: float) -> None:
        """Take an assignment back that, as far as is known, did not happen; one that did is seen again."""
        job = self.jobs.get(action.job)
        if job is None or (job.renderer, job.attempt) != (action.renderer, action.attempt):
            self.assignments.take_out(action.job, now)
            self.assignments.count(action.renderer, -1)

    def _hold(self, action: JobAction | DeletePod, now: float) -> None:
        heapq.heappush(self._held, (now + self.limits.retry_seconds, next(self._holds), action))

    def _release(self, name: str, now: float) -> None:
        action = self._busy.pop(name)
        if (job := self.jobs.get(name)) is None:
            return
        if (unknown := self._unknown_assign(name)) is not None:
            self._busy[name] = unknown
        else:
            self.assignments.place(job, now)
        if isinstance(action, DeleteJob):
            heapq.heappush(self._expiries, (job.expires, name, job.uid))

    def _served(self, job: Job, now: float) -> None:
        """Measure how long a job that ends has kept its slot; while its pod was starting does not count."""
        renderer, since = self.assignments.slot_of(job.name) or ("", now)
        ready_since = self.launch_backoff.ready_since(renderer)
        if ready_since is not None:
            self.service_seconds.add(now - max(since, ready_since))
