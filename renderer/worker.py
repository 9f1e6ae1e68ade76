"""The worker: takes the jobs assigned to its pod, has them exported, writes the results into their status."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from crds.client import PdfExportJobClient
from crds.facts import facts_of, outcome
from crds.job import Job, Phase, Status
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from renderer import metrics
from renderer.chromium.browser import BrowserStuck
from renderer.metrics import step
from renderer.storage.firebase import Superseded
from renderer.task import Assignment, Exporter
from runtime import tracing
from runtime.backoff import Backoff

log = logging.getLogger("renderer")

_BACKOFF_SECONDS = (0.1, 3.0)
# How long what is to be removed from storage may delay the end of the process.
_CLEANUP_SECONDS = 10.0


class Worker:
    """Takes jobs from an informer on status.renderer, whose handler this is; each job runs in a task.

    The controller bounds how many there are at once. The worker ends when drain() was called and its jobs are finished.
    From then on, and after its jobs_per_pod, it reports that it accepts no more. It still does what it is given then,
    since its end would cost such a job an attempt: for late_seconds at least, after which the controller has received
    the report, and until a last list of its jobs has nothing new.
    """

    def __init__(
        self,
        kube: KubeClient,
        exporter: Exporter,
        *,
        namespace: str,
        pod_name: str,
        jobs_per_pod: int,
        late_seconds: float = 2.0,
    ) -> None:
        self._kube = kube
        self._exporter = exporter
        self._jobs = PdfExportJobClient(kube, namespace)
        self._informer = self._jobs.informer(self, field_selector=f"status.renderer={pod_name}")
        self._pod_name = pod_name
        self._jobs_left = jobs_per_pod
        self._running: dict[str, asyncio.Task[None]] = {}
        self._cleanups: set[asyncio.Task[None]] = set()
        self._taken: set[str] = set()
        self._reporting: set[str] = set()
        self._late_seconds = late_seconds
        self._draining = False
        self._closed = False
        self._changed = asyncio.Event()
        self._stuck = False

    @property
    def accepting(self) -> bool:
        """Whether the worker is to be given new jobs."""
        return self._informer.listed and not self._draining and self._jobs_left > 0

    def drain(self) -> None:
        """Accept nothing new, and end when what it has been given is finished; from within the running loop."""
        if not self._draining:
            self._draining = True
            asyncio.get_running_loop().call_later(self._late_seconds, self._close)

    async def run(self) -> None:
        """Work until drained; BrowserStuck when only a new process helps (its jobs are queued again)."""
        follow = asyncio.create_task(self._informer.run())
        follow.add_done_callback(lambda _: self._changed.set())
        try:
            while self._running or not self._closed or await self._take_late():
                await self._changed.wait()
                self._changed.clear()
                if self._stuck:
                    raise BrowserStuck
                if follow.done():
                    follow.result()
            if self._cleanups:
                await asyncio.wait(self._cleanups, timeout=_CLEANUP_SECONDS)
        finally:
            for task in (follow, *self._cleanups):
                task.cancel()

    def _close(self) -> None:
        self._closed = True
        self._changed.set()

    async def _take_late(self) -> bool:
        """Begin what this pod has been given and the informer has not delivered; whether there was any."""
        try:
            for obj in await self._jobs.list(f"status.renderer={self._pod_name}"):
                self.put(obj)
        except KubeError as e:
            log.warning("ending without a last look at the jobs of this pod: %s %s", e.status, e.reason)
        return bool(self._running)

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        """Cancel the jobs that this pod has no longer."""
        for uid in set(self._running) - set(uids.values()):
            self._cancel(uid)

    def deleted(self, obj: JsonObject) -> None:
        """Cancel a job that was deleted or is no longer this pod's: with a field selector both look the same.

        One that was done cannot have lost its renderer: it was deleted, and so may its document be.
        """
        self._cancel(obj["metadata"]["uid"])
        assignment = Assignment.from_object(obj)
        if assignment.job.phase is Phase.DONE:
            self._clean_up(self._exporter.job_deleted(assignment))

    def put(self, obj: JsonObject) -> None:
        """Begin a job that was assigned to this pod; cancel one that is not to be rendered any more."""
        assignment = Assignment.from_object(obj)
        job = assignment.job
        if job.phase is not Phase.RENDERING:
            self._cancel(job.uid)
        elif job.uid not in self._taken:
            self._taken.add(job.uid)
            self._jobs_left -= 1
            task = asyncio.create_task(self._do(assignment))
            self._running[job.uid] = task
            task.add_done_callback(lambda _: self._finished(job.uid))
            metrics.RUNNING.set(len(self._running))

    def _cancel(self, uid: str) -> None:
        # The event of the result's own patch comes before the patch's answer.
        if uid not in self._reporting and (task := self._running.get(uid)):
            task.cancel()

    def _finished(self, uid: str) -> None:
        del self._running[uid]
        self._reporting.discard(uid)
        metrics.RUNNING.set(len(self._running))
        self._changed.set()

    async def _do(self, assignment: Assignment) -> None:
        job, done = assignment.job, False
        try:
            with tracing.resume("render", job.traceparent, **facts_of(job, attempt=job.attempt)) as span:
                status = await self._exporter.export(assignment)
                span.set(**outcome(status))
                self._reporting.add(job.uid)
                with step("patch"):
                    done = await self._report(job, status)
            metrics.JOB_SECONDS.observe(max(self._kube.now() - job.submitted, 0.0))
        except BrowserStuck:
            log.error("Chromium is stuck; ending so that the jobs are queued again")
            self._stuck = True
        except (asyncio.CancelledError, Superseded):
            log.info("job %s was taken away", job.name)
        self._clean_up(self._exporter.cleanup(assignment, done=done))

    def _clean_up(self, work: Coroutine[Any, Any, None]) -> None:
        cleanup = asyncio.create_task(work)
        self._cleanups.add(cleanup)
        cleanup.add_done_callback(self._cleanups.discard)

    async def _report(self, job: Job, status: Status) -> bool:
        """Write the result; retried until the job expires, dropped when the job is not ours any more.

        Whether the job is Done now, or may be: then its document stays.
        """
        done = bool(status["phase"] == Phase.DONE)
        backoff = Backoff(*_BACKOFF_SECONDS)
        while True:
            try:
                await self._jobs.put_status(job, status)
                return done
            except KubeError as e:
                if e.status == 409:
                    current = await self._current(job)
                    if current is not None and current.phase.finished:
                        # Perhaps by us: an answer may have been lost.
                        return current.phase is Phase.DONE
                    if current is None or (current.renderer, current.attempt) != (self._pod_name, job.attempt):
                        log.warning("result of job %s dropped: it is not this pod's any more", job.name)
                        return False
                    job = current
                elif not e.temporary:
                    log.warning("result of job %s dropped: %s %s", job.name, e.status, e.reason)
                    return False
                elif self._kube.now() >= job.expires:
                    log.warning("result of job %s dropped: it has expired, %s %s", job.name, e.status, e.reason)
                    return done
                await backoff.pause()

    async def _current(self, job: Job) -> Job | None:
        """The job as it is now, as far as that can be seen; None when it is gone."""
        try:
            items = await self._jobs.list(f"metadata.name={job.name}")
        except KubeError:
            return job
        return next((current for item in items if (current := Job.from_object(item)).uid == job.uid), None)
