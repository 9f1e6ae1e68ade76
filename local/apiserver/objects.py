"""What creating, changing and deleting an object means: the generic registry of a real server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kube.client import JsonObject
from local.apiserver import metadata, pods, status
from local.apiserver.admission import Attempt
from local.apiserver.custom import CustomStrategy
from local.apiserver.resources import PODS, Resource
from local.apiserver.store import Store

Admit = Callable[[Attempt], None]
# etcd's --max-request-bytes, as it is by default.
_MAX_STORED_BYTES: Final = 1536 * 1024


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
        metadata.check_readable(resource, body)
        described = metadata.new(resource, body.get("metadata") or {}, self.namespace)
        name = described["name"]
        obj = {**body, "apiVersion": resource.api_version, "kind": resource.kind, "metadata": described}
        if resource.has_status:
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
        return self._put(resource, name, obj)

    def update(
        self, resource: Resource, name: str, body: JsonObject, subresource: str, admit: Admit, *, strict: bool = False
    ) -> JsonObject:
        """Replace an object; with the subresource `status` only that part of it, else everything but that."""
        metadata.check_readable(resource, body)
        old = self.get(resource, name)
        self._check_version(resource, old, body.get("metadata") or {})
        obj = _replaced(old, body, resource, subresource)
        if resource is PODS and obj.get("spec") != old["spec"]:
            fault = status.Fault("FieldValueForbidden", "spec", "Forbidden: pod updates may not change the spec")
            raise status.invalid(resource, name, [fault])
        strategy = self._custom.get(resource.qualified)
        if strategy:
            obj = strategy.prepared(obj, strict=strict)
        admit(Attempt(resource, "UPDATE", subresource, name, obj, old))
        if strategy:
            strategy.validate(obj, old)
        if obj == old:
            return old
        if resource.has_status and _without_status(obj) != _without_status(old):
            generation = old["metadata"].get("generation", 0) + 1
            obj = {**obj, "metadata": {**obj["metadata"], "generation": generation}}
        return self._put(resource, name, obj)

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

    def _put(self, resource: Resource, name: str, obj: JsonObject) -> JsonObject:
        if resource.custom and _stored_bytes(obj) > _MAX_STORED_BYTES:
            raise status.too_large()
        return self.store.put(resource, name, obj)

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


def _stored_bytes(obj: JsonObject) -> int:
    """The size of a custom resource in etcd: Go's JSON, which writes <, > and & as six bytes each."""
    text = json.dumps(obj, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode(errors="replace")) + 5 * sum(map(text.count, "<>&"))


def _replaced(old: JsonObject, body: JsonObject, resource: Resource, subresource: str) -> JsonObject:
    if subresource == "status":
        return {**old, "status": body.get("status") or {}}
    described = metadata.changed(old["metadata"], body.get("metadata") or {})
    obj = {**body, "apiVersion": old["apiVersion"], "kind": old["kind"], "metadata": described}
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
