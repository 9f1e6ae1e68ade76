"""The cluster keeps running and comes back, whatever is done to it. Skipped where KUBECONFIG names another."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.paths import CHECKOUT, foreign_kubeconfig, from_environment
from cluster.progress import wait_until

NAMESPACE = "cluster-lifecycle"
POD = """\
apiVersion: v1
kind: Namespace
metadata: {name: cluster-lifecycle, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: nobody, namespace: cluster-lifecycle}
---
apiVersion: v1
kind: Pod
metadata: {name: restricted, namespace: cluster-lifecycle}
spec:
  serviceAccountName: nobody
  terminationGracePeriodSeconds: 1
  securityContext: {runAsNonRoot: true, runAsUser: 1234, seccompProfile: {type: RuntimeDefault}}
  volumes: [{name: tmp, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
  containers:
  - name: pause
    image: localhost/pause:1
    volumeMounts: [{name: tmp, mountPath: /tmp}]
    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
"""


def cli(*arguments: str, cwd: Path = CHECKOUT, stdin: str | None = None, check: bool = True) -> str:
    """Runs the command line as a machine without any package does: -S leaves all installed ones out."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "cluster", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0 or not check, done.stderr
    return done.stdout


def status() -> dict[str, dict[str, Any]]:
    return {row["component"]: row for row in json.loads(cli("status", "--json", check=False))}


def name_resolves() -> bool:
    """Asks the cluster's DNS, as a pod would: the API server's Service has the address that it always has."""
    labels = b"".join(bytes([len(label)]) + label for label in b"kubernetes.default.svc.cluster.local".split(b"."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as query:
        query.settimeout(2)
        query.connect(("10.96.0.10", 53))
        query.send(b"\0\7\1\0\0\1\0\0\0\0\0\0" + labels + b"\0\0\1\0\1")
        try:
            return query.recv(512).endswith(socket.inet_aton("10.96.0.1"))
        except OSError:
            return False


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    if foreign_kubeconfig(from_environment()):
        pytest.skip("KUBECONFIG names a cluster whose components are not ours to stop")
    cli("up")
    yield
    cli("up")
    cli("kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait=false")


def test_up_again_changes_nothing(tmp_path: Path) -> None:
    before = status()
    # Another checkout: the machine has one cluster.
    for folder in ("cluster", "charts"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)

    assert "is up already" in cli("up", cwd=tmp_path)
    assert status() == before


def test_a_component_stops_and_starts_alone() -> None:
    assert name_resolves()

    cli("stop", "coredns")
    assert [name for name, row in status().items() if not row["healthy"]] == ["coredns"]
    assert not name_resolves()

    cli("start", "coredns")
    assert all(row["healthy"] for row in status().values())
    wait_until("the name to resolve", name_resolves, seconds=10)


def test_up_brings_the_cluster_back_after_all_of_it_was_killed() -> None:
    def pod() -> dict[str, Any]:
        found: dict[str, Any] = json.loads(cli("kubectl", "-n", NAMESPACE, "get", "pod", "restricted", "-o", "json"))
        return found

    cli("kubectl", "apply", "-f", "-", stdin=POD)
    cli("kubectl", "-n", NAMESPACE, "wait", "--for=condition=Ready", "pod/restricted", "--timeout=60s")
    before = pod()

    for row in status().values():
        os.kill(row["pid"], signal.SIGKILL)
    cli("up")

    assert all(row["healthy"] for row in status().values())
    after = pod()
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    assert after["status"]["containerStatuses"] == before["status"]["containerStatuses"]
    # The machine reaches Services, by kube-proxy's rules.
    trust = ssl.create_default_context(cafile=str(from_environment().pki / "ca.crt"))
    with urllib.request.urlopen("https://10.96.0.1/version", context=trust, timeout=10) as answer:
        assert json.load(answer)["major"] == "1"


def test_a_second_node_comes_and_goes_and_the_first_one_stays_as_it_is() -> None:
    def nodes() -> list[str]:
        return cli("kubectl", "get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split()

    before = status()
    cli("up", "--nodes", "2")
    assert nodes() == ["node-1", "node-2"]
    both = status()
    assert all(row["healthy"] for row in both.values())
    # One that has been broken is removed, as an interrupted test may leave it.
    os.kill(both["node-2/kubelet"]["pid"], signal.SIGKILL)
    cli("up")
    assert nodes() == ["node-1"]
    assert status() == before
