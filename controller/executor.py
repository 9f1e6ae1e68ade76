"""Carries the dispatcher's actions out and records their outcomes in the view."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from controller import metrics
from controller.decisions.actions import (
    Action,
    Assign,
    DeleteJob,
    DeletePod,
    Fail,
    JobAction,
    Launch,
    ReportCondition,
    Requeue,
)
from controller.release_client import ReleaseClient
from controller.state.pod import PodTemplate
from controller.state.view import View
from crds import job as jobs
from crds.errors import ErrorCode
from crds.facts import facts_of
from crds.job import Job
from kube.errors import KubeError
from runtime import tracing

log = logging.getLogger("controller")


class Executor:
    """Runs each action in a task of its own, some at once; `on_outcome` is called after each."""

    def __init__(
        self,
        client: ReleaseClient,
        view: View,
        template: PodTemplate,
        on_outcome: Callable[[], None],
        at_once: int,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._view = view
        self._template = template
        self._on_outcome = on_outcome
        self._clock = clock
        self._requests = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, action: Action) -> None:
        """Begin to carry out an action that the view has recorded."""
        self._start_task(self._run(action))

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait for what is under way; each request has a deadline of its own."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, action: Action) -> None:
        ok = False
        try:
            async with self._requests:
                self._view.sent(action, self._clock())
                await self._carry_out(action)
            ok = True
        except KubeError as e:
            ok = await self._failed(action, e)
        except Exception:
            # A bug must not leave the job marked as being worked on.
            log.exception("action %s failed", type(action).__name__)
        finally:
            self._view.settle(action, self._clock(), ok=ok)
            metrics.ACTIONS.labels(type(action).__name__, "ok" if ok else "failed").inc()
            self._on_outcome()

    async def _carry_out(self, action: Action) -> None:
        now = self._view.server_time(self._clock())
        match action:
            case Assign(name, version, renderer, attempt):
                job = self._known(name, version)
                status = jobs.assigned(renderer=renderer, attempt=attempt, now=now, expires=job.expires)
                trace, facts = job.traceparent, facts_of(job, attempt=attempt)
                with tracing.resume("assign", trace, **facts):
                    self._observe(await self._client.change_status(job, status))
                tracing.record("queue", trace, began=job.submitted, ended=now, **facts)
                metrics.QUEUE_SECONDS.observe(max(now - job.submitted, 0.0))
            case Requeue(name, version, renderer):
                job = self._known(name, version)
                self._observe(await self._client.change_status(job, jobs.requeued()))
                log.warning("job %s waits again: its renderer %s is gone", name, renderer)
                self._report_event(
                    job, ErrorCode.RENDERER_LOST, f"Renderer {renderer} is gone; the job waits for another.", now
                )
            case Fail(name, version, error):
                job = self._known(name, version)
                self._observe(await self._client.change_status(job, jobs.failed(error, now=now)))
                metrics.FAILURES.labels(error.code).inc()
                log.warning("job %s failed: %s", name, error)
                self._report_event(job, error.code, error.message, now)
            case DeleteJob(name, uid):
                await self._client.delete_job(name, uid)
                self._view.forget_job(name, uid, self._clock())
            case Launch(pod):
                manifest = self._template.pod(pod, owner=await self._client.owner())
                self._view.observe_pod(await self._client.create_pod(manifest), self._clock())
                log.info("renderer %s launched", pod)
            case DeletePod(pod, uid, reason):
                await self._client.delete_pod(pod, uid)
                log.info("renderer %s deleted: %s", pod, reason)
            case ReportCondition(True, message):
                await self._client.set_available(True, message, now)
            case ReportCondition(False, message):
                metrics.START_FAILURES.inc()
                log.warning(message)
                await self._client.warn("RendererNotReady", message, now)
                await self._client.set_available(False, message, now)

    async def _failed(self, action: Action, error: KubeError) -> bool:
        """What an API server's refusal says about the object; True when the action needs no second try."""
        now = self._clock()
        if error.temporary:
            self._view.unreachable(now)
            log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
        match action:
            case Assign() | Requeue() | Fail() | DeleteJob() if error.status == 404:
                if (job := self._view.jobs.get(action.job)) and _is_about(action, job):
                    self._view.forget_job(action.job, job.uid, now)
                return True
            case DeletePod(pod, uid, _) if error.status in (404, 409):
                self._view.forget_pod(pod, uid, now)
                return True
            case DeleteJob(name, uid) if error.status == 409:
                # The name belongs to another job now; this one is gone.
                self._view.forget_job(name, uid, now)
                return True
            case Assign() | Requeue() | Fail() if error.status in (409, 422):
                # Somebody changed the job in between (409) or it has ended (422): look, then decide anew.
                return await self._fetch_again(action)
            case Launch() if error.status == 409 or _maybe_done(error):
                self._view.unknown_outcome(action, now)
                return False
            case Assign() if _maybe_done(error):
                return await self._fetch_again(action)
            case _:
                if not error.temporary:
                    log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
                return False

    async def _fetch_again(self, action: Assign | Requeue | Fail) -> bool:
        """Whether the job is known better now than before; an assignment stays in doubt when it cannot be seen."""
        before = self._view.jobs.get(action.job)
        try:
            self._observe(await self._client.job(action.job))
        except KubeError as e:
            if e.status == 404 and before:
                self._view.forget_job(action.job, before.uid, self._clock())
            elif isinstance(action, Assign):
                self._view.unknown_outcome(action, self._clock())
        return self._view.jobs.get(action.job) is not before

    def _known(self, name: str, version: int) -> Job:
        """The job that was decided about; the refusal that a request would meet when it is not that any more."""
        job = self._view.jobs.get(name)
        if job is None:
            raise KubeError(404, "NotFound", name)
        if job.resource_version != version:
            raise KubeError(409, "Conflict", name)
        return job

    def _report_event(self, job: Job, reason: str, message: str, now: float) -> None:
        """Make an Event about a job, beside all else: nothing waits for it, and nothing depends on it."""

        async def report() -> None:
            try:
                await self._client.warn(reason, message, now, job)
            except KubeError as e:
                log.warning("no Event about job %s: %s %s", job.name, e.status, e.reason)

        self._start_task(report())

    def _observe(self, job: Job) -> None:
        self._view.observe_job(job, self._clock())


def _is_about(action: JobAction, job: Job) -> bool:
    """Whether an action was decided about this job as it is, not about an earlier one of its name."""
    if isinstance(action, DeleteJob):
        return action.uid == job.uid
    return action.resource_version == job.resource_version


def _maybe_done(error: KubeError) -> bool:
    """Whether a request may have been carried out although it failed; what was throttled or not allowed was not."""
    return error.temporary and error.status not in (403, 429)
