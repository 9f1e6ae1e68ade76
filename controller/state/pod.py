"""The Python view of a renderer pod, and the manifest of a new one."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from crds.job import parse_time

TEMPLATE_LABEL = "pdfexport.dev/pod-template"
COMPONENT_LABEL = "app.kubernetes.io/component"
INSTANCE_LABEL = "app.kubernetes.io/instance"
COMPONENT = "renderer"
CONTAINER = "renderer"
"""The container of the pod whose process is the renderer; there may be others beside it."""

_MESSAGE_CHARS = 300
# The chart gave them to pods once, and they changed with its version; nothing that a renderer does depends on them.
_VERSION_LABELS = ("helm.sh/chart", "app.kubernetes.io/version")

# No vowels and no look-alikes, as Kubernetes' own generated names.
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


class Stage(IntEnum):
    """How far a pod has come on its way to be ready."""

    UNSCHEDULED = 0
    PULLING = 1
    """A node has it: the kubelet pulls images, mounts volumes, runs init containers."""
    STARTED = 2
    """The renderer's process runs, or has."""


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
    stage: Stage = Stage.STARTED
    node_lost: bool = False
    """Whether Kubernetes has given up its node: nobody reports of the pod any more."""

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
            stage=_stage(status, conditions),
            node_lost=_node_lost(obj.get("spec") or {}, conditions),
        )


@dataclass(frozen=True, slots=True)
class PodTemplate:
    """The chart's pod template: a v1 Pod manifest without a name."""

    manifest: Mapping[str, Any]
    digest: str

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> PodTemplate:
        """Keep a manifest with its digest, which distinguishes pods of an older template; labels of versions do not."""
        metadata = manifest.get("metadata") or {}
        labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key not in _VERSION_LABELS}
        text = json.dumps({**manifest, "metadata": {**metadata, "labels": labels}}, sort_keys=True)
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
    renderer = _renderer(status)
    return "terminated" in (renderer.get("state") or {}) or renderer.get("restartCount", 0) > 0


def _stage(status: Mapping[str, Any], conditions: Mapping[str, Mapping[str, Any]]) -> Stage:
    renderer = _renderer(status)
    ran = (renderer.get("state") or {}).keys() & {"running", "terminated"} or renderer.get("restartCount", 0) > 0
    if ran or status.get("phase") not in (None, "Pending"):
        # A pod that has ended may have run: the kubelet need not have written that.
        return Stage.STARTED
    scheduled = conditions.get("PodScheduled") or {}
    return Stage.PULLING if scheduled.get("status") == "True" else Stage.UNSCHEDULED


def _renderer(status: Mapping[str, Any]) -> Mapping[str, Any]:
    """The status of the renderer's container; empty when the kubelet has not written any."""
    containers = status.get("containerStatuses") or ()
    return next((each for each in containers if each.get("name") == CONTAINER), {})


def _was_ready(conditions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a pod that is not ready has been so: a controller that has just begun did not see it.

    The kubelet sets both conditions when it first sees a pod. Ready changes after Initialized only once the pod is
    ready.
    """
    ready, initialized = conditions.get("Ready"), conditions.get("Initialized")
    if not ready or not initialized or ready["status"] == "True" or initialized["status"] != "True":
        return False
    return parse_time(ready["lastTransitionTime"]) > parse_time(initialized["lastTransitionTime"])


def _node_lost(spec: Mapping[str, Any], conditions: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the node controller, not the kubelet, says that a pod is not ready.

    A kubelet derives Ready from ContainersReady and from readiness gates, which only an admission webhook gives to a
    renderer. The node controller sets Ready alone, when the node has not reported for 50 s
    (`--node-monitor-grace-period` of kube-controller-manager).
    """
    ready, containers = conditions.get("Ready"), conditions.get("ContainersReady")
    apart = ready and containers and ready["status"] == "False" and containers["status"] == "True"
    return bool(apart and not spec.get("readinessGates"))


def _trouble(status: Mapping[str, Any]) -> str:
    """Why a pod does not start or ended badly, as the kubelet and the scheduler report it; empty when they do not."""
    for container in (*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())):
        if trouble := _container_trouble(container):
            name = container.get("name", CONTAINER)
            return trouble if name == CONTAINER else f"container {name}: {trouble}"
    if status.get("phase") == "Failed" and status.get("reason"):
        # An eviction, or a kubelet that does not admit the pod.
        return _joined(status["reason"], status.get("message"))
    for condition in status.get("conditions") or ():
        if condition["type"] == "PodScheduled" and condition["status"] == "False":
            return _joined(condition.get("reason"), condition.get("message"))
    return ""


def _container_trouble(container: Mapping[str, Any]) -> str:
    """Why a container waits, beside its being made ready, or that it ended badly, with the last words of its log."""
    state = container.get("state") or {}
    ended = state.get("terminated") or (container.get("lastState") or {}).get("terminated") or {}
    code = ended.get("exitCode")
    how = _joined(f"{ended.get('reason', 'Error')}, exit code {code}", ended.get("message")) if code else ""
    reason = (state.get("waiting") or {}).get("reason")
    if reason in (None, "ContainerCreating", "PodInitializing"):
        return how
    return _joined(reason, how or state["waiting"].get("message"))


def _joined(reason: str | None, message: str | None) -> str:
    """A reason and its message; of a long one the end, where a log has the error."""
    text = " ".join((message or "").split())
    return ": ".join(filter(None, (reason, text if len(text) <= _MESSAGE_CHARS else "…" + text[-_MESSAGE_CHARS:])))
