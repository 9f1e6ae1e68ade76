"""How many renderer pods there should be: part of the dispatcher, as pure as it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from controller.decisions.actions import Action, DeletePod, Launch
from controller.state.pod import Pod
from controller.state.view import View


def scale(view: View, now: float, new_name: Callable[[], str]) -> Iterator[Action]:
    """Remove what is of no use, launch what is missing, shrink what has been idle."""
    yield from _remove(view, now)
    if condition := view.launch_backoff.take_condition():
        yield condition
    active, recyclable = _serving(view)
    ready = sum(pod.ready_at is not None for pod in active)
    want = _wanted(view, now, any_ready=ready > 0)
    yield from _launch(view, now, new_name, active, want)
    yield from _recycle(view, now, ready, recyclable, want)
    yield from _shrink(view, now, active, ready - want)


def _serving(view: View) -> tuple[list[Pod], list[Pod]]:
    """The pods that take jobs now or will when they have started; those that take their last ones are apart.

    A pod is recyclable when, fully busy, it would have had all its jobs before a successor has started.
    """
    jobs_per_pod = view.limits.jobs_per_pod
    soon = view.start_seconds.value * view.limits.slots_per_pod / view.service_seconds.value
    # Of a pod that takes few jobs in all, at most the last half are its last.
    recycle_from = jobs_per_pod - min(soon, jobs_per_pod // 2)
    active: list[Pod] = []
    recyclable: list[Pod] = []
    for pod in view.pods.values():
        if view.serves(pod):
            (active if view.assignments.taken[pod.name] < recycle_from else recyclable).append(pod)
    return active, recyclable


def _remove(view: View, now: float) -> Iterator[Action]:
    for pod in list(view.pods.values()):
        if pod.terminating or pod.name in view.deleting_pods:
            continue
        has_jobs = pod.name in view.assignments.slots
        if pod.finished:
            if not has_jobs:
                yield DeletePod(pod.name, pod.uid, "it has ended")
        elif view.overdue(pod, now):
            view.launch_backoff.ended(pod.name, pod.trouble or "no reason known", now)
            yield DeletePod(pod.name, pod.uid, "it was not ready for too long")
        elif has_jobs:
            continue
        elif pod.template != view.pod_template:
            yield DeletePod(pod.name, pod.uid, "its pod template is out of date")
        elif view.assignments.taken[pod.name] >= view.limits.jobs_per_pod:
            yield DeletePod(pod.name, pod.uid, "it has had all its jobs")


def _wanted(view: View, now: float, *, any_ready: bool) -> int:
    """As many pods as work the queue off in the time that one more would take to start, and no more than have jobs.

    A shorter queue is served sooner by the pods that are there.
    """
    limits = view.limits
    jobs = len(view.assignments.waiting) + view.assignments.running
    seconds = view.service_seconds.value
    if view.assignments.waiting and any_ready:
        # When no slot has been left for longer than that, jobs take longer than they did.
        seconds = max(seconds, now - view.assignments.moved_at)
    in_time = limits.slots_per_pod * min(view.start_seconds.value, limits.queue_seconds)
    needed = min(math.ceil(jobs * seconds / in_time), math.ceil(jobs / limits.slots_per_pod))
    return min(max(needed, limits.min_warm), limits.max_pods)


def _launch(view: View, now: float, new_name: Callable[[], str], active: list[Pod], want: int) -> Iterator[Action]:
    limits = view.limits
    have = len(active) + len(view.launching)
    if now < view.launch_backoff.hold_until:
        return
    existing = sum(not pod.finished for pod in view.pods.values()) + len(view.launching)
    starting = sum(pod.ready_at is None for pod in active) + len(view.launching)
    count = min(want - have, limits.max_pods - existing, view.launch_backoff.batch - starting)
    for _ in range(count):
        yield Launch(new_name())


def _recycle(view: View, now: float, ready: int, recyclable: list[Pod], want: int) -> Iterator[Action]:
    """Delete what has nearly had all its jobs and has none now, once there are others enough.

    Where there is no room for others, those go that have been idle for long beyond the ones that are wanted.
    """
    recyclable = [pod for pod in recyclable if pod.ready_at is not None]
    surplus = ready + len(recyclable) - want
    for pod in recyclable:
        if pod.name in view.assignments.slots or surplus <= 0:
            continue
        if ready >= want or now - view.assignments.idle_since[pod.name] >= view.limits.idle_seconds:
            surplus -= 1
            yield DeletePod(pod.name, pod.uid, "it has had nearly all its jobs")


def _shrink(view: View, now: float, active: list[Pod], surplus: int) -> Iterator[Action]:
    """Delete what has been idle for long, the longest idle first."""
    idle = sorted(
        (view.assignments.idle_since[pod.name], pod.name, pod.uid)
        for pod in active
        if pod.ready_at is not None and pod.name not in view.assignments.slots
    )
    for since, name, uid in idle[: max(surplus, 0)]:
        if now - since >= view.limits.idle_seconds:
            yield DeletePod(name, uid, "it has been idle")
