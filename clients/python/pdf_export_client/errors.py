"""The exceptions of this package. Each has a message for people, and `retryable`: whether the same export may succeed
when it is started again.

    ExportError
    +- RequestRefused       the API refused the request: status, error, details
    |  +- BadRequest        400: the request is not JSON
    |  +- Unauthorized      401: the token is missing, not valid or expired
    |  +- Forbidden         403: userId or userPackage is not that of the token
    |  +- JobNotFound       404: the job has expired, was cancelled or never existed
    |  +- ValidationFailed  422: details names each field and what it takes
    |  +- RateLimited       429: this user or caller sends too many requests; retry_after
    |  +- Overloaded        503: the service has too much to do; nothing was created; retry_after
    +- JobFailed            the job ended without a PDF: job_id, code
    +- PatienceEnded        there is no PDF after the timeout; the job goes on: job_id
    +- TransportError       there was no answer, or none that this API sends
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """A field that is not valid: its path in the request, for example `cvData.work[0].startDate`, and what it takes."""

    field: str
    message: str


class ExportError(Exception):
    """What all exceptions of this package have in common."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable


class RequestRefused(ExportError):
    """The API refused the request. A status without a class of its own (405, 413, 415, 500 ...) gives this one."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        error: str,
        details: Sequence[FieldProblem] = (),
        retry_after: float | None = None,
    ) -> None:
        # 408, and the answers of proxies whose server is away: the request can be sent again with the same key.
        super().__init__(message, retryable=status in (408, 429) or 500 < status < 600)
        self.status = status
        """The HTTP status."""
        self.error = error
        """What kind of error, in a few words."""
        self.details = tuple(details)
        """The fields that the error is about; empty for most."""
        self.retry_after = retry_after
        """Seconds after which it is worth sending the request again, when the API states them."""


class BadRequest(RequestRefused):
    """400: the request is not valid JSON."""


class Unauthorized(RequestRefused):
    """401: the token is missing, not valid or expired."""


class Forbidden(RequestRefused):
    """403: `details` names the fields that differ from those of the token."""


class JobNotFound(RequestRefused):
    """404: the job has expired, was cancelled, never existed or is another user's."""


class ValidationFailed(RequestRefused):
    """422: `details` names each field that is not valid, and what it takes."""


class RateLimited(RequestRefused):
    """429: this caller sends too many requests, or this user has too many unfinished exports."""


class Overloaded(RequestRefused):
    """503: the service has too much to do or is starting. Nothing was created."""


class JobFailed(ExportError):
    """The job ended without a PDF."""

    def __init__(self, message: str, *, job_id: str, code: str, retryable: bool) -> None:
        super().__init__(message, retryable=retryable)
        self.job_id = job_id
        self.code = code
        """Why, for programs: `Timeout`, `RendererLost`, `InvalidData` ..."""


class PatienceEnded(ExportError):
    """There is no PDF after the timeout. The job goes on; Client.wait(job_id) continues to wait for it."""

    def __init__(self, *, job_id: str, timeout: float) -> None:
        super().__init__(f"There is no PDF after {timeout:g} seconds; the job {job_id} goes on.", retryable=True)
        self.job_id = job_id
        self.timeout = timeout


class TransportError(ExportError):
    """There was no answer, or none that this API sends; `__cause__` is the error of httpx, if there is one."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retryable=True)


BY_STATUS: dict[int, type[RequestRefused]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    422: ValidationFailed,
    429: RateLimited,
    503: Overloaded,
}
"""The class of a refusal. 404 is not here: only the `error` shows whether a job or a path was not found."""
