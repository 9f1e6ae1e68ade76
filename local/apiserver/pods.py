"""What the API server itself does with pods: their defaults, their node, and their deletion with grace."""

from __future__ import annotations

from datetime import UTC, datetime

from kube.client import JsonObject

NODE = "local"
_DEFAULT_GRACE_SECONDS = 30
_FINISHED = ("Succeeded", "Failed")


def created(pod: JsonObject) -> JsonObject:
    """A new pod. There is one node, so there is nothing to schedule."""
    spec = {
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": _DEFAULT_GRACE_SECONDS,
        "nodeName": NODE,
        **(pod.get("spec") or {}),
    }
    return {**pod, "spec": spec, "status": {"phase": "Pending"}}


def terminating(pod: JsonObject, grace_seconds: int | None, now: float) -> JsonObject | None:
    """The pod with its deletion stamped on it; None when it is to be removed at once.

    A second deletion can only make the time shorter.
    """
    spec = pod["spec"]
    grace = spec["terminationGracePeriodSeconds"] if grace_seconds is None else grace_seconds
    if grace <= 0 or (pod.get("status") or {}).get("phase") in _FINISHED:
        return None
    metadata = pod["metadata"]
    if "deletionTimestamp" in metadata and metadata["deletionGracePeriodSeconds"] <= grace:
        return pod
    until = datetime.fromtimestamp(now + grace, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**pod, "metadata": {**metadata, "deletionTimestamp": until, "deletionGracePeriodSeconds": grace}}
