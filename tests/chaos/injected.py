"""Containers that admission adds to each new renderer pod of a namespace, as a service mesh adds its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NAME = "injected.chaos.pdfexport.dev"
_API = "admissionregistration.k8s.io/v1"


@dataclass(frozen=True, slots=True)
class Injected:
    """A container, the list of a pod's spec that it is added to, and its program: Python without double quotes."""

    name: str
    field: str
    program: str


# The first process of a container does not end by a signal that it does nothing about.
SIDECAR = Injected(
    "sidecar", "containers", "from signal import *; pthread_sigmask(SIG_BLOCK, [SIGTERM]); sigwait([SIGTERM])"
)
"""A second container, which goes on when the renderer has ended."""

FAILING_INIT = Injected(
    "set-up", "initContainers", "import sys; print('no route to the mesh', file=sys.stderr); sys.exit(3)"
)
"""An init container that fails: the renderer is never started."""


def admission(injected: Injected, namespace: str, *, image: str) -> list[dict[str, Any]]:
    """The MutatingAdmissionPolicy that adds it, and its binding. The image has a Python."""
    kind = f"Object.spec.{injected.field}"
    container = f"""{kind}{{
        name: "{injected.name}",
        image: "{image}",
        command: ["/opt/venv/bin/python", "-c", "{injected.program}"],
        terminationMessagePolicy: "FallbackToLogsOnError",
        securityContext: {kind}.securityContext{{
            allowPrivilegeEscalation: false,
            capabilities: {kind}.securityContext.capabilities{{drop: ["ALL"]}}
        }}
    }}"""
    # The chart's pods have no init containers: that list is added with the first one.
    end, value = ("/-", container) if injected.field == "containers" else ("", f"[{container}]")
    expression = f'[JSONPatch{{op: "add", path: "/spec/{injected.field}{end}", value: {value}}}]'
    pods = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    policy = {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "matchConstraints": {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
            "objectSelector": {"matchLabels": {"app.kubernetes.io/component": "renderer"}},
            "resourceRules": [pods],
        },
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": expression}}],
    }
    metadata = {"name": _NAME}
    return [
        {"apiVersion": _API, "kind": "MutatingAdmissionPolicy", "metadata": metadata, "spec": policy},
        {
            "apiVersion": _API,
            "kind": "MutatingAdmissionPolicyBinding",
            "metadata": metadata,
            "spec": {"policyName": _NAME},
        },
    ]


def like(pod: dict[str, Any]) -> dict[str, Any]:
    """A pod to be created, as admission would see the next one of this kind."""
    # The API server has written the labels to match into the constraints, and refuses to do it a second time.
    spec = {key: value for key, value in pod["spec"].items() if key not in ("nodeName", "topologySpreadConstraints")}
    metadata = {"generateName": "like-", "labels": pod["metadata"]["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def names(pod: dict[str, Any], field: str) -> set[str]:
    """The names of the containers in one of a pod's lists."""
    return {container["name"] for container in pod["spec"].get(field, ())}
