"""Structural schemas: what the server does with a custom resource before it takes it.

In the order of the real server: unknown fields are dropped (pruned), defaults are set, the values are validated, and
then the rules (rules.py) are evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from kube.client import JsonObject
from local.apiserver.status import Fault

_PRESERVE = "x-kubernetes-preserve-unknown-fields"
_INT_OR_STRING = "x-kubernetes-int-or-string"
# Of the whole object: what the schema of every resource has without saying so.
_META_FIELDS = ("apiVersion", "kind", "metadata")
_REASONS = {
    "required": "FieldValueRequired",
    "enum": "FieldValueNotSupported",
    "type": "FieldValueTypeInvalid",
    "anyOf": "FieldValueTypeInvalid",
    "maxLength": "FieldValueTooLong",
    "maxItems": "FieldValueTooMany",
}


class Schema:
    """The openAPIV3Schema of a version of a CustomResourceDefinition."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.root = schema
        self._validator = jsonschema_rs.Draft4Validator(_standard(schema), validate_formats=True)

    def prune(self, obj: JsonObject) -> tuple[JsonObject, list[str]]:
        """The object without the fields that the schema does not have, and the paths of these."""
        dropped: list[str] = []
        kept = {key: obj[key] for key in _META_FIELDS if key in obj}
        rest = {key: value for key, value in obj.items() if key not in _META_FIELDS}
        return {**kept, **_pruned(self.root, rest, "", dropped)}, dropped

    def default(self, obj: JsonObject) -> JsonObject:
        """The object with the schema's defaults. A null in a field that is not nullable counts as missing."""
        defaulted: JsonObject = _defaulted(self.root, obj)
        return defaulted

    def faults(self, obj: JsonObject) -> list[Fault]:
        """What the values violate, one fault a field: that a value is too long comes before what else it is."""
        found: dict[str, Fault] = {}
        for error in self._validator.iter_errors(obj):
            fault = _fault(error)
            if fault.field not in found or fault.reason == _REASONS["maxLength"]:
                found[fault.field] = fault
        return [found[field] for field in sorted(found)]


def _pruned(schema: Mapping[str, Any], value: Any, path: str, dropped: list[str]) -> Any:
    if isinstance(value, list):
        items = schema.get("items", {})
        return [_pruned(items, each, f"{path}[{index}]", dropped) for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    kept = {}
    for key, each in value.items():
        below = f"{path}.{key}" if path else key
        if key in properties:
            kept[key] = _pruned(properties[key], each, below, dropped)
        elif schema.get(_PRESERVE):
            kept[key] = each
        else:
            dropped.append(below)
    return kept


def _defaulted(schema: Mapping[str, Any], value: Any) -> Any:
    if isinstance(value, list):
        return [_defaulted(schema.get("items", {}), each) for each in value]
    if not isinstance(value, dict):
        return value
    complete = dict(value)
    for key, part in schema.get("properties", {}).items():
        if key in complete and complete[key] is None and not part.get("nullable"):
            del complete[key]
        if key not in complete and "default" in part:
            complete[key] = part["default"]
        if key in complete:
            complete[key] = _defaulted(part, complete[key])
    return complete


def _standard(schema: Any) -> Any:
    """The schema as JSON Schema has it, which has no word for an integer or a string."""
    if isinstance(schema, list):
        return [_standard(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    standard = {key: _standard(value) for key, value in schema.items() if not key.startswith("x-kubernetes-")}
    if schema.get(_INT_OR_STRING) is True:
        standard["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    return standard


def _fault(error: jsonschema_rs.ValidationError) -> Fault:
    keyword = error.kind.name
    field = _joined(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        missing = error.kind.property
        return Fault(_REASONS[keyword], f"{field}.{missing}" if field else missing, "Required value")
    return Fault(_REASONS.get(keyword, "FieldValueInvalid"), field or "<nil>", f"Invalid value: {error.message}")


def _joined(path: list[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
