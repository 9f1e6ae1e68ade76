"""What schemathesis needs to know beyond the OpenAPI document (named by SCHEMATHESIS_HOOKS)."""

from __future__ import annotations

import re
import uuid
from typing import Any

import schemathesis

from api.jobs.idempotency import HEADER, KEY_PATTERN


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give each request a key of its own: a key that was used for another body is refused, as it has to be, and no
    schema can say so."""
    key = (case.headers or {}).get(HEADER)
    if isinstance(key, str) and re.search(KEY_PATTERN, key.strip()):
        case.headers[HEADER] = str(uuid.uuid4())
