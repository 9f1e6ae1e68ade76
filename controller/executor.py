"""Carries out actions, and reports the outcome of each to the state.

The protocol of an action, in the order of what is recorded:

1. State.apply has recorded it as an expectation before it comes here: the cache lags behind every write.
2. State.sent when its request leaves, which may be later, because the number of requests at once is limited. A list
   from before that proves nothing about a launch.
3. The answer is observed, then State.settle. In the other order the job's slot would be free in between. The watch
   event of the same change may come before or after the answer; the later one has no newer resourceVersion and is
   ignored.

What may fail: an answer may be lost after the request was carried out (`_maybe_done`). Requests about a job carry its
resourceVersion or uid, so that sending one again is refused and does no harm. But a slot or a pod that was given after
all must not be given twice: the job is fetched again, and when that fails too, or the action is a launch, the outcome
stays unknown (State.unknown_outcome) until an event or a list shows it. A refusal says that the object has changed
(409, 422) or is gone (404), and corrects the cache. Whatever else fails is decided again after a pause.

Ends and deletions of expired jobs have their own limit: after an outage there may be thousands of them, and assignments
do not wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from controller import metrics
from controller.release_client import ReleaseClient
from controller.state.actions import (
    Action,
    Assign,
    DeleteJob,
    DeletePod,
    Fail,
    JobAction,
    Launch,
    ReportCondition,
    ReportFailedStart,
    ReportStorage,
    Requeue,
)
from controller.state.pod import PodTemplate
from controller.state.state import State
from crds import job as jobs
from crds.errors import ErrorCode
from crds.facts import facts_of
from crds.job import Job
from kube.errors import KubeError
from runtime import tracing

log = logging.getLogger("controller")

# Of the requests at once, one in so many ends or deletes an expired job.
_CLEANING_ONE_IN = 4
# An answer takes milliseconds. What has none by then is left with an unknown outcome, as when the process is killed.
_STOP_SECONDS = 0.5


class Executor:
    """Runs each action in a task of its own, some at once; `on_outcome` is called after each."""

    def __init__(
        self,
        client: ReleaseClient,
        state: State,
        template: PodTemplate,
        on_outcome: Callable[[], None],
        at_once: int,
        *,
        clock: Callable[[], float],
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_write` is asked before each request is sent."""
        self._client = client
        self._state = state
        self._template = template
        self._on_outcome = on_outcome
        self._clock = clock
        self._may_write = may_write
        self._requests = asyncio.Semaphore(at_once)
        self._cleaning = asyncio.Semaphore(max(at_once // _CLEANING_ONE_IN, 1))
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, action: Action) -> None:
        """Begin to carry out an action that the state has recorded."""
        self._start_task(self._run(action))

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait a moment for the answers to what is under way. The caller lets nothing more be written."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, action: Action) -> None:
        ok, why = False, ""
        try:
            async with self._cleaning if _cleans_up(action) else self._requests:
                if not self._may_write():
                    return
                self._state.sent(action, self._clock())
                await self._send(action)
            ok = True
        except KubeError as e:
            ok, why = await self._failed(action, e), _why(e)
        except Exception:
            # A bug must not leave the job marked as being worked on.
            log.exception("action %s failed", type(action).__name__)
        finally:
            self._state.settle(action, self._clock(), ok=ok, why=why)
            metrics.ACTIONS.labels(type(action).__name__, "ok" if ok else "failed").inc()
            self._on_outcome()

    async def _send(self, action: Action) -> None:
        try:
            await self._carry_out(action)
        except asyncio.CancelledError:
            if isinstance(action, Assign | Launch):
                self._state.unknown_outcome(action, self._clock())
            raise

    async def _carry_out(self, action: Action) -> None:
        now = self._state.server_time(self._clock())
        match action:
            case Assign(name, version, pod, attempt):
                job = self._known(name, version)
                status = jobs.assigned(renderer=pod, attempt=attempt, now=now, expires=job.expires)
                trace, facts = job.traceparent, facts_of(job, attempt=attempt)
                with tracing.resume("assign", trace, **facts):
                    self._observe(await self._client.change_status(job, status))
                tracing.record("queue", trace, began=job.submitted, ended=now, **facts)
                metrics.QUEUE_SECONDS.observe(max(now - job.submitted, 0.0))
            case Requeue(name, version, pod, attempt):
                job = self._known(name, version)
                self._observe(await self._client.change_status(job, jobs.requeued(attempt=attempt, now=now)))
                log.warning("job %s waits again: its renderer %s is lost", name, pod)
                self._report_event(
                    job, ErrorCode.RENDERER_LOST, f"Renderer {pod} is lost; the job waits for another.", now
                )
            case Fail(name, version, error):
                job = self._known(name, version)
                self._observe(await self._client.change_status(job, jobs.failed(error, now=now)))
                metrics.FAILURES.labels(error.code).inc()
                log.warning("job %s failed: %s", name, error)
                self._report_event(job, error.code, error.message, now)
            case DeleteJob(name, uid):
                await self._client.delete_job(name, uid)
                self._state.forget_job(name, uid, self._clock())
            case Launch(pod):
                manifest = self._template.pod(pod, owner=await self._client.owner())
                self._state.observe_pod(await self._client.create_pod(manifest), self._clock())
                log.info("renderer %s launched", pod)
            case DeletePod(pod, uid, reason):
                await self._client.delete_pod(pod, uid)
                log.info("renderer %s deleted: %s", pod, reason)
            case ReportCondition(available, message):
                log.log(logging.INFO if available else logging.WARNING, message)
                await self._client.set_available(available, message, now)
            case ReportFailedStart(message, pod, given_up):
                metrics.START_FAILURES.inc(given_up)
                if warning := await self._last_warning(pod):
                    message = f"{message}; last warning: {warning}"
                    self._state.start_explained(warning)
                log.warning(message)
                await self._client.warn("RendererNotReady", message, now)
            case ReportStorage(available, message):
                log.log(logging.INFO if available else logging.WARNING, message)
                if not available:
                    await self._client.warn("StorageNotAvailable", message, now)
                await self._client.set_storage_available(available, message, now)

    async def _failed(self, action: Action, error: KubeError) -> bool:
        """What an API server's refusal says about the object; True when the action needs no second try."""
        now = self._clock()
        if error.temporary:
            self._state.unreachable(now)
            log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
        match action:
            case Assign() | Requeue() | Fail() | DeleteJob() if error.status == 404:
                if (job := self._state.jobs.get(action.job)) and _is_about(action, job):
                    self._state.forget_job(action.job, job.uid, now)
                return True
            case DeletePod(pod, uid, _) if error.status in (404, 409):
                self._state.forget_pod(pod, uid, now)
                return True
            case DeleteJob(name, uid) if error.status == 409:
                # The name belongs to another job now; this one is gone.
                self._state.forget_job(name, uid, now)
                return True
            case Assign() | Requeue() | Fail() if error.status in (409, 422):
                # Somebody changed the job in between (409) or it has ended (422): fetch it, then decide anew.
                return await self._fetch_again(action)
            case Launch() if error.status == 409 or _maybe_done(error):
                self._state.unknown_outcome(action, now)
                return False
            case Assign() if _maybe_done(error):
                return await self._fetch_again(action)
            case _:
                if not error.temporary:
                    log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
                return False

    async def _fetch_again(self, action: Assign | Requeue | Fail) -> bool:
        """Whether the cache has a newer version of the job now; otherwise an assignment is of unknown outcome."""
        before = self._state.jobs.get(action.job)
        try:
            self._observe(await self._client.job(action.job))
        except KubeError as e:
            if e.status == 404 and before:
                self._state.forget_job(action.job, before.uid, self._clock())
            elif isinstance(action, Assign):
                self._state.unknown_outcome(action, self._clock())
        return self._state.jobs.get(action.job) is not before

    async def _last_warning(self, pod: str) -> str:
        """The last warning about a pod: of a volume, say, that cannot be mounted. Its status does not have that."""
        try:
            return await self._client.last_warning(pod)
        except KubeError as e:
            log.warning("no Events about pod %s: %s %s", pod, e.status, e.reason)
            return ""

    def _known(self, name: str, version: int) -> Job:
        """The job that was decided about; the refusal that a request would meet when it is not that any more."""
        job = self._state.jobs.get(name)
        if job is None:
            raise KubeError(404, "NotFound", name)
        if job.resource_version != version:
            raise KubeError(409, "Conflict", name)
        return job

    def _report_event(self, job: Job, reason: str, message: str, now: float) -> None:
        """Report an Event about a job in a task of its own: nothing waits for it or depends on it."""

        async def report() -> None:
            try:
                await self._client.warn(reason, message, now, job)
            except KubeError as e:
                log.warning("no Event about job %s: %s %s", job.name, e.status, e.reason)

        self._start_task(report())

    def _observe(self, job: Job) -> None:
        self._state.observe_job(job, self._clock())


def _is_about(action: JobAction, job: Job) -> bool:
    """Whether an action was decided about this job as it is, not about an earlier one of its name."""
    if isinstance(action, DeleteJob):
        return action.uid == job.uid
    return action.resource_version == job.resource_version


def _cleans_up(action: Action) -> bool:
    """Whether an action is about a job whose time is over."""
    expires = isinstance(action, Fail) and action.error.code is ErrorCode.EXPIRED
    return expires or isinstance(action, DeleteJob)


def _why(error: KubeError) -> str:
    """Why a pod could not be created, for the operator: a pod's manifest, which it may quote, has nothing personal."""
    return f"{error.status} {error.reason}: {error.message}" if error.status else "the API server did not answer"


def _maybe_done(error: KubeError) -> bool:
    """Whether a request may have been carried out although it failed; what was throttled or not allowed was not."""
    return error.temporary and error.status not in (403, 429)
