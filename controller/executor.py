"""Carries the dispatcher's actions out and tells the view what became of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from controller import metrics
from controller.decisions.actions import Action, Announce, Assign, DeleteJob, Fail, JobAction, Launch, Requeue, Retire
from controller.kube import Cluster
from controller.state.pod import PodTemplate
from controller.state.view import View
from crds import job as jobs
from crds.errors import ErrorCode
from crds.facts import facts_of
from crds.job import Job
from kube.client import KubeError
from runtime import tracing

log = logging.getLogger("controller")


class Executor:
    """Runs each action in a task of its own, some at once; `on_outcome` is called after each."""

    def __init__(
        self,
        cluster: Cluster,
        view: View,
        template: PodTemplate,
        on_outcome: Callable[[], None],
        at_once: int,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._cluster = cluster
        self._view = view
        self._template = template
        self._on_outcome = on_outcome
        self._clock = clock
        self._places = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, action: Action) -> None:
        """Begin to carry out an action that the view has recorded."""
        self._begin(self._run(action))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Wait for what is under way; each request has a deadline of its own."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, action: Action) -> None:
        ok = False
        try:
            async with self._places:
                self._view.ask(action, self._clock())
                await self._carry_out(action)
            ok = True
        except KubeError as e:
            ok = await self._failed(action, e)
        except Exception:
            # A bug must not leave the job marked as being worked on.
            log.exception("action %s failed", type(action).__name__)
        finally:
            self._view.end(action, self._clock(), ok=ok)
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
                    self._observe(await self._cluster.change_status(job, status))
                tracing.record("queue", trace, began=job.submitted, ended=now, **facts)
                metrics.QUEUE_SECONDS.observe(max(now - job.submitted, 0.0))
            case Requeue(name, version, renderer):
                job = self._known(name, version)
                self._observe(await self._cluster.change_status(job, jobs.requeued()))
                log.warning("job %s waits again: its renderer %s is gone", name, renderer)
                self._tell(
                    job, ErrorCode.RENDERER_LOST, f"Renderer {renderer} is gone; the job waits for another.", now
                )
            case Fail(name, version, error):
                job = self._known(name, version)
                self._observe(await self._cluster.change_status(job, jobs.failed(error, now=now)))
                metrics.FAILURES.labels(error.code).inc()
                log.warning("job %s failed: %s", name, error)
                self._tell(job, error.code, error.message, now)
            case DeleteJob(name, uid):
                await self._cluster.delete_job(name, uid)
                self._view.forget_job(name, uid, self._clock())
            case Launch(pod):
                manifest = self._template.pod(pod, owner=await self._cluster.owner())
                self._view.observe_pod(await self._cluster.create_pod(manifest), self._clock())
                log.info("renderer %s launched", pod)
            case Retire(pod, uid, reason):
                await self._cluster.delete_pod(pod, uid)
                log.info("renderer %s retired: %s", pod, reason)
            case Announce(True, message):
                await self._cluster.set_available(True, message, now)
            case Announce(False, message):
                metrics.START_FAILURES.inc()
                log.warning(message)
                await self._cluster.warn("RendererNotReady", message, now)
                await self._cluster.set_available(False, message, now)

    async def _failed(self, action: Action, error: KubeError) -> bool:
        """What an API server's refusal tells about the object; True when the action needs no second try."""
        now = self._clock()
        if error.temporary:
            self._view.unreachable(now)
            log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
        match action:
            case Assign() | Requeue() | Fail() | DeleteJob() if error.status == 404:
                if (job := self._view.jobs.get(action.job)) and _is_about(action, job):
                    self._view.forget_job(action.job, job.uid, now)
                return True
            case Retire(pod, uid, _) if error.status in (404, 409):
                self._view.forget_pod(pod, uid, now)
                return True
            case DeleteJob(name, uid) if error.status == 409:
                # The name belongs to another job now; this one is gone.
                self._view.forget_job(name, uid, now)
                return True
            case Assign() | Requeue() | Fail() if error.status in (409, 422):
                # Somebody changed the job in between (409) or it has ended (422): look, then decide anew.
                return await self._look_again(action)
            case Launch() if error.status == 409 or _unclear(error):
                self._view.doubt(action, now)
                return False
            case Assign() if _unclear(error):
                return await self._look_again(action)
            case _:
                if not error.temporary:
                    log.warning("%s failed: %s %s", type(action).__name__, error.status, error.reason)
                return False

    async def _look_again(self, action: Assign | Requeue | Fail) -> bool:
        """Whether the job is known better now than before; an assignment stays in doubt when it cannot be seen."""
        before = self._view.jobs.get(action.job)
        try:
            self._observe(await self._cluster.job(action.job))
        except KubeError as e:
            if e.status == 404 and before:
                self._view.forget_job(action.job, before.uid, self._clock())
            elif isinstance(action, Assign):
                self._view.doubt(action, self._clock())
        return self._view.jobs.get(action.job) is not before

    def _known(self, name: str, version: int) -> Job:
        """The job that was decided about; the refusal that a request would meet when it is not that any more."""
        job = self._view.jobs.get(name)
        if job is None:
            raise KubeError(404, "NotFound", name)
        if job.resource_version != version:
            raise KubeError(409, "Conflict", name)
        return job

    def _tell(self, job: Job, reason: str, message: str, now: float) -> None:
        """Make an Event about a job, beside all else: nothing waits for it, and nothing depends on it."""

        async def tell() -> None:
            try:
                await self._cluster.warn(reason, message, now, job)
            except KubeError as e:
                log.warning("no Event about job %s: %s %s", job.name, e.status, e.reason)

        self._begin(tell())

    def _observe(self, job: Job) -> None:
        self._view.observe_job(job, self._clock())


def _is_about(action: JobAction, job: Job) -> bool:
    """Whether an action was decided about this job as it is, not about an earlier one of its name."""
    if isinstance(action, DeleteJob):
        return action.uid == job.uid
    return action.resource_version == job.resource_version


def _unclear(error: KubeError) -> bool:
    """Whether a request may have been carried out although it failed; what was throttled or not allowed was not."""
    return error.temporary and error.status not in (403, 429)
