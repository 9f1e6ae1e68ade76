"""The renderer's metrics; label values come from fixed sets only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge, Histogram

from runtime import tracing

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5, 10, 30, 60)

JOBS = Counter("pdf_export_renderer_jobs_total", "Jobs ended here, by outcome (Done or an error code)", ["outcome"])
STEP_SECONDS = Histogram(
    "pdf_export_renderer_step_seconds",
    "Time of a step: fill, print, finish, upload, patch",
    ["step"],
    buckets=_SECONDS,
)
JOB_SECONDS = Histogram(
    "pdf_export_renderer_job_seconds", "From the request to the written result of a job", buckets=_SECONDS
)
DOCUMENTS_REMOVED = Counter(
    "pdf_export_renderer_documents_removed_total",
    "Documents of done jobs removed from storage: JobDeleted or RetentionOver",
    ["reason"],
)
RUNNING = Gauge("pdf_export_renderer_jobs_running", "Jobs this pod has now")
TEMPLATES_BROKEN = Gauge("pdf_export_renderer_templates_broken", "Templates that cannot be used; the log says why")
SANDBOXED = Gauge(
    "pdf_export_renderer_chromium_sandboxed", "1: Chromium runs in its own sandbox; 0: it does not, the log says why"
)


@contextmanager
def step(name: str, timings: dict[str, float] | None = None) -> Iterator[None]:
    """Measure a step (fill, print, finish, upload or patch), whether it succeeds or not: into the metrics, the job's
    trace, and into `timings`, milliseconds by the names of status.timings, for example fillMs."""
    began = time.perf_counter()
    try:
        with tracing.step(name):
            yield
    finally:
        seconds = time.perf_counter() - began
        STEP_SECONDS.labels(name).observe(seconds)
        if timings is not None:
            timings[f"{name}Ms"] = milliseconds(seconds)


def milliseconds(seconds: float) -> float:
    """As status.timings has them."""
    return round(seconds * 1000, 1)
