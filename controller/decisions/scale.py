"""How many renderer pods there should be. As dispatch.py, it only reads the state and yields the steps of a plan.

A change of the pod template replaces the pods as a Deployment does: those of the older template, called outdated here,
serve until as many of the current one are ready. The pool may exceed max_pods by a surge meanwhile, and a pod that has
a successor does not count: it may still have jobs for minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from controller.state.actions import DeletePod, Launch
from controller.state.plan import Plan, PodRetired, StartDelayed, StartFailed
from controller.state.pod import Pod
from controller.state.reader import StateReader

_OUTDATED = "its pod template is out of date"


def scale(state: StateReader, now: float, new_name: Callable[[], str]) -> Plan:
    """Remove what is of no use, launch what is missing, replace what is outdated, shrink what has been idle."""
    yield from _remove(state, now)
    if (failed_start := state.failed_start) is not None:
        yield failed_start
    if (condition := state.condition(now)) is not None:
        yield condition
    active, recyclable, outdated = _serving(state)
    ready = sum(pod.ready_at is not None for pod in active) + len(outdated)
    want = _wanted(state, now, any_ready=ready > 0)
    size = _size(state, want, ready, outdated)
    yield from _launch(state, now, new_name, active, size)
    yield from _replace(state, outdated, ready - size)
    yield from _recycle(state, now, ready, recyclable, want)
    yield from _shrink(state, now, [*outdated, *active], want)


def _serving(state: StateReader) -> tuple[list[Pod], list[Pod], list[Pod]]:
    """The pods that take jobs now or will when they have started; those that take their last ones, and those of an
    older template, are apart.

    A pod is recyclable when, fully busy, it would have had all its jobs before a successor has started.
    """
    jobs_per_pod = state.limits.jobs_per_pod
    soon = state.start_seconds * state.limits.slots_per_pod / state.service_seconds
    # Of a pod that takes few jobs in all, at most the last half are its last.
    recycle_from = jobs_per_pod - min(soon, jobs_per_pod // 2)
    taken = state.jobs_taken
    active: list[Pod] = []
    recyclable: list[Pod] = []
    outdated: list[Pod] = []
    for pod in state.pods.values():
        if not state.serves(pod):
            continue
        if not state.up_to_date(pod):
            outdated.append(pod)
        else:
            (active if taken[pod.name] < recycle_from else recyclable).append(pod)
    return active, recyclable, outdated


def _remove(state: StateReader, now: float) -> Plan:
    deleting, jobs = state.deleting_pods, state.jobs_by_pod
    for pod in list(state.pods.values()):
        if pod.terminating or pod.name in deleting:
            continue
        has_jobs = pod.name in jobs
        if pod.finished:
            if not has_jobs:
                yield DeletePod(pod.name, pod.uid, "it has ended")
        elif state.abandoned(pod):
            # Its jobs wait again when it is gone.
            yield DeletePod(pod.name, pod.uid, _OUTDATED)
        elif state.overdue(pod, now):
            if state.up_to_date(pod):
                yield StartFailed(pod.name, pod.trouble or "no reason known")
            yield DeletePod(pod.name, pod.uid, "it was not ready for too long")
        elif has_jobs:
            continue
        elif reason := state.retired(pod):
            yield DeletePod(pod.name, pod.uid, reason)
        elif state.jobs_taken[pod.name] >= state.limits.jobs_per_pod:
            yield DeletePod(pod.name, pod.uid, "it has had all its jobs")
        elif state.delayed(pod, now):
            yield StartDelayed(pod.name, pod.trouble)


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


def _size(state: StateReader, want: int, ready: int, outdated: list[Pod]) -> int:
    """How many pods are to be of the current template, and ready, before those of an older one are dispensable.

    What is wanted by the queue of this moment is often less than what the load of the last minutes has needed and
    idle_seconds keep. So the pool keeps the size that it was found with, or what idle_seconds have left of that.
    """
    if not outdated:
        return want
    return max(want, min(state.found_ready, state.limits.max_pods, ready))


def _launch(state: StateReader, now: float, new_name: Callable[[], str], active: list[Pod], size: int) -> Plan:
    if state.launches_held(now):
        return
    launching = len(state.launching)
    starting = sum(pod.ready_at is None for pod in active) + launching
    count = min(size - len(active) - launching, _room(state) - launching, state.launch_batch - starting)
    for _ in range(count):
        yield Launch(new_name())


def _room(state: StateReader) -> int:
    """How many more pods there may be."""
    limits = state.limits
    living = [pod for pod in state.pods.values() if not pod.finished]
    outdated = sum(not state.up_to_date(pod) and state.serves(pod) for pod in living)
    counted = outdated + sum(state.up_to_date(pod) for pod in living)
    most = limits.max_pods + (limits.surge if outdated else 0)
    # However long the replaced ones take: a quota for twice the pool is never met.
    return min(most - counted, 2 * limits.max_pods - len(living))


def _replace(state: StateReader, outdated: list[Pod], surplus: int) -> Plan:
    """Take as many pods of an older template out of service as there are successors, the least busy first.

    One that has jobs finishes them; _remove deletes it then. Were it to get more under load, it would never end.
    """
    jobs = state.jobs_by_pod
    for pod in sorted(outdated, key=lambda pod: len(jobs.get(pod.name, ())))[: max(surplus, 0)]:
        yield PodRetired(pod.name, _OUTDATED)
        if pod.name not in jobs:
            yield DeletePod(pod.name, pod.uid, _OUTDATED)


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


def _shrink(state: StateReader, now: float, pods: list[Pod], want: int) -> Plan:
    """Delete what has been idle for long, the longest idle first."""
    idle_since, jobs = state.idle_since, state.jobs_by_pod
    ready = [pod for pod in pods if pod.ready_at is not None and state.serves(pod)]
    idle = sorted((idle_since[pod.name], pod.name, pod.uid) for pod in ready if pod.name not in jobs)
    surplus = len(ready) - want
    for since, name, uid in idle[: max(surplus, 0)]:
        if now - since >= state.limits.idle_seconds:
            yield DeletePod(name, uid, "it has been idle")
