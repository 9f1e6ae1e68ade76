"""What a failure of the storage becomes: a code for clients, a cause for operators, and nothing personal in either."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError, RefreshError, TransportError

from crds.errors import ErrorCode
from renderer.storage.refusals import storage_error

NAME = "exports/1/Ada_Lovelace.pdf"


def refusal(status: int, reason: str = "") -> Exception:
    """As Google's client raises it: the text has the URL and the whole answer."""
    response = requests.Response()
    response.status_code = status
    errors = [{"reason": reason, "message": f"No access to {NAME}"}]
    response._content = json.dumps({"error": {"errors": errors}}).encode() if reason else b"<html>"
    made: Any = exceptions
    error: Exception = made.from_http_status(
        status, f"POST https://storage.test/{NAME}: {response.text}", response=response
    )
    return error


def gave_up(cause: Exception) -> Exception:
    """As Google's client raises it when the time for its retries is over."""
    made: Any = exceptions
    error: Exception = made.RetryError("Timeout of 50 s exceeded", cause)
    return error


@pytest.mark.parametrize(
    ("error", "code", "detail"),
    [
        (refusal(404, "notFound"), ErrorCode.STORAGE_REFUSED, "the bucket cvs does not exist (HTTP 404 notFound)"),
        (
            refusal(403, "accountDisabled"),
            ErrorCode.STORAGE_REFUSED,
            "the credentials may not write to the bucket cvs (HTTP 403 accountDisabled)",
        ),
        (refusal(401), ErrorCode.STORAGE_REFUSED, "the credentials are not valid (HTTP 401 Unauthorized)"),
        (
            RefreshError("invalid_grant: Invalid JWT Signature.", {"error": "invalid_grant"}),
            ErrorCode.STORAGE_REFUSED,
            "Google gives no token for the credentials: invalid_grant: Invalid JWT Signature. (RefreshError)",
        ),
        (
            DefaultCredentialsError("no file /key"),
            ErrorCode.STORAGE_REFUSED,
            "there are no valid credentials (DefaultCredentialsError)",
        ),
        (refusal(503, "backendError"), ErrorCode.UPLOAD_FAILED, "HTTP 503 backendError"),
        (refusal(412, NAME), ErrorCode.UPLOAD_FAILED, "HTTP 412 Precondition Failed"),
        (
            gave_up(refusal(503)),
            ErrorCode.UPLOAD_FAILED,
            "HTTP 503 Service Unavailable",
        ),
        (RefreshError("overloaded", retryable=True), ErrorCode.UPLOAD_FAILED, "RefreshError"),
        (TransportError(NAME), ErrorCode.UPLOAD_FAILED, "TransportError"),
        (ConnectionResetError(NAME), ErrorCode.UPLOAD_FAILED, "ConnectionResetError"),
    ],
)
def test_what_only_an_operator_can_mend_is_told_apart_from_what_may_pass(
    error: Exception, code: ErrorCode, detail: str
) -> None:
    told = storage_error(error, bucket="cvs")
    assert told.code is code
    assert told.retryable is (code is ErrorCode.UPLOAD_FAILED)
    assert told.detail.endswith(detail)
    for secret in (NAME, "Ada", "https:", "cvs"):
        assert secret not in told.message
    assert "Ada" not in told.detail
