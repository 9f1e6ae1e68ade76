"""The dispatcher: from what is known and the time to what is to be done. No I/O, no clock, no chance.

The only thing `decide` changes is the view's record of what it has asked for (View.expect).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from controller.decisions.actions import Action, Assign, DeleteJob, Fail, Requeue
from controller.decisions.scale import scale
from controller.state.pod import Pod
from controller.state.view import View
from crds.errors import ErrorCode, JobError, timeout_error
from crds.job import Job


def decide(view: View, now: float, new_name: Callable[[], str]) -> list[Action]:
    """Everything that is to be done now, in order; `new_name` names the pods to launch."""
    if not view.synced:
        return []
    view.release_held(now)
    steps = [_expire(view, now), _assign(view, now)]
    if view.full_scan_due(now):
        steps = [_expire(view, now), _recover(view, now), _assign(view, now), scale(view, now, new_name)]
    actions: list[Action] = []
    for step in steps:
        for action in step:
            view.expect(action, now)
            actions.append(action)
    return actions


def _expire(view: View, now: float) -> Iterator[Action]:
    for job in view.expired(now):
        yield DeleteJob(job.name, job.uid)


def _recover(view: View, now: float) -> Iterator[Action]:
    """Jobs whose renderer is gone wait again; jobs far over their time fail."""
    server_time = view.server_time(now)
    deadlines = view.deadline_scan_due(now)
    for renderer, jobs in list(view.assignments.slots.items()):
        pod = view.pods.get(renderer)
        if pod is not None and not pod.finished and not deadlines:
            continue
        for name, seen_at in list(jobs.items()):
            if view.busy(name):
                continue
            job = view.jobs[name]
            if view.lost(renderer, seen_at=seen_at):
                yield _requeue_or_fail(job, renderer, view)
            elif server_time > _deadline(job, seen_at, pod, view):
                yield Fail(job.name, job.resource_version, timeout_error(job.timeout_seconds))


def _requeue_or_fail(job: Job, renderer: str, view: View) -> Action:
    if job.attempt >= view.limits.max_attempts:
        message = f"The renderer was lost {job.attempt} times while it had this job; try again later."
        return Fail(job.name, job.resource_version, JobError(ErrorCode.RENDERER_LOST, message))
    return Requeue(job.name, job.resource_version, renderer)


def _deadline(job: Job, seen_at: float, pod: Pod | None, view: View) -> float:
    """When (server's time) the controller ends a job itself: its renderer has hung, or the node has.

    No clock but the server's is relied on, and even that one may be set back: what has been seen here is not later.
    `job.started` is when the assignment was asked for; a slow API server makes it long after, and a renderer knows
    nothing of it before. So what was seen counts, and `job.started` only when an earlier controller made it.
    """
    assigned_at = view.assigned_at(job.name)
    if assigned_at is not None:
        started = view.server_time(assigned_at)
    else:
        started = min(job.started or job.submitted, view.server_time(seen_at))
    if pod is not None and pod.ready_at is not None:
        ready_since = view.launch_backoff.ready_since(pod.name)
        started = max(
            started, pod.ready_at if ready_since is None else min(pod.ready_at, view.server_time(ready_since))
        )
    elif pod is not None:
        # It may be starting: until its own deadline has passed the job's time has not begun.
        created = min(pod.created, view.server_time(view.unready_since[pod.name]))
        started = max(started, created + view.limits.start_deadline_seconds)
    # What was done while the API server did not answer is still to be written.
    started = max(started, view.server_time(view.last_outage))
    return started + job.timeout_seconds + view.limits.deadline_grace_seconds


def _assign(view: View, now: float) -> Iterator[Action]:
    """Waiting jobs go to free slots; to a pod that still starts only when none is ready, and only in its time."""
    while view.assignments.waiting and (pod := view.least_loaded()) is not None:
        if view.overdue(view.pods[pod], now):
            # It is about to be removed, and others that start are not trusted until one is ready.
            break
        name = view.assignments.waiting.pop()
        if name is None:
            break
        job = view.jobs[name]
        yield Assign(job.name, job.resource_version, pod, job.attempt + 1)
