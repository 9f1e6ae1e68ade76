"""The parts of which the operations of the OpenAPI document consist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.operations import Operation, Tag

_Object = dict[str, Any]
REF_TEMPLATE = "#/components/schemas/{model}"

RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds until the client should send the next request.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 60},
    }
}
PREFERENCE_APPLIED = {
    "Preference-Applied": {
        "description": "The preference that was followed (RFC 7240, 3).",
        "required": False,
        "schema": {"type": "string"},
    }
}
RETRY_AFTER_WHILE_RUNNING = {"Retry-After": {**RETRY_AFTER["Retry-After"], "required": False}}

_DESCRIPTIONS = {
    200: "OK",
    202: "The job is stored",
    400: "The body is not JSON",
    401: "The token is missing, not valid, or expired",
    403: "userId or userPackage is not that of the token",
    404: "There is no such job: it may have expired, or never existed",
    408: "The body did not arrive in time",
    413: "The body is too large",
    415: "The body is not sent as application/json",
    422: "Fields are not valid; message and details name them",
    429: "This caller sends too many requests, or this user has too many unfinished exports",
    500: "The service is not set up correctly, or has a fault",
    503: "The cluster cannot be reached or is overloaded, or this replica is not ready",
}


def make_operation(operation: Operation, answers: Mapping[int, str | Mapping[str, Any]]) -> _Object:
    """An operation with its answers by status: the name of a JSON schema, or schemas by media type."""
    responses = {str(status): answer(status, content) for status, content in answers.items()}
    return {
        "operationId": operation.operation_id,
        "summary": operation.summary,
        "tags": [Tag.of(operation.path)],
        "responses": responses,
    }


def answer(status: int, content: str | Mapping[str, Any]) -> _Object:
    """One answer, with the headers that its status always has."""
    by_type = {"application/json": ref(content)} if isinstance(content, str) else content
    described: _Object = {
        "description": _DESCRIPTIONS[status],
        "content": {media_type: {"schema": schema} for media_type, schema in by_type.items()},
    }
    if status in (429, 503):
        described["headers"] = RETRY_AFTER
    if status == 401:
        described["headers"] = {
            "WWW-Authenticate": {"description": "RFC 6750, 3.", "required": True, "schema": {"type": "string"}}
        }
    return described


def add_etag(operation: _Object) -> None:
    """Describe the ETag of an operation's content, and the answer 304."""
    answers = operation["responses"]
    answers["200"]["headers"] = {
        "ETag": {"description": "Identifies this content.", "required": True, "schema": {"type": "string"}}
    }
    answers["304"] = {
        "description": "The client has this content (If-None-Match)",
        "headers": answers["200"]["headers"],
    }


def ref(name: str) -> _Object:
    """A reference to a schema of the document."""
    return {"$ref": REF_TEMPLATE.format(model=name)}
