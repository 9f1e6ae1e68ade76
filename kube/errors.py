"""What goes wrong between this program and the Kubernetes API server.

    KubeError            a request was refused (4xx, 5xx), or there was no answer (status 0)
    └── WatchExpired     410: the resourceVersion of a watch, or a page of a list, is too old; list again

An answer that is not a 2xx carries a Status object. What it means is read from the fields of that object: `code`,
`reason`, and `details` with `kind`, `name` and `causes`. Where these fields are the same for two different refusals,
the message decides; all such phrases are in this module, each with the place upstream that it comes from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# k8s.io/apiserver, endpoints/handlers/responsewriters/errors.go: RBAC's refusal. Its Status for a get, an update or a
# delete has the same code, reason and details as that of an admission plugin, which writes no `User` here.
_RBAC = 'is forbidden: User "'
# k8s.io/apiserver, plugin/pkg/admission/resourcequota/controller.go: code, reason and details as of any admission.
_QUOTA = "exceeded quota"
# k8s.io/apiserver, admission/plugin/policy/validating: a policy for a custom resource which the API server, just
# started, has not discovered yet. A 503 with no details, as of any overload.
_UNDISCOVERED = "CustomResourceDefinitions"
# etcd's own limit and that of its gRPC client: a 500 without reason and details.
_TOO_LARGE_FOR_ETCD = ("request is too large", "message larger than max")


class KubeError(Exception):
    """The API server refused a request or could not be reached (status 0).

    `reason` is the Status object's CamelCase word, "Unreachable" with status 0. `message` may quote the request: it
    belongs in no log. `details` is the Status object's, empty when it has none.
    """

    def __init__(self, status: int, reason: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.details: Mapping[str, Any] = details or {}

    @property
    def causes(self) -> list[Mapping[str, Any]]:
        """The single faults: each {"reason", "message", "field"} as far as the API server gives them."""
        return self.details.get("causes") or []

    @property
    def fields(self) -> list[str]:
        """The paths of the fields that were refused, such as `spec.userId`; a fault of the whole object has none."""
        return [cause["field"] for cause in self.causes if cause.get("field", "<nil>") != "<nil>"]

    @property
    def temporary(self) -> bool:
        """Whether the same request may succeed a moment later.

        That is: unreachable, overloaded, 5xx, with the token that replaces an expired one (401), or not allowed: an
        API server that has just started has not loaded its RBAC rules yet.
        """
        return self.status in (0, 401, 408, 429) or self.status >= 500 or self.not_allowed

    @property
    def not_allowed(self) -> bool:
        """Whether the account lacks the right (RBAC), in contrast to an object that admission refuses."""
        return self.status == 403 and _RBAC in self.message

    @property
    def over_quota(self) -> bool:
        """Whether a ResourceQuota of the namespace is used up."""
        return self.status == 403 and _QUOTA in self.message

    @property
    def undiscovered(self) -> bool:
        """Whether an API server that has just started does not know the schema of a custom resource yet."""
        return self.status == 503 and _UNDISCOVERED in self.message

    @property
    def too_large(self) -> bool:
        """Whether the object is larger than the API server or etcd takes."""
        return self.status == 413 or (
            self.status >= 500 and any(words in self.message for words in _TOO_LARGE_FOR_ETCD)
        )

    def is_missing(self, resource: str, name: str) -> bool:
        """Whether this very object does not exist; `resource` is the plural name, without the group.

        Any other 404 reports nothing about the object: the namespace is missing, or the API server does not serve the
        resource (yet).
        """
        return (self.status, self.details.get("kind"), self.details.get("name")) == (404, resource, name)


class WatchExpired(KubeError):
    """The watch cannot go on from its resourceVersion, or the list from its page (410): list again."""

    def __init__(self, message: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(410, "Expired", message, details)


def from_status(code: int, status: Mapping[str, Any]) -> KubeError:
    """The error that a Status object describes, which came with this code."""
    message, details = status.get("message", ""), status.get("details")
    if code == 410:
        return WatchExpired(message, details)
    return KubeError(code, status.get("reason", ""), message, details)


def from_answer(code: int, raw: bytes) -> KubeError:
    """The error of an answer that is not a 2xx, with or without a Status object."""
    try:
        return from_status(code, json.loads(raw))
    except (ValueError, AttributeError):
        return from_status(code, {"message": raw[:200].decode(errors="replace")})
