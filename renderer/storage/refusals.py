"""What a failure of the storage means for a job: whether it may pass, and its cause for operators.

The texts of Google's exceptions are not used: they quote URLs and names of objects, which are personal.
"""

from __future__ import annotations

from http import HTTPStatus

from google.api_core.exceptions import Forbidden, GoogleAPICallError, NotFound, RetryError, Unauthorized
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError

from crds.errors import ErrorCode, JobError

_LONGEST_CAUSE = 200


def storage_error(error: Exception, *, bucket: str) -> JobError:
    """StorageRefused when only an operator can help, else UploadFailed; the detail has the cause."""
    cause = error.cause if isinstance(error, RetryError) and isinstance(error.cause, Exception) else error
    match cause:
        case NotFound():
            refusal = f"the bucket {bucket} does not exist"
        case Forbidden():
            refusal = f"the credentials may not write to the bucket {bucket}"
        case Unauthorized():
            refusal = "the credentials are not valid"
        case RefreshError(retryable=False):
            # The token endpoint's answer is about the key alone, such as `invalid_grant: Invalid JWT Signature.`
            refusal = f"Google gives no token for the credentials: {str(cause.args[0])[:_LONGEST_CAUSE]}"
        case GoogleAuthError(retryable=False) if not isinstance(cause, TransportError):
            refusal = "there are no valid credentials"
        case _:
            return JobError(
                ErrorCode.UPLOAD_FAILED,
                "The PDF could not be uploaded to storage.",
                detail=f"the storage does not answer as it should: {_kind(cause)}",
            )
    return JobError(
        ErrorCode.STORAGE_REFUSED,
        "The PDF could not be stored: the storage refused it.",
        detail=f"{refusal} ({_kind(cause)})",
    )


def _kind(error: Exception) -> str:
    """The type of an exception, with its HTTP status and Google's word for the reason where it has them."""
    status = getattr(error, "code", None)
    if not isinstance(error, GoogleAPICallError) or not isinstance(status, int):
        return type(error).__name__
    return f"HTTP {int(status)} {_reason(error) or HTTPStatus(status).phrase}"


def _reason(error: GoogleAPICallError) -> str:
    """The `reason` of the JSON API's error, one word such as `forbidden` or `accountDisabled`; empty without one.

    https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes
    """
    try:
        reason = error.response.json()["error"]["errors"][0]["reason"]
    except (AttributeError, LookupError, TypeError, ValueError):
        return ""
    return reason if isinstance(reason, str) and reason.isalnum() and len(reason) <= 60 else ""
