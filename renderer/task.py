"""One job from its data to its PDF in storage, and to the status that says so."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from crds import job as jobs
from crds.errors import ErrorCode, JobError, timeout_error, upload_timeout_error
from crds.filenames import safe_file_name
from crds.job import Job
from renderer import metrics
from renderer.chromium.browser import BrowserStuck
from renderer.document import Documents
from renderer.metrics import milliseconds
from renderer.storage.firebase import Storage, Superseded, Target
from renderer.storage.retention import Retention
from runtime.backoff import Backoff

log = logging.getLogger("renderer")

_RENDER_STEPS = ("fillMs", "printMs", "finishMs")
_REMOVAL_BACKOFF_SECONDS = (0.5, 15.0)
# How long the document of a deleted job is tried to be removed.
_REMOVAL_SECONDS = 600.0
# The server's time is known to a second.
_EXPIRY_MARGIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """A job that was assigned to this pod, and the spec it is rendered from (as in the resource, cvData included)."""

    job: Job
    spec: Mapping[str, Any]

    @classmethod
    def from_object(cls, obj: Mapping[str, Any]) -> Self:
        """The assignment in a resource as the API server returns it."""
        return cls(Job.from_object(obj), obj["spec"])

    def target(self, retention: Retention) -> Target:
        """Where this attempt stores its document."""
        job = self.job
        return Target(
            job.name,
            job.submitted,
            safe_file_name(self.spec.get("fileName")),
            job.attempt,
            job.user_id,
            job.expires if retention.with_job else None,
        )


class Exporter:
    """Does jobs; every failure comes back as a status of phase Error, with one of the fixed codes."""

    def __init__(
        self,
        documents: Documents,
        storage: Storage,
        now: Callable[[], float],
        *,
        retention: Retention = Retention(),  # noqa: B008 - it cannot be changed
    ) -> None:
        """`now` is the API server's time: what expiries are compared with, and what a status carries."""
        self._documents = documents
        self._storage = storage
        self._now = now
        self._retention = retention
        self._uploads: dict[str, Target] = {}
        """Where the jobs that run here have begun to upload, by uid."""

    async def export(self, assignment: Assignment) -> jobs.Status:
        """The final status of a job, reached within its timeoutSeconds.

        BrowserStuck passes through: the process has to end. So do Superseded and a cancellation. `cleanup` is to be
        called afterwards, whatever the outcome.
        """
        job = assignment.job
        timings: dict[str, float] = {}
        began = time.monotonic()
        if job.started is not None:
            timings["queueMs"] = milliseconds(max(job.started - job.submitted, 0.0))
        try:
            async with asyncio.timeout(job.timeout_seconds):
                return await self._export(assignment, timings)
        except TimeoutError:
            error = _timeout_error(job.timeout_seconds, timings, time.monotonic() - began)
        except JobError as e:
            error = e
        except (BrowserStuck, Superseded):
            raise
        except Exception as e:
            # The message may quote the data: only the type and the place are logged.
            place = traceback.extract_tb(e.__traceback__)[-1]
            log.error("job %s: %s at %s:%s", job.name, type(e).__name__, place.filename, place.lineno)
            error = JobError(ErrorCode.INTERNAL, f"The renderer failed unexpectedly ({type(e).__name__}).")
        log.warning("job %s failed: %s%s", job.name, error.code, f" ({error.detail})" if error.detail else "")
        metrics.JOBS.labels(error.code).inc()
        return jobs.failed(error, now=self._now(), timings=timings)

    async def cleanup(self, assignment: Assignment, *, done: bool) -> None:
        """Remove what this job or an earlier attempt at it has stored, unless its status names it (`done`).

        Tried until it works or the job expires: what is left then is in the log.
        """
        job = assignment.job
        target = self._uploads.pop(job.uid, None)
        if done or (target is None and job.attempt <= 1):
            return
        await self._remove(assignment, target or assignment.target(self._retention), until=job.expires)

    async def job_deleted(self, assignment: Assignment) -> None:
        """Remove the document of a job that was done here and is deleted now, unless it is to be kept beyond its job.

        A deletion at the job's expiry is the controller's. An earlier one is somebody's wish, which counts in any case.
        """
        now = self._now()
        if self._retention.with_job or now < assignment.job.expires - _EXPIRY_MARGIN_SECONDS:
            await self._remove(assignment, assignment.target(self._retention), until=now + _REMOVAL_SECONDS)
            metrics.DOCUMENTS_REMOVED.labels("JobDeleted").inc()

    async def _remove(self, assignment: Assignment, target: Target, *, until: float) -> None:
        backoff = Backoff(*_REMOVAL_BACKOFF_SECONDS)
        while True:
            try:
                await self._storage.remove(target)
                return
            except JobError:
                if self._now() >= until:
                    name = assignment.job.name
                    log.warning("job %s: its document may still be in storage, which does not answer", name)
                    return
                await backoff.pause()

    async def _export(self, assignment: Assignment, timings: dict[str, float]) -> jobs.Status:
        job = assignment.job
        began = time.monotonic()
        rendered = await self._documents.render(assignment.spec, timings)
        document = rendered.document
        timings["renderMs"] = round(sum(timings[step] for step in _RENDER_STEPS), 1)
        target = self._uploads[job.uid] = assignment.target(self._retention)
        with metrics.step("upload", timings):
            file_url = await self._storage.upload(
                target,
                document.pdf,
                secret=job.uid,
                timeout_seconds=max(job.timeout_seconds - (time.monotonic() - began), 0.1),
            )
        metrics.JOBS.labels("Done").inc()
        return jobs.done(
            file_url=file_url,
            storage_path=target.path,
            size_bytes=len(document.pdf),
            pages=document.pages,
            sha256=document.sha256,
            timings=timings,
            warnings=rendered.warnings,
            now=self._now(),
        )


def _timeout_error(timeout_seconds: int, timings: Mapping[str, float], seconds: float) -> JobError:
    """The error of a job whose time is over after so many seconds, by what took most of them."""
    printed = timings.get("renderMs")
    if printed is None or printed / 1000 > seconds / 2:
        return timeout_error(timeout_seconds)
    return upload_timeout_error(render_seconds=printed / 1000, upload_seconds=seconds - printed / 1000)
