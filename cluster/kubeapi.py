"""The few questions that the lifecycle asks the API server, as the administrator; kubectl takes longer to start."""

from __future__ import annotations

import http.client
import json
import ssl
from datetime import UTC, datetime
from typing import Any

from cluster.configs import NODE
from cluster.paths import Paths

# kubelet renews its lease every 10 s.
_LEASE_SECONDS = 25.0
_TAINTS = {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}


class KubeApi:
    """One connection to the API server on loopback."""

    def __init__(self, paths: Paths, *, seconds: float = 5.0) -> None:
        context = ssl.create_default_context(cafile=str(paths.pki / "ca.crt"))
        context.load_cert_chain(paths.pki / "admin.crt", paths.pki / "admin.key")
        self._connection = http.client.HTTPSConnection("127.0.0.1", 6443, timeout=seconds, context=context)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON, or None for anything but a success. Raises OSError or HTTPException without a server."""
        headers = {"Content-Type": "application/json"}
        self._connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        content = answer.read()
        return json.loads(content) if answer.status < 300 else None

    def node_ready(self, name: str = NODE) -> bool:
        """True when the node says so and its kubelet is alive to say it: an old status may outlive a kubelet.

        A new kubelet makes its lease 10 s after the node: none at all is no bad sign.
        """
        node = self.call("GET", f"/api/v1/nodes/{name}")
        lease = self.call("GET", f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
        if node is None:
            return False
        ready = any(each["type"] == "Ready" and each["status"] == "True" for each in node["status"]["conditions"])
        tainted = any(taint["key"] in _TAINTS for taint in node["spec"].get("taints", ()))
        if lease is not None:
            silent = datetime.now(UTC) - datetime.fromisoformat(lease["spec"]["renewTime"])
            ready = ready and silent.total_seconds() < _LEASE_SECONDS
        return ready and not tainted

    def default_account_exists(self) -> bool:
        """Pods are refused until the controller manager has made the namespace's service account."""
        return self.call("GET", "/api/v1/namespaces/default/serviceaccounts/default") is not None

    def pods(self, *, node: str = "") -> list[tuple[str, str]]:
        """Namespace and name of every pod, or of a node's."""
        answer = self.call("GET", "/api/v1/pods" + (f"?fieldSelector=spec.nodeName%3D{node}" if node else ""))
        return [(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in (answer["items"] if answer else [])]

    def forget_node(self, name: str) -> None:
        """Removes a node, and its pods without waiting for their end."""
        self.call("DELETE", f"/api/v1/nodes/{name}")
        self.call("DELETE", f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}")
        for namespace, pod in self.pods(node=name):
            self.delete_pod(namespace, pod, grace_seconds=0)

    def delete_pod(self, namespace: str, name: str, *, grace_seconds: int) -> None:
        self.call(
            "DELETE",
            f"/api/v1/namespaces/{namespace}/pods/{name}",
            {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": grace_seconds},
        )
