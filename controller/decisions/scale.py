"""How many renderer pods there should be: part of the dispatcher, as pure as it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from controller.decisions.actions import Action, Launch, Retire
from controller.state.pod import Pod
from controller.state.view import View


def scale(view: View, now: float, new_name: Callable[[], str]) -> Iterator[Action]:
    """Remove what is of no use, launch what is missing, shrink what has been idle."""
    yield from _remove(view, now)
    if announcement := view.starts.take_announcement():
        yield announcement
    active, worn = _serving(view)
    ready = sum(pod.ready_at is not None for pod in active)
    want = _wanted(view, now, any_ready=ready > 0)
    yield from _launch(view, now, new_name, active, want)
    yield from _succeed(view, now, ready, worn, want)
    yield from _shrink(view, now, active, ready - want)


def _serving(view: View) -> tuple[list[Pod], list[Pod]]:
    """The pods that take jobs now or will when they have started; those that take their last ones are apart.

    A pod that, fully busy, has had all its jobs before another has started is worn: time for its successor.
    """
    jobs_per_pod = view.limits.jobs_per_pod
    soon = view.pace.start_seconds * view.limits.slots_per_pod / view.pace.service_seconds
    # Of a pod that takes few jobs in all, at most the last half are its last.
    worn_from = jobs_per_pod - min(soon, jobs_per_pod // 2)
    active: list[Pod] = []
    worn: list[Pod] = []
    for pod in view.pods.values():
        if view.serves(pod):
            (active if view.places.taken[pod.name] < worn_from else worn).append(pod)
    return active, worn


def _remove(view: View, now: float) -> Iterator[Action]:
    for pod in list(view.pods.values()):
        if pod.terminating or pod.name in view.retiring:
            continue
        has_jobs = pod.name in view.places.slots
        if pod.finished:
            if not has_jobs:
                yield Retire(pod.name, pod.uid, "it has ended")
        elif view.overdue(pod, now):
            view.starts.ended(pod.name, pod.trouble or "no reason known", now)
            yield Retire(pod.name, pod.uid, "it was not ready for too long")
        elif has_jobs:
            continue
        elif pod.template != view.pod_template:
            yield Retire(pod.name, pod.uid, "its pod template is out of date")
        elif view.places.taken[pod.name] >= view.limits.jobs_per_pod:
            yield Retire(pod.name, pod.uid, "it has had all its jobs")


def _wanted(view: View, now: float, *, any_ready: bool) -> int:
    """As many pods as work the queue off in the time that one more would take to start, and no more than have jobs.

    A shorter queue is served sooner by the pods that are there.
    """
    limits = view.limits
    jobs = len(view.places.waiting) + view.places.running
    seconds = view.pace.service_seconds
    if view.places.waiting and any_ready:
        # When no slot has been left for longer than that, jobs take longer than they did.
        seconds = max(seconds, now - view.places.moved_at)
    in_time = limits.slots_per_pod * min(view.pace.start_seconds, limits.queue_seconds)
    needed = min(math.ceil(jobs * seconds / in_time), math.ceil(jobs / limits.slots_per_pod))
    return min(max(needed, limits.min_warm), limits.max_pods)


def _launch(view: View, now: float, new_name: Callable[[], str], active: list[Pod], want: int) -> Iterator[Action]:
    limits = view.limits
    have = len(active) + len(view.launching)
    if now < view.starts.hold_until:
        return
    existing = sum(not pod.finished for pod in view.pods.values()) + len(view.launching)
    starting = sum(pod.ready_at is None for pod in active) + len(view.launching)
    count = min(want - have, limits.max_pods - existing, view.starts.batch - starting)
    for _ in range(count):
        yield Launch(new_name())


def _succeed(view: View, now: float, ready: int, worn: list[Pod], want: int) -> Iterator[Action]:
    """Retire what has nearly had all its jobs and has none now, once there are others enough.

    Where there is no room for others, those go that have been idle for long beyond the ones that are wanted.
    """
    worn = [pod for pod in worn if pod.ready_at is not None]
    surplus = ready + len(worn) - want
    for pod in worn:
        if pod.name in view.places.slots or surplus <= 0:
            continue
        if ready >= want or now - view.places.idle_since[pod.name] >= view.limits.idle_seconds:
            surplus -= 1
            yield Retire(pod.name, pod.uid, "it has had nearly all its jobs")


def _shrink(view: View, now: float, active: list[Pod], surplus: int) -> Iterator[Action]:
    """Retire what has been idle for long, the longest idle first."""
    idle = sorted(
        (view.places.idle_since[pod.name], pod.name, pod.uid)
        for pod in active
        if pod.ready_at is not None and pod.name not in view.places.slots
    )
    for since, name, uid in idle[: max(surplus, 0)]:
        if now - since >= view.limits.idle_seconds:
            yield Retire(name, uid, "it has been idle")
