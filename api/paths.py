"""The table of routes: what routing, metrics and the OpenAPI document name a route by."""

from __future__ import annotations

from enum import StrEnum


class RoutePath(StrEnum):
    """The path of each route, as the OpenAPI document writes it."""

    JOBS = "/api/export-pdf/job"
    JOB = "/api/export-pdf/job/{jobId}"
    TEMPLATES = "/api/export-pdf/templates"
    OPENAPI = "/openapi.json"
    HEALTHZ = "/healthz"
    READYZ = "/readyz"
    METRICS = "/metrics"
    PAGE = "/"


JOB_PREFIX = RoutePath.JOB.removesuffix("{jobId}")
_FIXED = frozenset(path.value for path in RoutePath if path is not RoutePath.JOB)


def job_path(job_id: str) -> str:
    """The path of a job."""
    return JOB_PREFIX + job_id


def route_label(path: str, query: bytes) -> str:
    """The route that a request's path belongs to, from a fixed set: label values are bounded, whatever clients send.

    Waiting for a job (?wait=) is a route of its own.
    """
    if path in _FIXED:
        return path
    if path.startswith(JOB_PREFIX):
        return RoutePath.JOB + ("?wait" if b"wait=" in query else "")
    return "other"
