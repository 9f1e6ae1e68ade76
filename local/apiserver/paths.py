"""Paths: which resource, which object and which part of it a request is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from local.apiserver import status
from local.apiserver.resources import Resource


@dataclass(frozen=True, slots=True)
class Target:
    """What a path leads to: a collection when `name` is empty. `namespace` is empty for all of them."""

    resource: Resource
    namespace: str
    name: str
    subresource: str


def target(resources: Sequence[Resource], path: str) -> Target | None:
    """What a path leads to; None when it names no resource, as those of discovery do. Refused 404."""
    parts = path.strip("/").split("/")
    match parts:
        case ["api", version, *rest] if rest:
            group = ""
        case ["apis", group, version, *rest] if rest:
            pass
        case _:
            return None
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2:
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource = [*rest, "", "", ""][:3]
    for resource in resources:
        if (resource.group, resource.version, resource.plural) == (group, version, plural) and len(rest) <= 3:
            if bool(namespace) and not resource.namespaced:
                break
            if subresource and not (subresource == "status" and resource.has_status):
                break
            return Target(resource, namespace, name, subresource)
    raise status.no_such_path()
