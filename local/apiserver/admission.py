"""ValidatingAdmissionPolicies: CEL expressions over a request, its caller, and the object before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kube.client import JsonObject
from local.apiserver import cel, status
from local.apiserver.resources import Resource


@dataclass(frozen=True, slots=True)
class Attempt:
    """A write that is about to happen. `operation` is CREATE, UPDATE or DELETE."""

    resource: Resource
    operation: str
    subresource: str
    name: str
    after: JsonObject | None
    before: JsonObject | None


class Policies:
    """The policies in force, each bound to the whole namespace with the action Deny."""

    def __init__(self, policies: Iterable[JsonObject]) -> None:
        self._policies = tuple(policies)

    def admit(self, attempt: Attempt, user: Mapping[str, Any]) -> None:
        """Refused 403 when a policy denies the attempt, or cannot be evaluated."""
        for policy in self._policies:
            if _concerns(policy["spec"]["matchConstraints"], attempt):
                _enforce(policy, attempt, user)


def _concerns(constraints: Mapping[str, Any], attempt: Attempt) -> bool:
    resource = attempt.resource
    path = f"{resource.plural}/{attempt.subresource}" if attempt.subresource else resource.plural
    return any(
        resource.group in rule["apiGroups"]
        and attempt.operation in rule["operations"]
        and path in rule["resources"]
        and ("*" in rule["apiVersions"] or resource.version in rule["apiVersions"])
        for rule in constraints["resourceRules"]
    )


def _enforce(policy: JsonObject, attempt: Attempt, user: Mapping[str, Any]) -> None:
    spec, name = policy["spec"], policy["metadata"]["name"]
    request = {
        "operation": attempt.operation,
        "subResource": attempt.subresource,
        "name": attempt.name,
        "userInfo": user,
    }
    scope: dict[str, Any] = {"request": request, "object": attempt.after, "oldObject": attempt.before}
    try:
        if not all(cel.evaluate(each["expression"], scope) is True for each in spec.get("matchConditions", ())):
            return
        variables: dict[str, Any] = {}
        for variable in spec.get("variables", ()):
            variables[variable["name"]] = cel.evaluate(variable["expression"], {**scope, "variables": variables})
        scope["variables"] = variables
        for validation in spec["validations"]:
            if cel.evaluate(validation["expression"], scope) is not True:
                raise status.denied(attempt.resource, attempt.name, name, _message(validation, scope))
    except cel.Broken as e:
        # failurePolicy: Fail
        raise status.denied(attempt.resource, attempt.name, name, str(e)) from e


def _message(validation: Mapping[str, str], scope: Mapping[str, Any]) -> str:
    if expression := validation.get("messageExpression"):
        return str(cel.evaluate(expression, scope))
    return validation.get("message") or f"failed expression: {validation['expression']}"
