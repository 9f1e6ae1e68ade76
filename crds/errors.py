"""The catalogue of errors: how a job can fail, and what the HTTP API can answer with.

Both are entries of one shape; docs/errors.md is made from them. The exceptions that carry them are JobError, below, and
ApiError in api/http/errors.py.

    CatalogueEntry
    +- ErrorCode       why a job ended in phase Error
    +- HttpErrorKind   the `error` of an HTTP answer
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Self

DOCUMENTATION = "https://github.com/pdfexport/pdf-export/blob/main/docs/errors.md"


class CatalogueEntry(StrEnum):
    """An error that a client can get; its value is what programs compare."""

    status: int
    """The HTTP status of the answer that carries it."""
    retryable: bool
    """Whether the same request may succeed when it is sent again."""
    meaning: str
    """What happened, in a sentence."""
    advice: str
    """What to do about it, in a sentence for the client."""

    def __new__(cls, value: str, status: int, retryable: bool, meaning: str, advice: str) -> Self:
        entry = str.__new__(cls, value)
        entry._value_ = value
        entry.status, entry.retryable, entry.meaning, entry.advice = status, retryable, meaning, advice
        return entry

    @property
    def anchor(self) -> str:
        """The anchor of its row in docs/errors.md."""
        return self.value.lower().replace(" ", "-")

    @property
    def type(self) -> str:
        """The URL of its documentation: a problem type in the sense of RFC 9457, 3.1.1."""
        return f"{DOCUMENTATION}#{self.anchor}"


@unique
class ErrorCode(CatalogueEntry):
    """Why a job ended in phase Error: the value of status.error.code, and `code` in the answer to a poll."""

    TIMEOUT = (
        "Timeout",
        200,
        True,
        "The job was not printed within its `timeoutSeconds`.",
        "Try again; if it ends the same way, shorten the CV.",
    )
    RENDERER_LOST = (
        "RendererLost",
        200,
        True,
        "Each renderer that had the job was lost, and the job has been assigned `jobs.maxAttempts` times.",
        "Try again; if it ends the same way, take the largest photo or section out of the CV.",
    )
    EXPIRED = (
        "Expired",
        200,
        True,
        "The job was not done within its `ttlSeconds`: no renderer had room for it, or none could start.",
        "Try again in a few minutes.",
    )
    UNKNOWN_TEMPLATE = (
        "UnknownTemplate",
        200,
        False,
        "The renderer has no template of this `templateId`.",
        "Choose another template.",
    )
    TEMPLATE_BROKEN = (
        "TemplateBroken",
        200,
        False,
        "The template is broken and prints no CV; the condition `Failed` and the renderer's log name file and line.",
        "Choose another template, and report it to the operator of the service.",
    )
    TEMPLATE_ERROR = (
        "TemplateError",
        200,
        False,
        "The template cannot print this CV; the condition `Failed` and the renderer's log name the file and line.",
        "Choose another template, and report it to the operator of the service.",
    )
    INVALID_DATA = (
        "InvalidData",
        200,
        False,
        "The CV, its photo or an option cannot be printed; the text names the field.",
        "Correct the field that the text names.",
    )
    PAGE_CRASHED = (
        "PageCrashed",
        200,
        True,
        "Chromium crashed twice while it printed the document.",
        "Try again; if it ends the same way, shorten the CV.",
    )
    UPLOAD_FAILED = (
        "UploadFailed",
        200,
        True,
        "The PDF was printed, but the storage did not take it within the job's `timeoutSeconds`; the condition "
        "`Failed` and the renderer's log say how it failed.",
        "Try again in a few minutes.",
    )
    STORAGE_REFUSED = (
        "StorageRefused",
        200,
        False,
        "The storage refused the PDF: the bucket does not exist, or the service's credentials are not valid or may not "
        "write to it. The condition `Failed`, the Deployment's condition `StorageAvailable` and the log say which.",
        "Report it to the operator of the service.",
    )
    INTERNAL = (
        "Internal",
        200,
        True,
        "The renderer failed with an unexpected exception; its log has the exception's type and code location.",
        "Try again; if it ends the same way, report it to the operator of the service.",
    )


@unique
class HttpErrorKind(CatalogueEntry):
    """What kind of error an HTTP answer is: the value of its `error`; its `message` describes the single case."""

    BAD_REQUEST = (
        "Bad request",
        400,
        False,
        "The body is not valid JSON (RFC 8259), nests too deep, has a field twice in an object, or is incomplete.",
        "Send the whole body as JSON; the message names the position.",
    )
    UNAUTHORIZED = (
        "Unauthorized",
        401,
        False,
        "`auth.mode` is on, and the request has no token, or the token is not valid or has expired.",
        "Send a valid token: `Authorization: Bearer TOKEN`.",
    )
    FORBIDDEN = (
        "Forbidden",
        403,
        False,
        "`userId` or `userPackage` differs from that of the token; `details` names the fields.",
        "Leave the fields out, or send the values of the token.",
    )
    NOT_FOUND = (
        "Not found",
        404,
        False,
        "There is nothing at this path.",
        "Look up the paths in `/openapi.json`.",
    )
    JOB_NOT_FOUND = (
        "Job not found",
        404,
        False,
        "The job never existed, has expired or was cancelled, or is another user's.",
        "Create a new job.",
    )
    METHOD_NOT_ALLOWED = (
        "Method not allowed",
        405,
        False,
        "The path does not take this method.",
        "Use a method that the header `Allow` names.",
    )
    REQUEST_TIMEOUT = (
        "Request timeout",
        408,
        True,
        "The body did not arrive in time.",
        "Send the request again, over a better connection or with a smaller photo.",
    )
    TOO_LARGE = (
        "Request too large",
        413,
        False,
        "The body is larger than `api.maxBodyBytes`, or larger than the cluster can store.",
        "Send less data; a smaller photo saves the most.",
    )
    UNSUPPORTED = (
        "Unsupported media type",
        415,
        False,
        "The body has another content type than JSON, or a `Content-Encoding`.",
        "Send it with `Content-Type: application/json` and without `Content-Encoding`.",
    )
    INVALID = (
        "Invalid request",
        422,
        False,
        "Fields are not valid, or the `Idempotency-Key` was used for another request; `details` names each field.",
        "Correct the fields; the message of each says which values are valid.",
    )
    TOO_MANY = (
        "Too many requests",
        429,
        True,
        "The caller sends more requests than `api.rateLimit`, or the user has as many unfinished exports as "
        "`jobs.userLimits` allows.",
        "Send the same request again after the seconds in the header `Retry-After`.",
    )
    HEAD_TOO_LARGE = (
        "Request head too large",
        431,
        False,
        "The request's line and headers are larger than 64 KiB; the connection is closed.",
        "Send fewer or shorter headers.",
    )
    INTERNAL = (
        "Internal error",
        500,
        False,
        "The service has a fault or is not set up correctly; its log has the cause.",
        "Report it to the operator of the service.",
    )
    UNAVAILABLE = (
        "Service unavailable",
        503,
        True,
        "Too many jobs wait (`jobs.queueLimit`), the cluster or Google's certificates cannot be reached, or the "
        "replica is starting or stopping. Nothing was created.",
        "Send the same request again after the seconds in the header `Retry-After`.",
    )


_BY_VALUE = {code.value: code for code in ErrorCode}


@dataclass(eq=False)
class JobError(Exception):
    """A job cannot be completed: `code` is for programs, `message` for people, `detail` for operators.

    Neither text may hold anything personal: the message is part of the HTTP answer, the detail of the log and of the
    condition Failed.
    """

    code: ErrorCode
    message: str
    detail: str = ""

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        return self.code.retryable

    @property
    def error_type(self) -> str:
        """The value of OpenTelemetry's attribute error.type."""
        return str(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def timeout_error(timeout_seconds: int) -> JobError:
    """The error of a job that took longer than its spec.timeoutSeconds."""
    return JobError(ErrorCode.TIMEOUT, f"Playwright timeout: rendering exceeded {timeout_seconds}s")


def upload_timeout_error(*, render_seconds: float, upload_seconds: float) -> JobError:
    """The error of a job whose time was used up by the storage, not by the document."""
    return JobError(
        ErrorCode.UPLOAD_FAILED,
        f"Upload timeout: the PDF was printed in {render_seconds:.1f}s, and storage did not take it in "
        f"{upload_seconds:.1f}s",
        detail=f"the storage did not answer in {upload_seconds:.1f} s",
    )


def expired_error(ttl_seconds: int) -> JobError:
    """The error of a job that nobody has served within its spec.ttlSeconds."""
    return JobError(ErrorCode.EXPIRED, f"The job was not done within {ttl_seconds}s; try again later.")


def message_with_advice(code: str | None, message: str) -> str:
    """The text of a failed job for people: what happened, and what to do about it."""
    known = _BY_VALUE.get(code or "")
    return f"{message.rstrip('.')}. {known.advice}" if known else message
