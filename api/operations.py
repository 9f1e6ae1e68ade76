"""The table of routes: the one list of operations that routing, metrics and the OpenAPI document read."""

from __future__ import annotations

from enum import Enum, StrEnum

from starlette.types import Scope


class RoutePath(StrEnum):
    """The path of each route, as the OpenAPI document writes it; metrics have it as the label `route`."""

    JOBS = "/api/export-pdf/job"
    JOB = "/api/export-pdf/job/{jobId}"
    CONVERT = "/api/export-pdf/convert"
    TEMPLATES = "/api/export-pdf/templates"
    OPENAPI = "/openapi.json"
    HEALTHZ = "/healthz"
    READYZ = "/readyz"
    PAGE = "/"


class Tag(StrEnum):
    """How the OpenAPI document groups operations."""

    JOBS = "Jobs"
    CVS = "CVs"
    TEMPLATES = "Templates"
    SERVICE = "Service"

    @classmethod
    def of(cls, path: RoutePath) -> Tag:
        """The group of all operations on a path."""
        if path in (RoutePath.JOBS, RoutePath.JOB):
            return cls.JOBS
        if path is RoutePath.CONVERT:
            return cls.CVS
        return cls.TEMPLATES if path is RoutePath.TEMPLATES else cls.SERVICE


class Operation(Enum):
    """A method on a path (an operation in the sense of OpenAPI). A GET answers HEAD, too."""

    CREATE_JOB = (RoutePath.JOBS, "POST", "createJob", "Export a CV as a PDF")
    GET_JOB = (RoutePath.JOB, "GET", "getJob", "The status of a job")
    CANCEL_JOB = (RoutePath.JOB, "DELETE", "cancelJob", "Cancel a job, or delete one that has ended")
    CONVERT_CV = (RoutePath.CONVERT, "POST", "convertCv", "A CV of any format that is read, as JSON Resume")
    LIST_TEMPLATES = (
        RoutePath.TEMPLATES,
        "GET",
        "listTemplates",
        "The templates that templateId can name, with the options of each, and the schema of cvData",
    )
    GET_OPENAPI = (RoutePath.OPENAPI, "GET", "getOpenApi", "This document")
    IS_ALIVE = (RoutePath.HEALTHZ, "GET", "isAlive", "Liveness: whether the process answers")
    IS_READY = (RoutePath.READYZ, "GET", "isReady", "Readiness: whether the job cache is in sync")
    GET_PAGE = (RoutePath.PAGE, "GET", "getPage", "A page to try the service")

    def __init__(self, path: RoutePath, method: str, operation_id: str, summary: str) -> None:
        self.path = path
        self.method = method
        self.operation_id = operation_id
        self.summary = summary


_JOB_PREFIX = RoutePath.JOB.removesuffix("{jobId}")
_FIXED = frozenset(path.value for path in RoutePath if path is not RoutePath.JOB)


def operations_of(path: RoutePath) -> list[Operation]:
    """The operations of one path."""
    return [operation for operation in Operation if operation.path is path]


def job_path(job_id: str) -> str:
    """The path of a job."""
    return _JOB_PREFIX + job_id


def route_label(scope: Scope) -> str:
    """The route that a request's path belongs to, from a fixed set: label values are bounded, whatever clients send.

    Waiting for a job (?wait= of a GET, Prefer of a POST) is a route of its own.
    """
    path: str = scope["path"]
    if path == RoutePath.JOBS:
        return path + ("?wait" if any(name == b"prefer" for name, _ in scope["headers"]) else "")
    if path in _FIXED:
        return path
    if path.startswith(_JOB_PREFIX):
        return RoutePath.JOB + ("?wait" if b"wait=" in scope["query_string"] else "")
    return "other"
