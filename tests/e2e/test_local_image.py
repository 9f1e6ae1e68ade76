"""The image `local`: the whole system in one container, without Kubernetes, reached from outside by one port."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cluster.paths import CHECKOUT, foreign_kubeconfig
from cluster.release import Release
from tests.e2e.client import ApiClient, download, eventually, pdf_text
from tests.e2e.conftest import Run

POD = "local"
PORT = 8080


def cluster(*arguments: str) -> str:
    """Run `python -m cluster`; the last line that it prints."""
    command = [sys.executable, "-m", "cluster", *arguments]
    said = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return (said.splitlines() or [""])[-1]


@pytest.fixture
def url(installed: Release, kubectl: Run) -> Iterator[str]:
    """Where the container is reached: the address of a pod that runs the image."""
    if foreign_kubeconfig(installed.paths):
        pytest.skip("images for another cluster are built elsewhere")
    reference = json.loads(cluster("images", "local"))["local"]
    cluster("load", reference)
    kubectl("create", "-f", "-", input=json.dumps(pod(reference)))
    yield f"http://{eventually('the pod has an address', lambda: address(kubectl), seconds=60)}:{PORT}"
    kubectl("delete", "pod", POD, "--now")


def pod(image: str) -> dict[str, Any]:
    container = {
        "name": "local",
        "image": image,
        "imagePullPolicy": "Never",
        "args": ["--public-url", f"http://$(POD_IP):{PORT}"],
        "env": [{"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    spec = {
        "containers": [container],
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": POD}, "spec": spec}


def address(kubectl: Run) -> str:
    return kubectl("get", "pod", POD, "-o", "jsonpath={.status.podIP}")


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.TransportError:
        return False


def test_a_cv_is_exported_by_the_image_alone(url: str) -> None:
    eventually("the API is ready", lambda: is_ready(url), seconds=120)
    with httpx.Client(base_url=url, timeout=40) as http:
        client = ApiClient(http)

        done = client.finished(client.post({"basics": {"name": "Ada Lovelace"}}))

    assert done["fileUrl"].startswith(f"{url}/v0/"), done
    assert "Ada Lovelace" in pdf_text(download(done["fileUrl"]).content)
