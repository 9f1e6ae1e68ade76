"""What clients ask first: which groups, versions and resources there are. kopf and kubectl begin with it."""

from __future__ import annotations

from collections.abc import Sequence

from kube.client import JsonObject
from local.apiserver import status
from local.apiserver.resources import Resource

# The version whose behaviour this server follows.
VERSION: JsonObject = {"major": "1", "minor": "37", "gitVersion": "v1.37.0-local", "platform": "local"}


def answer(resources: Sequence[Resource], path: str) -> JsonObject:
    """The answer for /version, /api, /apis and what is below them without naming a resource; Refused 404."""
    match path.strip("/").split("/"):
        case ["version"]:
            return VERSION
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["api", version]:
            return _resources(resources, "", version)
        case ["apis"]:
            groups = sorted({resource.group for resource in resources if resource.group})
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(resources, name) for name in groups]}
        case ["apis", group]:
            return {"kind": "APIGroup", "apiVersion": "v1", **_group(resources, group)}
        case ["apis", group, version]:
            return _resources(resources, group, version)
    raise status.no_such_path()


def _group(resources: Sequence[Resource], name: str) -> JsonObject:
    versions = sorted({resource.version for resource in resources if resource.group == name})
    if not versions:
        raise status.no_such_path()
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def _resources(resources: Sequence[Resource], group: str, version: str) -> JsonObject:
    found = [resource for resource in resources if (resource.group, resource.version) == (group, version)]
    if not found:
        raise status.no_such_path()
    entries = []
    for resource in found:
        entries.append(
            {
                "name": resource.plural,
                "singularName": resource.kind.lower(),
                "namespaced": resource.namespaced,
                "kind": resource.kind,
                "verbs": list(resource.verbs),
                "shortNames": list(resource.short_names),
            }
        )
        if resource.has_status:
            verbs = ["get", "patch", "update"]
            entries.append(
                {
                    "name": f"{resource.plural}/status",
                    "singularName": "",
                    "namespaced": resource.namespaced,
                    "kind": resource.kind,
                    "verbs": verbs,
                }
            )
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": found[0].api_version,
        "resources": entries,
    }
