"""The parts of the OpenAPI document that authentication and limits add."""

from __future__ import annotations

from typing import Any

from api.openapi.parts import answer
from api.operations import Operation
from api.settings import BEARER, FIREBASE, NO_AUTH

_Object = dict[str, Any]

_SCHEMES: dict[str, _Object] = {
    FIREBASE: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A Firebase ID token. userId is its uid; only the user who created a job can read it.",
    },
    BEARER: {"type": "http", "scheme": "bearer", "description": "A token that the operator has issued."},
}


def with_access(whole: _Object, *, auth_mode: str, limited: bool) -> None:
    """Add the security scheme of the mode, and the answers of authentication and limits, to the operations that take
    a CV or read a job."""
    create, get, cancel, convert = (
        whole["paths"][operation.path][operation.method.lower()]
        for operation in (Operation.CREATE_JOB, Operation.GET_JOB, Operation.CANCEL_JOB, Operation.CONVERT_CV)
    )
    for operation in (create, get, cancel, convert):
        if limited:
            _also(operation, 429)
        if auth_mode != NO_AUTH:
            operation["security"] = [{"bearer": []}]
            _also(operation, 401)
    if auth_mode == FIREBASE:
        _also(create, 403)
    if auth_mode != NO_AUTH:
        whole["components"]["securitySchemes"] = {"bearer": _SCHEMES[auth_mode]}


def _also(operation: _Object, status: int) -> None:
    operation["responses"][str(status)] = answer(status, "Error")
