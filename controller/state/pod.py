"""The Python view of a renderer pod, and the manifest of a new one."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crds.job import parse_time

TEMPLATE_LABEL = "pdfexport.dev/pod-template"
COMPONENT_LABEL = "app.kubernetes.io/component"
INSTANCE_LABEL = "app.kubernetes.io/instance"
COMPONENT = "renderer"
CONTAINER = "renderer"
"""The container of the pod whose process is the renderer; there may be others beside it."""

# No vowels and no look-alikes, as Kubernetes' own generated names.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(frozen=True, slots=True)
class Pod:
    """A renderer pod as decisions see it; times are seconds since the epoch."""

    name: str
    uid: str
    resource_version: int
    created: float
    template: str
    ready_at: float | None
    finished: bool
    """Whether the renderer has ended, whatever else runs in the pod."""
    terminating: bool
    trouble: str
    was_ready: bool = False
    """Whether it was ready and is not any more."""

    @classmethod
    def from_object(cls, obj: Mapping[str, Any]) -> Pod:
        """The view of a v1 Pod as the API server returns it."""
        metadata = obj["metadata"]
        status: Mapping[str, Any] = obj.get("status") or {}
        conditions = {condition["type"]: condition for condition in status.get("conditions") or ()}
        ready = conditions.get("Ready")
        return cls(
            name=metadata["name"],
            uid=metadata["uid"],
            resource_version=int(metadata["resourceVersion"]),
            created=parse_time(metadata["creationTimestamp"]),
            template=(metadata.get("labels") or {}).get(TEMPLATE_LABEL, ""),
            ready_at=parse_time(ready["lastTransitionTime"]) if ready and ready["status"] == "True" else None,
            finished=status.get("phase") in ("Succeeded", "Failed") or _process_ended(status),
            terminating="deletionTimestamp" in metadata,
            trouble=_trouble(status),
            was_ready=_was_ready(conditions),
        )


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """The chart's pod template: a v1 Pod manifest without a name."""

    manifest: Mapping[str, Any]
    digest: str

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> PodTemplate:
        """Keep a manifest with its digest, which distinguishes pods of an older template."""
        text = json.dumps(manifest, sort_keys=True)
        return cls(manifest, hashlib.sha256(text.encode()).hexdigest()[:12])

    def pod(self, name: str, *, owner: Mapping[str, Any]) -> dict[str, Any]:
        """The manifest of a new pod; the owner's deletion takes it along.

        The owner is its controller too: `kubectl drain` and cluster-autoscaler leave pods alone that have none, since
        nobody would replace them.
        """
        metadata = self.manifest.get("metadata") or {}
        return {
            **self.manifest,
            "metadata": {
                **metadata,
                "name": name,
                "labels": {**(metadata.get("labels") or {}), TEMPLATE_LABEL: self.digest},
                "ownerReferences": [{**owner, "controller": True}],
            },
        }


def selector(release: str) -> str:
    """The label selector of a release's renderer pods."""
    return f"{INSTANCE_LABEL}={release},{COMPONENT_LABEL}={COMPONENT}"


def new_name(release: str) -> str:
    """A name for a new renderer pod of a release."""
    return f"{release}-renderer-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def _process_ended(status: Mapping[str, Any]) -> bool:
    """Whether the renderer's process has ended, even when the kubelet has started another in its place.

    A pod's phase does not say so while a sidecar runs.
    """
    containers = status.get("containerStatuses") or ()
    renderer: Mapping[str, Any] = next((each for each in containers if each.get("name") == CONTAINER), {})
    return "terminated" in (renderer.get("state") or {}) or renderer.get("restartCount", 0) > 0


def _was_ready(conditions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a pod that is not ready has been so: a controller that has just begun did not see it.

    The kubelet sets both conditions when it first sees a pod. Ready changes after Initialized only once the pod is
    ready.
    """
    ready, initialized = conditions.get("Ready"), conditions.get("Initialized")
    if not ready or not initialized or ready["status"] == "True" or initialized["status"] != "True":
        return False
    return parse_time(ready["lastTransitionTime"]) > parse_time(initialized["lastTransitionTime"])


def _trouble(status: Mapping[str, Any]) -> str:
    """Why a pod does not start or ended badly, in a few words; empty when nothing is known."""
    for container in status.get("containerStatuses") or ():
        state = container.get("state") or {}
        if "waiting" in state and state["waiting"].get("reason") not in (None, "ContainerCreating"):
            return f"{state['waiting']['reason']}: {state['waiting'].get('message', '')}"[:300]
        if "terminated" in state and state["terminated"].get("exitCode"):
            terminated = state["terminated"]
            ended = f"{terminated.get('reason', 'Error')}, exit code {terminated['exitCode']}"
            return ": ".join(filter(None, (ended, terminated.get("message"))))[:300]
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return f"{condition.get('reason', '')}: {condition.get('message', '')}"[:300]
    return ""
