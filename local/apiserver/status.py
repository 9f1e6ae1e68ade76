"""Refusals: the Status objects that the API server answers with, as k8s.io/apimachinery/pkg/api/errors makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kube.client import JsonObject
from local.apiserver.resources import Resource


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an object: an entry of a Status object's details.causes."""

    reason: str
    """A cause type such as FieldValueInvalid."""

    field: str
    """The field's path, such as spec.userId; `<nil>` for the whole object."""

    message: str


class Refused(Exception):
    """A request is refused; `status` is the body of the answer."""

    def __init__(
        self, code: int, reason: str, message: str, details: Mapping[str, Any] | None = None, **metadata: str
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status: JsonObject = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": metadata,
            "status": "Failure",
            "message": message,
            "reason": reason,
            **({"details": dict(details)} if details else {}),
            "code": code,
        }


def _about(resource: Resource, name: str) -> dict[str, str]:
    group = {"group": resource.group} if resource.group else {}
    return {"name": name, **group, "kind": resource.plural}


def not_found(resource: Resource, name: str) -> Refused:
    """There is no object of this name."""
    return Refused(404, "NotFound", f'{resource.qualified} "{name}" not found', _about(resource, name))


def no_such_path() -> Refused:
    """The server has nothing at this path."""
    return Refused(404, "NotFound", "the server could not find the requested resource", {})


def no_such_namespace(namespace: str) -> Refused:
    """Objects cannot be created in a namespace that is not there."""
    details = {"name": namespace, "kind": "namespaces"}
    return Refused(404, "NotFound", f'namespaces "{namespace}" not found', details)


def already_exists(resource: Resource, name: str) -> Refused:
    """There is an object of this name."""
    return Refused(409, "AlreadyExists", f'{resource.qualified} "{name}" already exists', _about(resource, name))


def modified(resource: Resource, name: str) -> Refused:
    """The request carries another resourceVersion than the object has."""
    return _conflict(
        resource, name, "the object has been modified; please apply your changes to the latest version and try again"
    )


def precondition_failed(resource: Resource, name: str, what: str, wanted: str, current: str) -> Refused:
    """The request is about another object of this name (`what` is UID) or version of it (ResourceVersion)."""
    return _conflict(
        resource, name, f"Precondition failed: {what} in precondition: {wanted}, {what} in object meta: {current}"
    )


def _conflict(resource: Resource, name: str, why: str) -> Refused:
    message = f'Operation cannot be fulfilled on {resource.qualified} "{name}": {why}'
    return Refused(409, "Conflict", message, _about(resource, name))


def invalid(resource: Resource, name: str, faults: Sequence[Fault]) -> Refused:
    """The object does not fit its schema or its rules."""
    texts = [f"{fault.field}: {fault.message}" for fault in faults]
    listed = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    kind = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
    causes = [{"reason": fault.reason, "message": fault.message, "field": fault.field} for fault in faults]
    details = {**_about(resource, name), "kind": resource.kind, "causes": causes}
    return Refused(422, "Invalid", f'{kind} "{name}" is invalid: {listed}', details)


def bad_request(message: str) -> Refused:
    """The request makes no sense."""
    return Refused(400, "BadRequest", message)


def unauthorized() -> Refused:
    """The request has no token, or one that nobody has been given."""
    return Refused(401, "Unauthorized", "Unauthorized")


def denied(resource: Resource, name: str, policy: str, message: str) -> Refused:
    """An admission policy does not allow the request."""
    why = f"ValidatingAdmissionPolicy '{policy}' with binding '{policy}' denied request: {message}"
    details = {**_about(resource, name), "causes": [{"message": why}]}
    return Refused(403, "Forbidden", f'{resource.qualified} "{name}" is forbidden: {why}', details)


def too_large() -> Refused:
    """The object is larger than etcd takes."""
    return Refused(500, "", "etcdserver: request is too large")


def internal_error() -> Refused:
    """This server has a defect; its log says where."""
    return Refused(500, "InternalError", "Internal error occurred: see the log of the API server")


def not_allowed_method() -> Refused:
    """The resource has no such verb."""
    return Refused(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def not_acceptable() -> Refused:
    """No form that the client accepts is one that the server has."""
    return Refused(406, "NotAcceptable", "only the following media types are accepted: application/json")


def unsupported_media_type(content_type: str) -> Refused:
    """The body is of a type that the server does not take."""
    return Refused(415, "UnsupportedMediaType", f"the body of the request was in an unknown format: {content_type}")


def expired_watch(version: int, oldest: int) -> Refused:
    """A watch cannot begin at a version whose successors have been forgotten."""
    return Refused(410, "Expired", f"too old resource version: {version} ({oldest})")


def expired_continue() -> Refused:
    """The list that a continue token belongs to has been forgotten."""
    return Refused(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You must start a new list "
        "without the continue parameter.",
    )
