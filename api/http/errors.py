"""Error answers: the exception, the kinds of it, and the JSON shape {"error", "message", "type", "details"?}."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crds.errors import HttpErrorKind
from kube.errors import KubeError

UNREACHABLE_RETRY_SECONDS = 3
QUOTA_RETRY_SECONDS = 10
_MAX_RETRY_SECONDS = 60


@dataclass(frozen=True)
class Problem:
    """A field that is not valid: its path in the request, and which values are valid."""

    field: str
    message: str


@dataclass(eq=False)
class ApiError(Exception):
    """An error to answer with; the message is for people and states what to do about it."""

    kind: HttpErrorKind
    message: str
    details: Sequence[Problem] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.kind.status

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        body = error_body(self.kind, self.message)
        if self.details:
            body["details"] = [{"field": p.field, "message": p.message} for p in self.details]
        return body


def error_body(kind: HttpErrorKind, message: str) -> dict[str, Any]:
    """The JSON object of an answer. `type` is RFC 9457's, and links to what the kind means and what to do about it."""
    return {"error": kind, "message": message, "type": kind.type}


def bad_request(message: str) -> ApiError:
    """400: the body is not valid JSON (RFC 8259)."""
    return ApiError(HttpErrorKind.BAD_REQUEST, message)


def unauthorized(message: str, *, sent: bool = True) -> ApiError:
    """401: no token was sent, or (`sent`) an invalid one (RFC 6750, 3). The message must not quote it."""
    challenge = 'Bearer realm="pdf-export"' + (', error="invalid_token"' if sent else "")
    return ApiError(HttpErrorKind.UNAUTHORIZED, message, headers={"WWW-Authenticate": challenge})


def forbidden(problems: Sequence[Problem]) -> ApiError:
    """403: fields that the caller may not choose; the message names them too."""
    message = "; ".join(f"{p.field}: {p.message}" for p in problems)
    return ApiError(HttpErrorKind.FORBIDDEN, message, details=tuple(problems))


def too_many(message: str, *, retry_after: int) -> ApiError:
    """429: the caller is over a limit; the same request may succeed in `retry_after` seconds."""
    return ApiError(HttpErrorKind.TOO_MANY, message, headers={"Retry-After": str(retry_after)})


def too_large(limit: int) -> ApiError:
    """413: the body is longer than `limit` bytes."""
    return ApiError(HttpErrorKind.TOO_LARGE, f"The request body may have at most {limit} bytes.")


def invalid(problems: Sequence[Problem]) -> ApiError:
    """422: fields that are not valid; the message names them too."""
    shown = "; ".join(f"{p.field}: {p.message}" for p in problems[:5])
    more = f"; and {len(problems) - 5} more" if len(problems) > 5 else ""
    return ApiError(HttpErrorKind.INVALID, f"{shown}{more}", details=tuple(problems))


def unavailable(message: str, *, retry_after: int) -> ApiError:
    """503: the same request may succeed in `retry_after` seconds."""
    return ApiError(HttpErrorKind.UNAVAILABLE, message, headers={"Retry-After": str(retry_after)})


def whole_retry_seconds(seconds: float) -> int:
    """A waiting time as Retry-After has it: whole seconds, rounded up, 1 to 60."""
    return max(1, min(_MAX_RETRY_SECONDS, math.ceil(seconds)))


def job_not_found(job_id: str) -> JSONResponse:
    """404 for a job, in its own shape."""
    message = "The job may have expired or never existed."
    kind = HttpErrorKind.JOB_NOT_FOUND
    return JSONResponse({"error": kind, "jobId": job_id, "message": message}, kind.status)


def from_kube(e: KubeError) -> ApiError:
    """The answer for a failure of the Kubernetes API server. The server's message is not passed on: it may quote the
    request."""
    if e.too_large:
        # A body within the API's own limit can be too large there: the API server stores <, > and & as six bytes each.
        return ApiError(HttpErrorKind.TOO_LARGE, "The request is larger than the cluster can store.")
    if e.over_quota:
        return unavailable("The cluster's quota for export jobs is used up.", retry_after=QUOTA_RETRY_SECONDS)
    if e.status == 422:
        fields = sorted({found[1] for field in e.fields if (found := re.match(r"spec\.(\w+)", field))}) or ["body"]
        return invalid([Problem(name, "the cluster refused this value; send another one") for name in fields])
    if e.not_allowed:
        return unavailable(
            "The cluster is starting, or the service is not set up correctly; the log of the service has the cause.",
            retry_after=UNREACHABLE_RETRY_SECONDS,
        )
    if e.temporary:
        return unavailable(
            "The cluster cannot be reached at the moment, or is overloaded. Send the request again.",
            retry_after=UNREACHABLE_RETRY_SECONDS,
        )
    return ApiError(
        HttpErrorKind.INTERNAL,
        "The cluster refused the request: the service is not set up correctly. Its log has the cause.",
    )


def internal_error() -> JSONResponse:
    """500 for a fault of the service."""
    kind = HttpErrorKind.INTERNAL
    message = "The service has a fault; its log has the cause. Report it to the operator."
    return JSONResponse(error_body(kind, message), kind.status)


class _ErrorResponse(JSONResponse):
    """Messages quote field names of the request, which may have lone surrogates: these have no UTF-8 and become `?`."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def answer_api_error(_request: Request, e: Exception) -> Response:
    """The answer for an ApiError."""
    assert isinstance(e, ApiError)
    return _ErrorResponse(e.body(), e.kind.status, headers=e.headers)


async def answer_http_exception(request: Request, e: Exception) -> Response:
    """The answer for what Starlette refuses: an unknown path, a method that a path does not take."""
    assert isinstance(e, HTTPException)
    if e.status_code == 404:
        body = error_body(HttpErrorKind.NOT_FOUND, "There is nothing at this path; /openapi.json lists all paths.")
    elif e.status_code == 405:
        allowed = (e.headers or {}).get("Allow", "")
        body = error_body(HttpErrorKind.METHOD_NOT_ALLOWED, f"This path takes {allowed}.")
    else:
        body = {"error": HTTPStatus(e.status_code).phrase.capitalize(), "message": e.detail}
    return JSONResponse(body, e.status_code, headers=e.headers)
