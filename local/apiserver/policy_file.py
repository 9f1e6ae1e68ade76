"""The admission policy, read from the chart's own template, so that there is one text of it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from kube.client import JsonObject

_EXPRESSION = re.compile(r"{{-? *(.*?) *-?}}")


class Unreadable(Exception):
    """The template has an expression that only Helm can evaluate."""


def read_policy(template: Path, *, namespace: str, fullname: str) -> JsonObject:
    """The ValidatingAdmissionPolicy of a release. Unreadable; OSError when there is no such file.

    The template has no more than names in it: lines that hold nothing but Helm's control are left out.
    """
    name = f"renderer.{fullname}.{namespace}"
    names = {"$namespace": namespace, "$account": f"{fullname}-renderer", "$name": name}

    def replaced(found: re.Match[str]) -> str:
        try:
            return names[found[1]]
        except KeyError:
            raise Unreadable(f"{template}: {found[0]}") from None

    lines = [line for line in template.read_text().splitlines() if not line.strip().startswith("{{-")]
    documents = yaml.safe_load_all(_EXPRESSION.sub(replaced, "\n".join(lines)))
    policies: list[JsonObject] = [each for each in documents if each["kind"] == "ValidatingAdmissionPolicy"]
    if len(policies) != 1:
        raise Unreadable(f"{template} has {len(policies)} policies")
    return policies[0]
