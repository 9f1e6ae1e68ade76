"""A cluster in which events follow each other on one time line: API server, watches and renderers, and their delays."""

from __future__ import annotations

import heapq
import math
import random
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from controller.decisions.dispatch import decide
from controller.state.actions import (
    Action,
    Assign,
    DeleteJob,
    DeletePod,
    Fail,
    Launch,
    ReportCondition,
    ReportFailedStart,
    Requeue,
)
from controller.state.limits import Limits
from controller.state.pod import Pod
from controller.state.state import State
from crds.job import Job, Phase

_TEMPLATE = "current"
_TICK_SECONDS = 0.5
_RECONCILE_SECONDS = 5.0
_PAGE_SIZE = 500
# The lists are counted as often as they are made, but compared less often: that only costs the simulation time.
_COMPARE_EVERY = 12


@dataclass(frozen=True, kw_only=True)
class Delays:
    """In seconds; what has a spread is drawn from a distribution with this mean."""

    request: float = 0.004
    """From a request of the controller to its answer, and from a change to its event."""

    pass_gap: float = 0.005
    """From the news to the pass that decides about it, and between two passes at least."""

    service: float = 4.0
    """How long a job keeps its slot: lognormal, half as much either way."""

    start: float = 4.0
    """From the launch of a renderer until it is ready: from three quarters of it to five."""

    renderer_life: float = 200_000.0
    """After how long a renderer dies of itself: exponential; its jobs are assigned to others."""


