"""What creating, changing and deleting an object means: the generic registry of a real server."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kube.client import JsonObject
from local.apiserver import pods, status
from local.apiserver.admission import Attempt
from local.apiserver.custom import CustomStrategy
from local.apiserver.resources import PODS, Resource
from local.apiserver.store import Store

# What a client cannot set: the server does.
_SYSTEM_FIELDS = (
    "uid",
    "creationTimestamp",
    "generation",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "resourceVersion",
    "namespace",
    "name",
)
# As k8s.io/apiserver/pkg/storage/names: no vowels, nothing that looks like something else.
_SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"

Admit = Callable[[Attempt], None]


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What an object must be like to be deleted."""

    uid: str | None = None
    resource_version: str | None = None


class Objects:
    """The objects of one namespace. Every method raises Refused."""

    def __init__(self, store: Store, *, namespace: str, custom: Mapping[str, CustomStrategy]) -> None:
        """`custom` has what the CRDs say, by Resource.qualified."""
        self.store = store
        self.namespace = namespace
        self._custom = custom

    def get(self, resource: Resource, name: str) -> JsonObject:
        """One object."""
        obj = self.store.get(resource, name)
        if obj is None:
            raise status.not_found(resource, name)
        return obj

    def create(self, resource: Resource, body: JsonObject, admit: Admit, *, strict: bool = False) -> JsonObject:
        """Create an object of a manifest. `strict` refuses fields that the schema does not have."""
        self._check_kind(resource, body)
        metadata = dict(body.get("metadata") or {})
        name = metadata.get("name") or _generated(metadata.get("generateName", ""))
        if not name:
            raise status.invalid(
                resource,
                "",
                [
                    status.Fault(
                        "FieldValueRequired", "metadata.name", "Required value: name or generateName is required"
                    )
                ],
            )
        for key in _SYSTEM_FIELDS:
            metadata.pop(key, None)
        metadata |= {"name": name, "uid": str(uuid.uuid4()), "creationTimestamp": now()}
        if resource.namespaced:
            metadata["namespace"] = self.namespace
        obj = {**body, "apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata}
        if resource.has_status:
            metadata["generation"] = 1
            obj.pop("status", None)
        if resource is PODS:
            obj = pods.created(obj)
        if strategy := self._custom.get(resource.qualified):
            obj = strategy.prepared(obj, strict=strict)
        admit(Attempt(resource, "CREATE", "", name, obj, None))
        if strategy:
            strategy.validate(obj, None)
        if self.store.get(resource, name) is not None:
            raise status.already_exists(resource, name)
        return self.store.put(resource, name, obj)

    def update(
        self, resource: Resource, name: str, body: JsonObject, subresource: str, admit: Admit, *, strict: bool = False
    ) -> JsonObject:
        """Replace an object; with the subresource `status` only that part of it, else everything but that."""
        self._check_kind(resource, body)
        old = self.get(resource, name)
        self._check_version(resource, old, body.get("metadata") or {})
        obj = _replaced(old, body, resource, subresource)
        strategy = self._custom.get(resource.qualified)
        if strategy:
            obj = strategy.prepared(obj, strict=strict)
        admit(Attempt(resource, "UPDATE", subresource, name, obj, old))
        if strategy:
            strategy.validate(obj, old)
        if obj == old:
            return old
        if resource.has_status and _without_status(obj) != _without_status(old):
            metadata = {**obj["metadata"], "generation": old["metadata"].get("generation", 0) + 1}
            obj = {**obj, "metadata": metadata}
        return self.store.put(resource, name, obj)

    def delete(
        self,
        resource: Resource,
        name: str,
        admit: Admit,
        *,
        preconditions: Preconditions = Preconditions(),
        grace_seconds: int | None = None,
    ) -> tuple[JsonObject, bool]:
        """Delete an object; what it is then, and whether it is gone. A pod that runs is gone later: its kubelet deletes
        it again, without grace, when its processes have ended."""
        old = self.get(resource, name)
        _check_preconditions(resource, old, preconditions)
        admit(Attempt(resource, "DELETE", "", name, None, old))
        if resource is PODS and (terminating := pods.terminating(old, grace_seconds, time.time())) is not None:
            return (terminating if terminating is old else self.store.put(resource, name, terminating)), False
        return self.store.remove(resource, name), True

    def _check_kind(self, resource: Resource, body: JsonObject) -> None:
        given = body.get("apiVersion", resource.api_version), body.get("kind", resource.kind)
        if given != (resource.api_version, resource.kind):
            raise status.bad_request(
                f"the object is a {given[0]} {given[1]}, but the path takes {resource.api_version} {resource.kind}"
            )

    def _check_version(self, resource: Resource, old: JsonObject, given: Mapping[str, Any]) -> None:
        name, current = old["metadata"]["name"], old["metadata"]
        if given.get("name", name) != name:
            raise status.bad_request(
                f"the name of the object ({given['name']}) does not match the name on the URL ({name})"
            )
        if (uid := given.get("uid")) and uid != current["uid"]:
            raise status.precondition_failed(resource, name, "UID", uid, current["uid"])
        version = given.get("resourceVersion")
        if not version and resource.custom:
            fault = status.Fault(
                "FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0: must be specified for an update"
            )
            raise status.invalid(resource, name, [fault])
        if version and version != current["resourceVersion"]:
            raise status.modified(resource, name)


def now() -> str:
    """The time as metadata has it: RFC 3339, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _generated(prefix: str) -> str:
    return f"{prefix}{''.join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(5))}" if prefix else ""


def _replaced(old: JsonObject, body: JsonObject, resource: Resource, subresource: str) -> JsonObject:
    if subresource == "status":
        return {**old, "status": body.get("status") or {}}
    given = {key: value for key, value in (body.get("metadata") or {}).items() if key not in _SYSTEM_FIELDS}
    kept = {key: old["metadata"][key] for key in _SYSTEM_FIELDS if key in old["metadata"]}
    obj = {**body, "apiVersion": old["apiVersion"], "kind": old["kind"], "metadata": {**given, **kept}}
    if resource.has_status:
        obj.pop("status", None)
        if "status" in old:
            obj["status"] = old["status"]
    return obj


def _without_status(obj: JsonObject) -> JsonObject:
    return {key: value for key, value in obj.items() if key not in ("metadata", "status")}


def _check_preconditions(resource: Resource, old: JsonObject, wanted: Preconditions) -> None:
    current = old["metadata"]
    if wanted.uid is not None and wanted.uid != current["uid"]:
        raise status.precondition_failed(resource, current["name"], "UID", wanted.uid, current["uid"])
    if wanted.resource_version is not None and wanted.resource_version != current["resourceVersion"]:
        raise status.precondition_failed(
            resource, current["name"], "ResourceVersion", wanted.resource_version, current["resourceVersion"]
        )
