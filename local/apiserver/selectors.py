"""Label and field selectors, as k8s.io/apimachinery/pkg/labels and fields read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kube.client import JsonObject
from local.apiserver.resources import Resource, value_at
from local.apiserver.status import bad_request

Selector = Callable[[Mapping[str, Any]], bool]

_KEY = r"[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?"
_VALUE = r"[A-Za-z0-9._-]*"
_SET = re.compile(rf"(?P<key>{_KEY})\s+(?P<operator>in|notin)\s+\((?P<values>[^()]*)\)")
_EQUAL = re.compile(rf"(?P<key>{_KEY})\s*(?P<operator>==|=|!=)\s*(?P<value>{_VALUE})")
_EXISTS = re.compile(rf"(?P<absent>!?)\s*(?P<key>{_KEY})")
# Commas between requirements, not those within parentheses.
_COMMA = re.compile(r",(?![^()]*\))")
# A value's backslash, comma or equals sign is written with a backslash before it.
_FIELD = re.compile(r"(?P<key>[^=!,\\]+?)(?P<operator>==|=|!=)(?P<value>(\\.|[^\\,=])*)")
_FIELD_COMMA = re.compile(r"(?<!\\),")


def label_selector(text: str) -> Selector:
    """What a labelSelector selects, by metadata.labels; Refused 400 when it cannot be read."""
    requirements = [_label_requirement(part.strip()) for part in _COMMA.split(text) if part.strip()]

    def selects(obj: Mapping[str, Any]) -> bool:
        labels: Mapping[str, str] = obj["metadata"].get("labels") or {}
        return all(requirement(labels) for requirement in requirements)

    return selects


def _label_requirement(text: str) -> Selector:
    if found := _SET.fullmatch(text):
        key, values = found["key"], {value.strip() for value in found["values"].split(",")}
        if found["operator"] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if found := _EQUAL.fullmatch(text):
        key, value = found["key"], found["value"]
        if found["operator"] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if found := _EXISTS.fullmatch(text):
        key, absent = found["key"], bool(found["absent"])
        return lambda labels: (key in labels) is not absent
    raise bad_request(f"unable to parse requirement: {text!r}")


def field_selector(resource: Resource, text: str) -> Selector:
    """What a fieldSelector selects; Refused 400 when it cannot be read or names a field that cannot be selected by."""
    requirements = [_field_requirement(resource, part) for part in _FIELD_COMMA.split(text) if part]

    def selects(obj: Mapping[str, Any]) -> bool:
        return all((_text(value_at(obj, path)) == value) is equal for path, value, equal in requirements)

    return selects


def _field_requirement(resource: Resource, text: str) -> tuple[tuple[str, ...], str, bool]:
    found = _FIELD.fullmatch(text)
    if not found:
        raise bad_request(f"invalid field selector: {text!r}")
    path = resource.field_paths.get(found["key"])
    if path is None:
        raise bad_request(f"field label not supported: {found['key']}")
    return path, re.sub(r"\\(.)", r"\1", found["value"]), found["operator"] != "!="


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def both(resource: Resource, query: Mapping[str, str]) -> Callable[[JsonObject], bool]:
    """What a request's labelSelector and fieldSelector select."""
    labels = label_selector(query.get("labelSelector", ""))
    fields = field_selector(resource, query.get("fieldSelector", ""))
    return lambda obj: labels(obj) and fields(obj)
