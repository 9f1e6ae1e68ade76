"""The controller's metrics; label values come from fixed sets only."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

ACTIONS = Counter(
    "pdf_export_controller_actions_total", "Actions carried out, by kind and outcome", ["action", "outcome"]
)
FAILURES = Counter("pdf_export_controller_jobs_failed_total", "Jobs ended by the controller, by code", ["code"])
START_FAILURES = Counter("pdf_export_controller_renderer_start_failures_total", "Renderers that did not start")
QUEUE_SECONDS = Histogram("pdf_export_controller_queue_seconds", "From the request to the assignment", buckets=_SECONDS)
DECIDE_SECONDS = Histogram("pdf_export_controller_decide_seconds", "One pass of the decisions", buckets=_SECONDS)
JOBS = Gauge("pdf_export_controller_jobs", "PdfExportJobs in the cache, by state", ["state"])
PODS = Gauge("pdf_export_controller_pods", "Renderer pods, by state", ["state"])
JOBS_FETCHED = Counter(
    "pdf_export_controller_jobs_fetched_total",
    "Changes of jobs that no watch event reported, found by a reconcile pass",
)
SERVICE_SECONDS = Gauge("pdf_export_controller_service_seconds", "How long a job keeps its slot, moving average")
START_SECONDS = Gauge("pdf_export_controller_start_seconds", "How long a renderer takes to start, moving average")
HELD_BACK = Gauge(
    "pdf_export_controller_launches_held_back", "1 while launches pause because pods did not become ready"
)


def set_gauges(
    *,
    waiting: int,
    running: int,
    jobs: int,
    ready: int,
    pods: int,
    launching: int,
    service_seconds: float,
    start_seconds: float,
    launches_held: bool,
) -> None:
    """Set the gauges: numbers of jobs (waiting, running, all) and pods (ready, all, launching), and the averages."""
    JOBS.labels("waiting").set(waiting)
    JOBS.labels("running").set(running)
    JOBS.labels("all").set(jobs)
    PODS.labels("ready").set(ready)
    PODS.labels("all").set(pods)
    PODS.labels("launching").set(launching)
    SERVICE_SECONDS.set(service_seconds)
    START_SECONDS.set(start_seconds)
    HELD_BACK.set(launches_held)
