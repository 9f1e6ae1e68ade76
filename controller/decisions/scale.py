"""How many renderer pods there should be. As dispatch.py, it only reads the state and yields the steps of a plan."""

from __future__ import annotations

import math
from collections.abc import Callable

from controller.state.actions import DeletePod, Launch
from controller.state.plan import Plan, StartFailed
from controller.state.pod import Pod
from controller.state.reader import StateReader


def scale(state: StateReader, now: float, new_name: Callable[[], str]) -> Plan:
    """Remove what is of no use, launch what is missing, shrink what has been idle."""
    yield from _remove(state, now)
    if (condition := state.condition) is not None:
        yield condition
    active, recyclable = _serving(state)
    ready = sum(pod.ready_at is not None for pod in active)
    want = _wanted(state, now, any_ready=ready > 0)
    yield from _launch(state, now, new_name, active, want)
    yield from _recycle(state, now, ready, recyclable, want)
    yield from _shrink(state, now, active, ready - want)


def _serving(state: StateReader) -> tuple[list[Pod], list[Pod]]:
    """The pods that take jobs now or will when they have started; those that take their last ones are apart.

    A pod is recyclable when, fully busy, it would have had all its jobs before a successor has started.
    """
    jobs_per_pod = state.limits.jobs_per_pod
    soon = state.start_seconds * state.limits.slots_per_pod / state.service_seconds
    # Of a pod that takes few jobs in all, at most the last half are its last.
    recycle_from = jobs_per_pod - min(soon, jobs_per_pod // 2)
    taken = state.jobs_taken
    active: list[Pod] = []
    recyclable: list[Pod] = []
    for pod in state.pods.values():
        if state.serves(pod):
            (active if taken[pod.name] < recycle_from else recyclable).append(pod)
    return active, recyclable


def _remove(state: StateReader, now: float) -> Plan:
    deleting, jobs = state.deleting_pods, state.jobs_by_pod
    for pod in list(state.pods.values()):
        if pod.terminating or pod.name in deleting:
            continue
        has_jobs = pod.name in jobs
        if pod.finished:
            if not has_jobs:
                yield DeletePod(pod.name, pod.uid, "it has ended")
        elif state.overdue(pod, now):
            yield StartFailed(pod.name, pod.trouble or "no reason known")
            yield DeletePod(pod.name, pod.uid, "it was not ready for too long")
        elif has_jobs:
            continue
        elif pod.template != state.pod_template:
            yield DeletePod(pod.name, pod.uid, "its pod template is out of date")
        elif state.jobs_taken[pod.name] >= state.limits.jobs_per_pod:
            yield DeletePod(pod.name, pod.uid, "it has had all its jobs")


def _wanted(state: StateReader, now: float, *, any_ready: bool) -> int:
    """As many pods as work the queue off in the time that one more would take to start, and no more than have jobs.

    A shorter queue is served sooner by the pods that are there.
    """
    limits = state.limits
    jobs = state.waiting_jobs + state.running_jobs
    seconds = state.service_seconds
    if state.waiting_jobs and any_ready:
        # When no slot has been left for longer than that, jobs take longer than they did.
        seconds = max(seconds, now - state.slots_moved_at)
    in_time = limits.slots_per_pod * min(state.start_seconds, limits.queue_seconds)
    needed = min(math.ceil(jobs * seconds / in_time), math.ceil(jobs / limits.slots_per_pod))
    return min(max(needed, limits.min_warm), limits.max_pods)


def _launch(state: StateReader, now: float, new_name: Callable[[], str], active: list[Pod], want: int) -> Plan:
    limits = state.limits
    have = len(active) + len(state.launching)
    if state.launches_held(now):
        return
    existing = sum(not pod.finished for pod in state.pods.values()) + len(state.launching)
    starting = sum(pod.ready_at is None for pod in active) + len(state.launching)
    count = min(want - have, limits.max_pods - existing, state.launch_batch - starting)
    for _ in range(count):
        yield Launch(new_name())


def _recycle(state: StateReader, now: float, ready: int, recyclable: list[Pod], want: int) -> Plan:
    """Delete what has nearly had all its jobs and has none now, once there are others enough.

    Where there is no room for others, those go that have been idle for long beyond the ones that are wanted.
    """
    recyclable = [pod for pod in recyclable if pod.ready_at is not None]
    surplus = ready + len(recyclable) - want
    for pod in recyclable:
        if pod.name in state.jobs_by_pod or surplus <= 0:
            continue
        if ready >= want or now - state.idle_since[pod.name] >= state.limits.idle_seconds:
            surplus -= 1
            yield DeletePod(pod.name, pod.uid, "it has had nearly all its jobs")


def _shrink(state: StateReader, now: float, active: list[Pod], surplus: int) -> Plan:
    """Delete what has been idle for long, the longest idle first."""
    idle_since, jobs = state.idle_since, state.jobs_by_pod
    idle = sorted(
        (idle_since[pod.name], pod.name, pod.uid) for pod in active if pod.ready_at is not None and pod.name not in jobs
    )
    for since, name, uid in idle[: max(surplus, 0)]:
        if now - since >= state.limits.idle_seconds:
            yield DeletePod(name, uid, "it has been idle")
