"""A second container for each new renderer pod of a namespace, which goes on when the renderer has ended."""

from __future__ import annotations

from typing import Any

_NAME = "sidecar.chaos.pdfexport.dev"
_API = "admissionregistration.k8s.io/v1"
# The first process of a container does not end by a signal that it does nothing about.
_PROGRAM = "from signal import *; pthread_sigmask(SIG_BLOCK, [SIGTERM]); sigwait([SIGTERM])"


def admission(namespace: str, *, image: str) -> list[dict[str, Any]]:
    """The MutatingAdmissionPolicy that adds it, and its binding. The image has a Python."""
    container = f"""Object.spec.containers{{
        name: "sidecar",
        image: "{image}",
        command: ["/opt/venv/bin/python", "-c", "{_PROGRAM}"],
        securityContext: Object.spec.containers.securityContext{{
            allowPrivilegeEscalation: false,
            capabilities: Object.spec.containers.securityContext.capabilities{{drop: ["ALL"]}}
        }}
    }}"""
    expression = f'[JSONPatch{{op: "add", path: "/spec/containers/-", value: {container}}}]'
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
