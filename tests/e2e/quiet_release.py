"""A release whose programs do not run, for what the API server alone decides: rights, admission, ownership."""

from __future__ import annotations

import base64
import json
import secrets
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cluster.paths import CHECKOUT
from tests.e2e.conftest import Run

CHART = CHECKOUT / "charts" / "pdf-export"
NAME = "quiet"
FULLNAME = f"{NAME}-pdf-export"
JOBS = "apis/pdfexport.dev/v1/namespaces/{namespace}/pdfexportjobs"
_NO_IMAGE = "localhost/no-such-image:none"
VALUES = (
    *("--set", "firebaseEmulator.enabled=true", "--set", "imagePullPolicy=Never"),
    *("--set", f"images.control={_NO_IMAGE},images.renderer={_NO_IMAGE},images.storageEmulator={_NO_IMAGE}"),
)


@dataclass(frozen=True)
class Quiet:
    """The release in a namespace of its own; `kubectl` and `helm` work in it as the administrator."""

    namespace: str
    kubectl_anywhere: Run
    helm_anywhere: Run

    def kubectl(self, *arguments: str, input: str | None = None) -> str:
        return self.kubectl_anywhere("-n", self.namespace, *arguments, input=input)

    def helm(self, *arguments: str) -> str:
        return self.helm_anywhere("-n", self.namespace, *arguments)

    def get(self, *arguments: str) -> dict[str, Any]:
        """What `kubectl get … -o json` shows."""
        found: dict[str, Any] = json.loads(self.kubectl("get", *arguments, "-o", "json"))
        return found

    def renderer_pod(self, name: str, *, deadline: int | None = None, **metadata: Any) -> None:
        """Create a pod from the chart's pod template, as the controller does; it is never scheduled."""
        manifest = renderer_pod(self)
        if deadline is not None:
            manifest["spec"]["activeDeadlineSeconds"] = deadline
        manifest["metadata"] |= {"name": name, **metadata}
        manifest["spec"]["schedulingGates"] = [{"name": "pdfexport.dev/never"}]
        self.kubectl("create", "-f", "-", input=json.dumps(manifest))

    def token(self, component: str | None, *, pod: str | None = None) -> str:
        """A token of a component's service account (None: of the namespace's own), bound to a pod if one is named."""
        account = f"{FULLNAME}-{component}" if component else "default"
        bound = ("--bound-object-kind=Pod", f"--bound-object-name={pod}") if pod else ()
        return self.kubectl("create", "token", account, *bound).strip()


def renderer_pod(quiet: Quiet) -> dict[str, Any]:
    """The manifest that the chart gives to the controller."""
    template = quiet.get("configmap", f"{FULLNAME}-renderer-pod")["data"]["renderer-pod.yaml"]
    pod: dict[str, Any] = json.loads(
        quiet.kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", input=named(template))
    )
    del pod["metadata"]["name"]
    return pod


def named(pod_template: str) -> str:
    """A pod template as a manifest that kubectl takes."""
    return pod_template.replace("metadata:\n", "metadata:\n  name: renderer\n", 1)


@contextmanager
def quiet_release(kubectl: Run, helm: Run) -> Iterator[Quiet]:
    """Install into a new namespace that enforces the restricted Pod Security Standard; remove both at the end."""
    quiet = Quiet(f"quiet-{secrets.token_hex(3)}", kubectl, helm)
    kubectl("create", "namespace", quiet.namespace)
    try:
        kubectl("label", "namespace", quiet.namespace, "pod-security.kubernetes.io/enforce=restricted")
        quiet.helm("install", NAME, str(CHART), *VALUES)
        yield quiet
    finally:
        try:
            quiet.helm("uninstall", NAME, "--ignore-not-found")
        finally:
            kubectl("delete", "namespace", quiet.namespace, "--wait=false")


class KubeApi:
    """Plain requests to the API server with a token and nothing else."""

    def __init__(self, kubectl: Run, namespace: str) -> None:
        cluster = json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))["clusters"][0]["cluster"]
        data = cluster.get("certificate-authority-data")
        authority = base64.b64decode(data) if data else Path(cluster["certificate-authority"]).read_bytes()
        trust = ssl.create_default_context(cadata=authority.decode())
        self._http = httpx.Client(base_url=cluster["server"], verify=trust, trust_env=False, timeout=40)
        self._namespace = namespace
        self._kubectl = kubectl

    def close(self) -> None:
        self._http.close()

    def change_status(self, token: str, job: str, changes: Mapping[str, Any], query: str = "") -> httpx.Response:
        """Ask for a change of the status of the job at this path, as it is now; None removes a field."""
        current = json.loads(self._kubectl("get", "--raw", "/" + job.format(namespace=self._namespace)))
        status = {**current.get("status", {}), **changes}
        body = {**current, "status": {key: value for key, value in status.items() if value is not None}}
        return self(token, "PUT", f"{job}/status{query}", body)

    def __call__(self, token: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """A request; `{namespace}` in the path is the release's; a PATCH is a merge patch."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        return self._http.request(
            method,
            "/" + path.format(namespace=self._namespace),
            content=None if body is None else json.dumps(body),
            headers={"Authorization": f"Bearer {token}", "Content-Type": kind},
        )


def error_of(run: Run, *arguments: str, input: str | None = None) -> str:
    """What a command that must fail says."""
    try:
        output = run(*arguments, input=input)
    except subprocess.CalledProcessError as e:
        return str(e.stderr)
    raise AssertionError(f"{arguments} did not fail: {output}")
