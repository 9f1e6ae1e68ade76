"""Ways to break the controller, each with the laws that must notice it: what is not noticed is not tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from controller import executor, loop
from controller.decisions import dispatch, scale
from controller.state import pod as pod_module
from controller.state.actions import Action, Assign, DeleteJob, DeletePod, Launch, ReportCondition, Requeue
from controller.state.assignments import Assignments
from controller.state.availability import Availability
from controller.state.capacity import Room
from controller.state.launch_backoff import LaunchBackoff
from controller.state.plan import ExpiriesTaken, Plan
from controller.state.pod import Pod
from controller.state.queue import WaitingQueue
from controller.state.state import State
from crds.job import Job
from tests.simulation.laws import Law

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mutation:
    """One part of the controller replaced by one that is wrong."""

    what: str
    laws: tuple[Law, ...]
    """Any of these may notice first."""
    apply: Patch


def _method(owner: type, name: str, wrong: Callable[..., Any]) -> Patch:
    return lambda patch: patch.setattr(owner, name, wrong)


def _function(module: Any, name: str, wrong: Callable[..., Any]) -> Patch:
    return lambda patch: patch.setattr(module, name, wrong)


def _before(owner: type, name: str, change: Callable[..., tuple[Any, ...]]) -> Patch:
    """The method, called with other arguments."""
    right = getattr(owner, name)
    return _method(owner, name, lambda self, *args, **kw: right(self, *change(self, *args), **kw))


def _skip(owner: type, name: str, *kinds: type) -> Patch:
    """The method, which does nothing for actions of these kinds."""
    right = getattr(owner, name)

    def wrong(self: Any, action: Action, *args: Any, **kw: Any) -> Any:
        return None if isinstance(action, kinds) else right(self, action, *args, **kw)

    return _method(owner, name, wrong)


def _no(*_: Any) -> bool:
    return False


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _no_actions(*_: Any, **__: Any) -> Plan:
    return iter(())


def _always_requeue(job: Job, pod: str, _: State) -> Action:
    return Requeue(job.name, job.resource_version, pod, job.attempt)


def _uncounted(state: State, now: float) -> Plan:
    for step in _right_assign(state, now):
        yield replace(step, attempt=1) if isinstance(step, Assign) else step


def _serves_any_template(state: State, pod: Pod) -> bool:
    return not (pod.finished or pod.terminating or pod.name in state.deleting_pods or state.stalled(pod))


def _replace_all(state: State, outdated: list[Pod], _: int) -> Plan:
    for pod in outdated:
        yield DeletePod(pod.name, pod.uid, "at once")


def _start_deadline(state: State, _: Pod) -> float:
    return state.limits.start_deadline_seconds


def _room_of_ending(state: State, name: str) -> Room | None:
    pod = state.pods.get(name)
    if pod is None or pod.template != state.pod_template or state.stalled(pod):
        return None
    return Room(state.limits.slots_per_pod - len(state.jobs_by_pod.get(name, ())), pod.ready_at is not None)


def _lost_when_unready(state: State, name: str, *, seen_at: float) -> bool:
    pod = state.pods.get(name)
    return (pod is not None and pod.ready_at is None) or _right_lost(state, name, seen_at=seen_at)


def _too_early(job: Job, seen_at: float, pod: Pod | None, state: State) -> float:
    return _right_deadline(job, seen_at, pod, state) - job.timeout_seconds - state.limits.deadline_grace_seconds


def _expiries_by_local_time(state: State, now: float) -> Any:
    return _right_expired(state, now - state.server_time(0.0))


def _delete(state: State, now: float) -> Plan:
    if expired := state.expired(now):
        yield ExpiriesTaken(len(expired))
    for name, uid in expired:
        if name in state.jobs and state.jobs[name].uid == uid:
            yield DeleteJob(name, uid)


def _more_slots(state: State, name: str) -> Room | None:
    room = _right_room(state, name)
    return room and Room(room.free + 1, room.ready)


def _unbounded(state: State, now: float, new_name: Callable[[], str], active: list[Pod], want: int) -> Plan:
    starting = len(state.launching) + sum(pod.ready_at is None for pod in active)
    for _ in range(want - len(active) - starting):
        yield Launch(new_name())


def _forget_name(state: State, name: str, uid: str, now: float) -> None:
    state._cache.tombstones[uid] = now
    state._cache.jobs.pop(name, None)


def _received(availability: Availability, now: float, *, ok: bool) -> None:
    _right_settled(availability, now, ok=True)


def _same_condition(state: State, now: float) -> ReportCondition:
    return ReportCondition(True, "all is well")


def _last_announcement(state: State, now: float) -> ReportCondition | None:
    """Renderers that end without a failed start change nothing."""
    condition = _right_condition(state, now)
    if condition is not None and not condition.available and not state._launch_backoff.trouble:
        return None
    return condition


def _nothing_missing(state: State, versions: dict[str, int]) -> tuple[dict[str, int]]:
    return ({**{job.name: job.resource_version for job in state.jobs.values()}, **versions},)


def _last_first(queue: WaitingQueue, job: Job) -> None:
    _right_add(queue, replace(job, submitted=-job.submitted))


def _observe_older(state: State, job: Job, now: float) -> None:
    state._cache.jobs.pop(job.name, None)
    _right_observe_job(state, job, now)


_right_settled = Availability.settled
_right_condition = State.condition
_right_assign = dispatch._assign
_right_deadline = dispatch._deadline
_right_room = State._room
_right_lost = State.lost
_right_expired = State.expired
_right_observe_job = State.observe_job
_right_add = WaitingQueue.add

_QUIET = (Law.ENDS, Law.SERVED)

MUTATIONS = [
    Mutation(
        "what failed is never tried again",
        (*_QUIET, Law.WARM, Law.EXPIRY, Law.SLOTS),
        _method(State, "release_held", _nothing),
    ),
    Mutation("jobs of lost renderers are never queued again", _QUIET, _function(dispatch, "_recover", _no_actions)),
    Mutation(
        "lost events are never made up for", (*_QUIET, Law.VIEW, Law.SLOTS), _function(loop, "_behind", lambda *_: [])
    ),
    Mutation("pods that are overdue stay", (*_QUIET, Law.WARM), _function(scale, "_remove", _no_actions)),
    Mutation(
        "older versions replace newer ones",
        (Law.ONE_RENDERER, Law.ONCE, Law.VIEW, Law.SLOTS, Law.MEMORY, Law.TIMELY, Law.REQUEUED),
        _method(State, "observe_job", _observe_older),
    ),
    Mutation(
        "an assignment or a launch without an answer is taken for refused",
        (Law.SLOTS, Law.MAX_PODS),
        _function(executor, "_maybe_done", _no),
    ),
    Mutation("renderers that report nothing get further jobs", (Law.SILENT,), _function(dispatch, "_is_silent", _no)),
    Mutation("a slot more than there is", (Law.SLOTS,), _method(State, "_room", _more_slots)),
    Mutation(
        "jobs are taken from pods that are not ready",
        (Law.ONE_RENDERER,),
        _method(State, "lost", _lost_when_unready),
    ),
    Mutation("attempts have no limit", (Law.ATTEMPTS,), _function(dispatch, "_requeue_or_fail", _always_requeue)),
    Mutation("no renderer ever ran", (Law.ATTEMPTS,), _method(State, "never_ran", lambda state, pod: True)),
    Mutation("attempts are not counted", (Law.ATTEMPTS,), _function(dispatch, "_assign", _uncounted)),
    Mutation("outdated pods are served", (Law.TEMPLATE,), _method(State, "serves", _serves_any_template)),
    Mutation(
        "outdated pods are deleted before others are ready", (Law.REPLACED,), _function(scale, "_replace", _replace_all)
    ),
    Mutation("pods that are to be deleted are served", (Law.DELETED,), _method(State, "_room", _room_of_ending)),
    Mutation(
        "a renderer lives as long as its pod", (*_QUIET, Law.REQUEUED), _function(pod_module, "_process_ended", _no)
    ),
    Mutation("pods that are not ready any more are served", (Law.READY,), _method(State, "stalled", _no)),
    Mutation("a start counts from the creation", (Law.PATIENT,), _method(State, "patience", _start_deadline)),
    Mutation("jobs get no time", (Law.TIMELY, Law.ONE_RENDERER), _function(dispatch, "_deadline", _too_early)),
    Mutation("a launch without an answer does not count", (Law.MAX_PODS,), _skip(State, "unknown_outcome", Launch)),
    Mutation("max_pods is not kept to", (Law.MAX_PODS, Law.STORM), _function(scale, "_launch", _unbounded)),
    Mutation("failed starts are not waited for", (Law.STORM,), _method(LaunchBackoff, "ended", _nothing)),
    Mutation(
        "users are served as they come",
        (Law.FAIR,),
        _before(WaitingQueue, "add", lambda _, job: (replace(job, user_id=""),)),
    ),
    Mutation(
        "priorities do not count",
        (Law.ORDER,),
        _before(WaitingQueue, "add", lambda _, job: (replace(job, priority=0),)),
    ),
    Mutation("a user's last job comes first", (Law.ORDER,), _method(WaitingQueue, "add", _last_first)),
    Mutation("jobs are never deleted", (Law.EXPIRY,), _function(dispatch, "_expire", _no_actions)),
    Mutation("jobs that were not served are deleted at once", (Law.VISIBLE,), _function(dispatch, "_expire", _delete)),
    Mutation(
        "jobs expire by the controller's clock",
        (Law.EXPIRY, Law.VISIBLE),
        _method(State, "expired", _expiries_by_local_time),
    ),
    Mutation("the pool never shrinks", (Law.WARM,), _function(scale, "_shrink", _no_actions)),
    Mutation("pods are deleted again and again", (Law.ONCE,), _skip(State, "expect", DeletePod)),
    Mutation(
        "jobs that a list lacks are not forgotten",
        (Law.VIEW, Law.SERVED),
        _before(State, "jobs_listed", _nothing_missing),
    ),
    Mutation("pods that have gone are remembered", (Law.MEMORY,), _method(LaunchBackoff, "forget", _nothing)),
    Mutation(
        "jobs that have ended keep their slots", (Law.FINAL, Law.MEMORY), _method(Assignments, "take_out", _nothing)
    ),
    Mutation("a job that has gone keeps its slot", (Law.CRASH,), _method(State, "forget_job", _forget_name)),
    Mutation(
        "the same condition is reported for ever",
        (Law.REST,),
        _method(State, "condition", _same_condition),
    ),
    Mutation(
        "the condition is the last announcement", (Law.CONDITION,), _method(State, "condition", _last_announcement)
    ),
    Mutation("a condition that was not received counts", (Law.CONDITION,), _method(Availability, "settled", _received)),
    Mutation(
        "pods that a list lacks are not forgotten",
        (Law.WARM, Law.SERVED, Law.ENDS, Law.VIEW),
        _before(State, "pods_listed", lambda state, pods: ([*pods, *state.pods.values()],)),
    ),
]
