"""The fixed set of errors that the API answers with. docs/errors.md is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class _Kind:
    status: int
    error: str
    when: str
    advice: str
    retryable: bool = False


class ErrorKind(Enum):
    """What an answer's status and `error` can be; its `message` says what it is in this case."""

    BAD_REQUEST = _Kind(
        400,
        "Bad request",
        "The body is not JSON as RFC 8259 has it, nests too deep, has a field twice in an object, or was cut short.",
        "Send the whole body as JSON; the message names the place.",
    )
    UNAUTHORIZED = _Kind(
        401,
        "Unauthorized",
        "`auth.mode` is on, and the request has no token or one that is not valid (any more).",
        "Send a valid token: `Authorization: Bearer TOKEN`.",
    )
    FORBIDDEN = _Kind(
        403,
        "Forbidden",
        "`userId` or `userPackage` is not that of the token; `details` names the fields.",
        "Leave the fields out, or send those of the token.",
    )
    NOT_FOUND = _Kind(404, "Not found", "There is nothing at this path.", "Look up the paths in `/openapi.json`.")
    JOB_NOT_FOUND = _Kind(
        404,
        "Job not found",
        "The job never existed, has expired or was cancelled, or is another user's.",
        "Create a new job.",
    )
    METHOD_NOT_ALLOWED = _Kind(
        405, "Method not allowed", "The path does not take this method.", "Use one of those in the header `Allow`."
    )
    REQUEST_TIMEOUT = _Kind(
        408,
        "Request timeout",
        "The body did not arrive in time.",
        "Send the request again, over a better connection or with a smaller photo.",
        retryable=True,
    )
    TOO_LARGE = _Kind(
        413,
        "Request too large",
        "The body is larger than `api.maxBodyBytes`, or than the cluster can store.",
        "Send less data; a smaller photo saves most.",
    )
    UNSUPPORTED = _Kind(
        415,
        "Unsupported media type",
        "The body is sent as something else than JSON, or encoded.",
        "Send it with `Content-Type: application/json` and without `Content-Encoding`.",
    )
    INVALID = _Kind(
        422,
        "Invalid request",
        "Fields do not fit, or an `Idempotency-Key` was used for another request; `details` names each field.",
        "Correct the fields; each message says what its field takes.",
    )
    TOO_MANY = _Kind(
        429,
        "Too many requests",
        "The caller sends more than `api.rateLimit`, or the user has as many exports that have not ended as "
        "`jobs.userLimits` lets it have.",
        "Send the same request again after the seconds in the header `Retry-After`.",
        retryable=True,
    )
    HEAD_TOO_LARGE = _Kind(
        431,
        "Request head too large",
        "The request's line and headers are larger than 64 KiB; the connection is closed.",
        "Send fewer or shorter headers.",
    )
    INTERNAL = _Kind(
        500,
        "Internal error",
        "The service has a fault or is not set up correctly; its log says which.",
        "Report it to the operator of the service.",
    )
    UNAVAILABLE = _Kind(
        503,
        "Service unavailable",
        "Too many jobs wait (`jobs.queueLimit`), the cluster or Google's certificates cannot be reached, or the "
        "replica is starting or stopping. Nothing was created.",
        "Send the same request again after the seconds in the header `Retry-After`.",
        retryable=True,
    )

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value.status

    @property
    def error(self) -> str:
        """What `error` says."""
        return self.value.error
