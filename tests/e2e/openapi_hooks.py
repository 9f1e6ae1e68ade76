"""What schemathesis needs to know beyond the OpenAPI document (named by SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import jsonschema_rs
import schemathesis

from api.jobs.idempotency import HEADER, KEY_PATTERN
from api.openapi.cv_schema import cv_schema
from api.operations import RoutePath
from cv.accept import accept_cv
from cv.resume import ResumeInvalid

_CANONICAL = jsonschema_rs.validator_for({**cv_schema(), "anyOf": [{"$ref": "#/$defs/Resume"}]})


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give each request a key of its own: a key that was used for another body is refused, as it has to be, and no
    schema can say so."""
    key = (case.headers or {}).get(HEADER)
    if isinstance(key, str) and re.search(KEY_PATTERN, key.strip()):
        case.headers[HEADER] = str(uuid.uuid4())
    if isinstance(case.body, dict) and case.operation.path == RoutePath.CONVERT:
        case.body = _with_a_cv(case.body).get("cvData", case.body)
    elif isinstance(case.body, dict):
        case.body = {**case.body, **_with_a_cv(case.body.get("cvData"))}


def _with_a_cv(data: Any) -> dict[str, Any]:
    """What to send instead of an object in a form of its own that holds nothing of a CV, or what none may hold: no
    schema can say so. The canonical form is sent as it is."""
    if not isinstance(data, dict) or not data or _CANONICAL.is_valid(data):
        return {}
    try:
        accept_cv(data)
    except ResumeInvalid:
        return {"cvData": {"basics": {"name": "Ada Lovelace"}}}
    return {}
