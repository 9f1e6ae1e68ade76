"""One job from its data to its PDF in storage, and to the status that says so."""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Mapping
from typing import Any

from crds import job as jobs
from crds.errors import ErrorCode, JobError, timeout_error
from crds.filenames import safe_file_name
from crds.job import Job
from renderer import metrics
from renderer.browser import BrowserStuck
from renderer.document import Documents
from renderer.metrics import milliseconds
from renderer.storage import Storage

log = logging.getLogger("renderer")

_RENDER_STEPS = ("fillMs", "printMs", "finishMs")


class Exporter:
    """Does jobs; every failure comes back as a status of phase Error, with one of the fixed codes."""

    def __init__(self, documents: Documents, storage: Storage) -> None:
        self._documents = documents
        self._storage = storage

    async def export(self, job: Job, spec: Mapping[str, Any]) -> jobs.Status:
        """The final status of a job, reached within its timeoutSeconds.

        BrowserStuck passes through: the process has to end. So does a cancellation.
        """
        timings: dict[str, float] = {}
        if job.started is not None:
            timings["queueMs"] = milliseconds(max(job.started - job.submitted, 0.0))
        try:
            async with asyncio.timeout(job.timeout_seconds):
                return await self._export(job, spec, timings)
        except TimeoutError:
            error = timeout_error(job.timeout_seconds)
        except JobError as e:
            error = e
        except BrowserStuck:
            raise
        except Exception as e:
            # The message may quote the data: only the type and the place are logged.
            place = traceback.extract_tb(e.__traceback__)[-1]
            log.error("job %s: %s at %s:%s", job.name, type(e).__name__, place.filename, place.lineno)
            error = JobError(ErrorCode.INTERNAL, f"The renderer failed unexpectedly ({type(e).__name__}).")
        log.warning("job %s failed: %s", job.name, error.code)
        metrics.JOBS.labels(error.code).inc()
        return jobs.failed(error, now=time.time(), timings=timings)

    async def _export(self, job: Job, spec: Mapping[str, Any], timings: dict[str, float]) -> jobs.Status:
        began = time.monotonic()
        rendered = await self._documents.render(spec, timings)
        document = rendered.document
        timings["renderMs"] = round(sum(timings[step] for step in _RENDER_STEPS), 1)
        file_name = safe_file_name(spec.get("fileName"))
        with metrics.step("upload", timings):
            uploaded = await self._storage.upload(
                job.name,
                file_name,
                document.pdf,
                secret=job.uid,
                timeout_seconds=max(job.timeout_seconds - (time.monotonic() - began), 0.1),
            )
        metrics.JOBS.labels("Done").inc()
        return jobs.done(
            file_url=uploaded.file_url,
            storage_path=uploaded.storage_path,
            size_bytes=len(document.pdf),
            pages=document.pages,
            sha256=document.sha256,
            timings=timings,
            warnings=rendered.warnings,
            now=time.time(),
        )
