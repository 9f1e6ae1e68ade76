"""Lists, whole or in pages: the pages of a list all show the objects as they were at its first page."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from kube.client import JsonObject
from local.apiserver import status
from local.apiserver.forms import Form
from local.apiserver.resources import Resource
from local.apiserver.selectors import both
from local.apiserver.store import Forgotten, Store


def page(store: Store, resource: Resource, query: Mapping[str, str], form: Form) -> JsonObject:
    """A List of what `query` selects, `limit` objects from its `continue` on. Refused 400 or 410."""
    version, after = _position(query.get("continue", ""), store.version)
    selects = both(resource, query)
    try:
        found = [obj for obj in store.items(resource, at=version) if _name(obj) > after and selects(obj)]
    except Forgotten:
        raise status.expired_continue() from None
    limit = _number(query.get("limit", "")) or len(found)
    shown, rest = found[:limit], len(found) - limit
    metadata: dict[str, Any] = {"resourceVersion": str(version)}
    if rest > 0:
        metadata["continue"] = _token(version, _name(shown[-1]))
        if not query.get("labelSelector") and not query.get("fieldSelector"):
            metadata["remainingItemCount"] = rest
    return form.many(shown, metadata)


def _number(text: str) -> int:
    try:
        return max(int(text or 0), 0)
    except ValueError:
        raise status.bad_request(f"limit: {text!r} is not a number") from None


def _name(obj: JsonObject) -> str:
    return str(obj["metadata"]["name"])


def _token(version: int, name: str) -> str:
    return base64.urlsafe_b64encode(json.dumps({"rv": version, "after": name}).encode()).decode()


def _position(token: str, now: int) -> tuple[int, str]:
    """The version that a page shows, and the name that it begins after."""
    if not token:
        return now, ""
    try:
        position = json.loads(base64.urlsafe_b64decode(token))
        return int(position["rv"]), str(position["after"])
    except (ValueError, KeyError, TypeError):
        raise status.bad_request("continue key is not valid") from None
