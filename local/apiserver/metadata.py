"""The metadata of an object as a client sends it: whether it can be read, and what the server fills in."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jsonschema_rs

from kube.client import JsonObject
from local.apiserver import status
from local.apiserver.resources import Resource

# What a client cannot set: the server does.
SYSTEM_FIELDS = (
    "uid",
    "creationTimestamp",
    "generation",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "resourceVersion",
    "namespace",
    "name",
)
_TEXT = {"type": ["string", "null"]}
_TEXTS = {"type": ["object", "null"], "additionalProperties": {"type": "string"}}
_OWNER = {
    "type": "object",
    "required": ["apiVersion", "kind", "name", "uid"],
    "properties": {key: {"type": "string", "minLength": 1} for key in ("apiVersion", "kind", "name", "uid")},
}
_READABLE = jsonschema_rs.Draft202012Validator(
    {
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {
                "type": ["object", "null"],
                "properties": {
                    **dict.fromkeys(("name", "generateName", "namespace", "uid", "resourceVersion"), _TEXT),
                    **dict.fromkeys(("labels", "annotations"), _TEXTS),
                    "ownerReferences": {"type": ["array", "null"], "items": _OWNER},
                },
            },
        }
    }
)
# Of built-in resources only what this server itself reads.
_BUILT_IN_READABLE = jsonschema_rs.Draft202012Validator(
    {
        "properties": {
            "spec": {
                "type": ["object", "null"],
                "properties": {"terminationGracePeriodSeconds": {"type": "integer"}},
            },
            "status": {"type": ["object", "null"]},
        }
    }
)
# RFC 1123 subdomains.
_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_MAX_NAME = 253
# As k8s.io/apiserver/pkg/storage/names: no vowels, nothing that looks like something else.
_SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_SUFFIX_LENGTH = 5


def check_readable(resource: Resource, body: JsonObject) -> None:
    """Refused 400 or 422 when the body is no object of this kind at all."""
    builtin = () if resource.custom else _BUILT_IN_READABLE.iter_errors(body)
    for error in (*_READABLE.iter_errors(body), *builtin):
        path = ".".join(map(str, error.instance_path))
        raise status.bad_request(f"{resource.kind} cannot be handled as a {resource.kind}: {path}: {error.message}")
    version, kind = body.get("apiVersion", resource.api_version), body.get("kind", resource.kind)
    if version != resource.api_version:
        raise status.bad_request(
            f"the API version in the data ({version}) does not match the expected API version ({resource.api_version})"
        )
    if kind != resource.kind and resource.custom:
        fault = status.Fault("FieldValueInvalid", "kind", f'Invalid value: "{kind}": must be {resource.kind}')
        raise status.invalid(resource, (body.get("metadata") or {}).get("name") or "", [fault])
    if kind != resource.kind:
        raise status.bad_request(f"{kind} in version {version} cannot be handled as a {resource.kind}")


def new(resource: Resource, given: Mapping[str, Any], namespace: str) -> JsonObject:
    """The metadata of a new object. Refused 422 when it has no name, or none that an object may have."""
    name = given.get("name") or _generated(given.get("generateName") or "")
    if not name:
        why = "Required value: name or generateName is required"
        raise status.invalid(resource, "", [status.Fault("FieldValueRequired", "metadata.name", why)])
    if len(name) > _MAX_NAME or not _NAME.fullmatch(name):
        why = f'Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric '
        why += "characters, '-' or '.', and must start and end with an alphanumeric character"
        raise status.invalid(resource, name, [status.Fault("FieldValueInvalid", "metadata.name", why)])
    return {
        **{key: value for key, value in given.items() if key not in SYSTEM_FIELDS and value is not None},
        "name": name,
        **({"namespace": namespace} if resource.namespaced else {}),
        "uid": str(uuid.uuid4()),
        "creationTimestamp": now(),
        **({"generation": 1} if resource.has_status else {}),
    }


def changed(old: Mapping[str, Any], given: Mapping[str, Any]) -> JsonObject:
    """The metadata of an object after an update: what the server sets stays as it is."""
    return {
        **{key: value for key, value in given.items() if key not in SYSTEM_FIELDS and value is not None},
        **{key: old[key] for key in SYSTEM_FIELDS if key in old},
    }


def now() -> str:
    """The time as metadata has it: RFC 3339, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _generated(prefix: str) -> str:
    return f"{prefix}{''.join(secrets.choice(_SUFFIX_ALPHABET) for _ in range(_SUFFIX_LENGTH))}" if prefix else ""
