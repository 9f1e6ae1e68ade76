"""The rules of a structural schema (x-kubernetes-validations), which may compare an object with what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kube.client import JsonObject
from local.apiserver import cel
from local.apiserver.status import Fault

_RULES = "x-kubernetes-validations"
_OLD = re.compile(r"\boldSelf\b")


def violations(schema: Mapping[str, Any], obj: JsonObject, old: JsonObject | None) -> list[Fault]:
    """The rules that an object breaks; `old` is what it was before an update."""
    return list(_violations(schema, obj, old, ""))


def _violations(schema: Mapping[str, Any], value: Any, old: Any, path: str) -> Iterator[Fault]:
    for rule in schema.get(_RULES, ()):
        yield from _check(rule, value, old, path)
    if isinstance(value, Mapping):
        for key, part in schema.get("properties", {}).items():
            if key in value:
                before = old.get(key) if isinstance(old, Mapping) else None
                yield from _violations(part, value[key], before, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            # Items of a list have no former state that rules could compare them with.
            yield from _violations(schema.get("items", {}), each, None, f"{path}[{index}]")


def _check(rule: Mapping[str, str], value: Any, old: Any, path: str) -> Iterator[Fault]:
    variables = {"self": value}
    if _OLD.search(rule["rule"]):
        if old is None:
            return  # A rule about a change says nothing about what is new.
        variables["oldSelf"] = old
    try:
        kept = cel.evaluate(rule["rule"], variables) is True
        message = rule.get("message") or f"failed rule: {rule['rule']}"
    except cel.Broken as e:
        kept, message = False, str(e)
    if not kept:
        yield Fault("FieldValueInvalid", path or "<nil>", f"Invalid value: {message}")
