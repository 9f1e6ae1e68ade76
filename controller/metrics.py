"""The controller's metrics; label values come from fixed sets only."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge, Histogram

from crds.errors import ErrorCode
from crds.job import Phase

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
# To the default of jobs.ttlSeconds, at which a job expires.
_JOB_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600)
_OUTCOMES = (Phase.DONE, "Cancelled", *ErrorCode)
_OTHER = "Other"

ACTIONS = Counter(
    "pdf_export_controller_actions_total", "Actions carried out, by kind and outcome", ["action", "outcome"]
)
FAILURES = Counter("pdf_export_controller_jobs_failed_total", "Jobs ended by the controller, by code", ["code"])
START_FAILURES = Counter("pdf_export_controller_renderer_start_failures_total", "Renderers that did not start")
QUEUE_SECONDS = Histogram("pdf_export_controller_queue_seconds", "From the request to the assignment", buckets=_SECONDS)
DECIDE_SECONDS = Histogram("pdf_export_controller_decide_seconds", "One pass of the decisions", buckets=_SECONDS)
FINISHED = Counter(
    "pdf_export_controller_jobs_finished_total",
    "Jobs that have ended, by outcome: Done, an error code, Expired (not served in time) or Cancelled",
    ["outcome"],
)
for _outcome in _OUTCOMES:
    # From zero on, so that the first failure is an increase.
    FINISHED.labels(_outcome)
JOB_SECONDS = Histogram(
    "pdf_export_controller_job_seconds", "From the request to the end of a job that is Done", buckets=_JOB_SECONDS
)
JOBS = Gauge("pdf_export_controller_jobs", "PdfExportJobs, by state: waiting, running, finished", ["state"])
OLDEST_WAITING_SECONDS = Gauge(
    "pdf_export_controller_oldest_waiting_seconds", "The age of the job that has waited longest; 0 when none waits"
)
SLOTS = Gauge(
    "pdf_export_controller_slots",
    "Slots, by state: used, or free at renderers that are ready; the sum is all",
    ["state"],
)
PODS = Gauge(
    "pdf_export_controller_pods",
    "Renderer pods, by state (launching, starting, ready, unready, ending) and template (current, former)",
    ["state", "template"],
)
JOBS_FETCHED = Counter(
    "pdf_export_controller_jobs_fetched_total",
    "Changes of jobs that no watch event reported, found by a reconcile pass",
)
LEADER = Gauge("pdf_export_controller_leader", "1 while this replica leads, 0 while it stands by")
SERVICE_SECONDS = Gauge("pdf_export_controller_service_seconds", "How long a job keeps its slot, moving average")
START_SECONDS = Gauge("pdf_export_controller_start_seconds", "How long a renderer takes to start, moving average")
HELD_BACK = Gauge(
    "pdf_export_controller_launches_held_back", "1 while launches pause because pods did not become ready"
)
STORAGE_AVAILABLE = Gauge(
    "pdf_export_controller_storage_available", "1 while the storage takes documents, by the job that ended last; else 0"
)


def count_ending(outcome: str, seconds: float) -> None:
    """Count the end of a job: its outcome, and the seconds from its request to its end."""
    FINISHED.labels(outcome if outcome in _OUTCOMES else _OTHER).inc()
    if outcome == Phase.DONE:
        JOB_SECONDS.observe(seconds)


def set_gauges(
    *,
    leads: bool,
    jobs: Mapping[str, int],
    pods: Mapping[tuple[str, str], int],
    slots: Mapping[str, int],
    oldest_waiting_seconds: float,
    service_seconds: float,
    start_seconds: float,
    launches_held: bool,
    storage_available: bool | None,
) -> None:
    """Set the gauges: who leads, numbers of jobs and slots by state, of pods by state and template, ages, averages."""
    LEADER.set(leads)
    for state, count in jobs.items():
        JOBS.labels(state).set(count)
    for state, count in slots.items():
        SLOTS.labels(state).set(count)
    for labels, count in pods.items():
        PODS.labels(*labels).set(count)
    OLDEST_WAITING_SECONDS.set(oldest_waiting_seconds)
    SERVICE_SECONDS.set(service_seconds)
    START_SECONDS.set(start_seconds)
    HELD_BACK.set(launches_held)
    STORAGE_AVAILABLE.set(storage_available is not False)
