"""What is to be done about jobs and pods, from the state and the time. No I/O, no clock, no chance.

A decision only reads the state. It returns a plan (state/plan.py), whose steps State.apply records. The plan is lazy:
each step is recorded before the next is drawn, so later steps see earlier ones, and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Callable

from controller.decisions.scale import scale
from controller.state.actions import Action, Assign, DeleteJob, Fail, Requeue
from controller.state.plan import DeadlineScanMade, ExpiriesTaken, FullScanMade, Plan, PodRetired, RetriesReleased
from controller.state.pod import Pod
from controller.state.reader import StateReader
from crds.errors import ErrorCode, JobError, expired_error, timeout_error
from crds.job import Job
from runtime.text import counted


def decide(state: StateReader, now: float, new_name: Callable[[], str]) -> Plan:
    """Everything that is to be done now, in order; `new_name` names the pods to launch. Consume it with State.apply.

    Expiries and waiting jobs are looked at in every pass, all pods and all running jobs only when a scan is due.
    """
    if not state.synced:
        return
    if state.retries_due(now):
        yield RetriesReleased()
    full_scan = state.full_scan_due(now)
    if full_scan:
        yield FullScanMade()
    yield from _expire(state, now)
    if full_scan:
        yield from _recover(state, now)
    yield from _assign(state, now)
    if full_scan:
        yield from scale(state, now, new_name)


def _expire(state: StateReader, now: float) -> Plan:
    """Jobs whose time is over are deleted; one that was not served ends first, and stays a while for its client."""
    expired = state.expired(now)
    if expired:
        yield ExpiriesTaken(len(expired))
    for name, uid in expired:
        job = state.jobs.get(name)
        if job is None or job.uid != uid or state.is_being_deleted(name):
            continue
        if state.server_time(now) >= job.deleted_at:
            yield DeleteJob(name, uid)
        elif not job.phase.finished and not state.is_busy(name):
            yield Fail(job.name, job.resource_version, expired_error(round(job.expires - job.created)))


def _recover(state: StateReader, now: float) -> Plan:
    """Jobs whose renderer is gone, or reports nothing, wait again; others far over their time fail."""
    server_time = state.server_time(now)
    deadlines = state.deadline_scan_due(now)
    if deadlines:
        yield DeadlineScanMade()
    pods = state.pods
    for pod, jobs in list(state.jobs_by_pod.items()):
        known = pods.get(pod)
        if known is not None and not known.finished and not known.node_lost and not deadlines:
            continue
        for name, seen_at in list(jobs.items()):
            if state.is_busy(name):
                continue
            job = state.jobs[name]
            if state.lost(pod, seen_at=seen_at):
                yield _requeue_or_fail(job, pod, state)
            elif server_time > _deadline(job, seen_at, known, state):
                if known is not None and _is_silent(known, seen_at, state):
                    yield _requeue_or_fail(job, pod, state)
                    yield PodRetired(pod, "it let a job's time pass without a report")
                else:
                    yield Fail(job.name, job.resource_version, timeout_error(job.timeout_seconds))


def _is_silent(pod: Pod, seen_at: float, state: StateReader) -> bool:
    """Whether a ready pod has ended no job since it got one whose time has passed.

    The kubelet reaches it, but it hears nothing or cannot write: so would it be with the next job, and this one is
    not to blame. A job that hangs is ended by its renderer.
    """
    return pod.ready_at is not None and not state.reported_since(pod.name, seen_at)


def _requeue_or_fail(job: Job, pod: str, state: StateReader) -> Action:
    if state.never_ran(pod):
        return Requeue(job.name, job.resource_version, pod, job.attempt - 1)
    if job.attempt >= state.limits.max_attempts:
        message = f"The renderer was lost {counted(job.attempt, 'time')} while it had this job; try again later."
        return Fail(job.name, job.resource_version, JobError(ErrorCode.RENDERER_LOST, message))
    return Requeue(job.name, job.resource_version, pod, job.attempt)


def _deadline(job: Job, seen_at: float, pod: Pod | None, state: StateReader) -> float:
    """When (server's time) the controller ends a job itself: its renderer has hung, or the node has.

    No clock but the server's is relied on, and even that one may be set back: what has been seen here is not later.
    `job.started` is when the assignment was asked for; a slow API server makes it long after, and a renderer has
    not received it before. So what was seen counts, and `job.started` only when an earlier controller made it.
    """
    assigned_at = state.assigned_at(job.name)
    if assigned_at is not None:
        started = state.server_time(assigned_at)
    else:
        started = min(job.started or job.submitted, state.server_time(seen_at))
    if pod is not None and pod.ready_at is not None:
        ready_since = state.ready_since(pod.name)
        started = max(
            started, pod.ready_at if ready_since is None else min(pod.ready_at, state.server_time(ready_since))
        )
    elif pod is not None and not state.stalled(pod):
        # It may be starting: until its own deadline has passed the job's time has not begun.
        began = state.server_time(state.unready_since(pod.name))
        started = max(started, began + state.limits.start_deadline_seconds)
    # What was done while the API server did not answer is still to be written.
    started = max(started, state.server_time(state.last_outage))
    return started + job.timeout_seconds + state.limits.deadline_grace_seconds


def _assign(state: StateReader, now: float) -> Plan:
    """Waiting jobs go to free slots; to a pod that still starts only when none is ready, and only in its time."""
    while state.waiting_jobs and (pod := state.least_loaded()) is not None:
        # One that is overdue is about to be removed, and others that start are not trusted until one is ready.
        if state.overdue(state.pods[pod], now) or (job := state.next_waiting()) is None:
            break
        yield Assign(job.name, job.resource_version, pod, job.attempt + 1)
