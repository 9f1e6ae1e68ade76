"""What a CustomResourceDefinition demands of an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kube.client import JsonObject
from local.apiserver import status
from local.apiserver.resources import Resource, served_version
from local.apiserver.rules import violations
from local.apiserver.schema import Schema

_NOT_CHECKED = status.Fault(
    "FieldValueInvalid",
    "<nil>",
    "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing "
    "errors to complete validation",
)


class CustomStrategy:
    """The schema of a custom resource, applied in the order of the real server."""

    def __init__(self, resource: Resource, crd: Mapping[str, Any]) -> None:
        self._resource = resource
        self._schema = Schema(served_version(crd)["schema"]["openAPIV3Schema"])

    def prepared(self, obj: JsonObject, *, strict: bool) -> JsonObject:
        """The object pruned and with defaults. Refused 400 when `strict` and there is something to prune."""
        pruned, dropped = self._schema.prune(obj)
        if strict and dropped:
            unknown = ", ".join(f'unknown field "{path}"' for path in dropped)
            kind = self._resource.kind
            raise status.bad_request(
                f'{kind} in version "{self._resource.version}" cannot be handled as a {kind}: strict decoding error: '
                f"{unknown}"
            )
        return self._schema.default(pruned)

    def validate(self, obj: JsonObject, old: JsonObject | None) -> None:
        """Refused 422 when values or rules are violated; rules are evaluated only for objects whose values fit."""
        faults = self._schema.faults(obj)
        faults = [*faults, _NOT_CHECKED] if faults else violations(self._schema.root, obj, old)
        if faults:
            raise status.invalid(self._resource, obj["metadata"]["name"], faults)