class Pool:
    """The controller's own state and decisions; what it asks for happens after its delay."""

    def __init__(self, limits: Limits, delays: Delays, begin: float, chance: random.Random) -> None:
        self.now = begin
        self.calls: Counter[str] = Counter()
        """Requests to the API server, by who makes them and what they do."""
        self.queued = array("d")
        """For each assignment, how long after its creation the job was assigned, in seconds."""
        self.ended: Counter[Phase] = Counter()
        self.expired_early = 0
        """Jobs that were deleted before they had ended."""
        self.pods: dict[str, Pod] = {}
        self.passes = 0
        self.most_live = 0
        self._limits = limits
        self._delays = delays
        self._chance = chance
        self._state = State(limits, pod_template=_TEMPLATE)
        self._state.mark_synced()
        self._jobs: dict[str, Job] = {}
        self._running: dict[str, set[str]] = {}
        self._next: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._numbers = count(1)
        self._pass_at = math.inf
        self._lists = 0
        self._after(0.0, self._tick)
        self._after(0.0, self._reconcile)

    # -- from outside

    def create(self, name: str, *, user: str, priority: int, ttl: float) -> None:
        """A request comes in now."""
        self.calls["api: create job"] += 1
        number = next(self._numbers)
        job = Job(
            name=name, uid=name, resource_version=number, created=self.now, submitted=self.now, expires=self.now + ttl,
            template_id="modern", user_id=user, priority=priority, timeout_seconds=60,
            phase=Phase.PENDING, renderer=None, attempt=0, started=None, completed=None, file_url=None,
        )  # fmt: skip
        self._jobs[name] = job
        self.most_live = max(self.most_live, len(self._jobs))
        self._after(self._delays.request, self._see, job)

    def advance(self, until: float) -> None:
        """Let everything happen that happens up to a time."""
        while True:
            due = self._next[0][0]
            if self._pass_at <= due and self._pass_at <= until:
                self.now, self._pass_at = self._pass_at, math.inf
                self._decide()
            elif due <= until:
                self.now, _, happen, arguments = heapq.heappop(self._next)
                happen(*arguments)
            else:
                self.now = until
                return

    @property
    def live_jobs(self) -> int:
        """The jobs that the API server has."""
        return len(self._jobs)

    # -- the controller

    def _tick(self) -> None:
        self._wake()
        self._after(_TICK_SECONDS, self._tick)

    def _wake(self) -> None:
        self._pass_at = min(self._pass_at, self.now + self._delays.pass_gap)

    def _decide(self) -> None:
        self.passes += 1
        plan = decide(self._state, self.now, lambda: f"pod-{next(self._numbers)}")
        for action in self._state.apply(plan, self.now):
            self._after(self._delays.request, self._carry_out, action)

    def _reconcile(self) -> None:
        self._lists += 1
        self.calls["controller: list pods (pages)"] += 1 + len(self.pods) // _PAGE_SIZE
        self.calls["controller: list jobs (pages)"] += 1 + len(self._jobs) // _PAGE_SIZE
        if self._lists % _COMPARE_EVERY == 0:
            version, now = next(self._numbers), self.now
            self._state.pods_listed(self.pods.values(), version=version, asked_at=now, now=now)
            versions = {name: job.resource_version for name, job in self._jobs.items()}
            self._state.jobs_listed(versions, version=version, asked_at=now, now=now)
        self._after(_RECONCILE_SECONDS, self._reconcile)

    def _carry_out(self, action: Action) -> None:
        now = self.now
        match action:
            case Assign(name, version, renderer, attempt):
                self.calls["controller: assign job"] += 1
                job = self._jobs[name]
                assert job.resource_version == version, "nobody else changes a job that waits"
                self.queued.append(now - job.submitted)
                self._change(job, phase=Phase.RENDERING, renderer=renderer, attempt=attempt, started=now)
                if renderer in self._running:
                    self._running[renderer].add(name)
                    seconds = self._delays.service * self._chance.lognormvariate(-0.125, 0.5)
                    ready_at = self.pods[renderer].ready_at
                    if ready_at is not None:
                        self._after(seconds, self._finish, name, renderer, attempt)
            case Requeue(name, _, _, attempt):
                self.calls["controller: queue job again"] += 1
                self._change(self._jobs[name], phase=Phase.PENDING, renderer=None, started=None, attempt=attempt)
            case Fail(name, _, error):
                self.calls["controller: fail job"] += 1
                self._end(self._jobs[name], Phase.ERROR, error_code=error.code)
            case DeleteJob(name, uid):
                self.calls["controller: delete job"] += 1
                self.expired_early += not self._jobs[name].phase.finished
                del self._jobs[name]
                self._state.forget_job(name, uid, now)
            case Launch(name):
                self.calls["controller: create pod"] += 1
                self._launch(name)
            case DeletePod(name, uid, _):
                self.calls["controller: delete pod"] += 1
                self._delete_pod(name)
            case ReportCondition() | ReportFailedStart():
                self.calls["controller: report condition"] += 1
        if isinstance(action, Assign | Requeue | Fail):
            # The answer comes before the event.
            self._state.observe_job(self._jobs[action.job], now)
        self._state.settle(action, now, ok=True)
        self._wake()

    # -- the rest

    def _launch(self, name: str) -> None:
        number = next(self._numbers)
        self.pods[name] = Pod(name, name, number, self.now, _TEMPLATE, None, False, False, "")
        self._running[name] = set()
        self._state.observe_pod(self.pods[name], self.now)
        self._after(self._delays.start * self._chance.uniform(0.75, 5 / 4), self._ready, name)
        self._after(self._chance.expovariate(1 / self._delays.renderer_life), self._die, name)

    def _ready(self, name: str) -> None:
        if name in self.pods and not self.pods[name].finished:
            self.calls["kubelet: patch pod"] += 1
            self._change_pod(name, ready_at=self.now)
            for job in self._running[name]:
                seconds = self._delays.service * self._chance.lognormvariate(-0.125, 0.5)
                self._after(seconds, self._finish, job, name, self._jobs[job].attempt)

    def _die(self, name: str) -> None:
        if name in self.pods and not self.pods[name].finished:
            self.calls["kubelet: patch pod"] += 1
            self._running[name] = set()
            self._change_pod(name, finished=True, ready_at=None, trouble="OOMKilled")

    def _delete_pod(self, name: str) -> None:
        if self._running[name]:
            self._change_pod(name, terminating=True)
        else:
            self._gone(name)

    def _gone(self, name: str) -> None:
        pod = self.pods.pop(name)
        del self._running[name]
        self._after(self._delays.request, self._forget_pod, pod)

    def _forget_pod(self, pod: Pod) -> None:
        self._state.forget_pod(pod.name, pod.uid, self.now)
        self._wake()

    def _finish(self, name: str, renderer: str, attempt: int) -> None:
        job = self._jobs.get(name)
        if renderer not in self._running or name not in self._running[renderer]:
            return
        self._running[renderer].discard(name)
        if job is not None and job.attempt == attempt and not job.phase.finished:
            self.calls["renderer: end job"] += 1
            self._end(job, Phase.DONE)
        if self.pods[renderer].terminating and not self._running[renderer]:
            self._gone(renderer)

    def _end(self, job: Job, phase: Phase, **fields: Any) -> None:
        self.ended[phase] += 1
        self._change(job, phase=phase, completed=self.now, **fields)

    def _change(self, job: Job, **fields: Any) -> None:
        job = self._jobs[job.name] = replace(job, resource_version=next(self._numbers), **fields)
        self._after(self._delays.request, self._see, job)

    def _see(self, job: Job) -> None:
        self._state.observe_job(job, self.now)
        self._wake()

    def _change_pod(self, name: str, **fields: Any) -> None:
        pod = self.pods[name] = replace(self.pods[name], resource_version=next(self._numbers), **fields)
        self._after(self._delays.request, self._see_pod, pod)

    def _see_pod(self, pod: Pod) -> None:
        self._state.observe_pod(pod, self.now)
        self._wake()

    def _after(self, seconds: float, happen: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._next, (self.now + seconds, next(self._numbers), happen, arguments))
