"""Patches: JSON Merge Patch (RFC 7396), and Kubernetes' strategic merge patch of built-in resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kube.client import STRATEGIC_MERGE_PATCH
from local.apiserver.resources import Resource
from local.apiserver.status import bad_request, unsupported_media_type

MERGE_PATCH = "application/merge-patch+json"
# Lists whose items have a name: a strategic merge patch merges these item by item. Other lists are replaced.
_MERGE_KEYS = {
    "conditions": "type",
    "containers": "name",
    "initContainers": "name",
    "env": "name",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "ownerReferences": "uid",
}


def patched(resource: Resource, obj: Any, patch: Any, content_type: str) -> Any:
    """The object with a patch. Refused 400 or 415."""
    if content_type == MERGE_PATCH:
        return merge(obj, patch)
    if content_type == STRATEGIC_MERGE_PATCH and not resource.custom:
        return _strategic(obj, patch)
    raise unsupported_media_type(content_type)


def merge(value: Any, patch: Any) -> Any:
    """What RFC 7396 makes of a value: a null removes a field, other values replace it."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(value) if isinstance(value, Mapping) else {}
    for key, each in patch.items():
        if each is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), each)
    return merged


def _strategic(value: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(value) if isinstance(value, Mapping) else {}
    for key, each in patch.items():
        if key.startswith("$"):
            raise bad_request(f"the directive {key} of strategic merge patches is not supported here")
        if each is None:
            merged.pop(key, None)
        elif key in _MERGE_KEYS and isinstance(each, list):
            merged[key] = _by_key(_MERGE_KEYS[key], merged.get(key) or [], each)
        else:
            merged[key] = _strategic(merged.get(key), each)
    return merged


def _by_key(key: str, items: list[Any], patches: list[Any]) -> list[Any]:
    merged = {item[key]: item for item in items}
    for patch in patches:
        if not isinstance(patch, Mapping) or key not in patch:
            raise bad_request(f"an item of a patched list has no {key}")
        merged[patch[key]] = _strategic(merged.get(patch[key]), patch)
    return list(merged.values())
