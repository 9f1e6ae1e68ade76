"""Where the contract is tested: always on local's API server, and on a real one too when KUBECONFIG names it."""

from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crds.job import API_VERSION, KIND, PLURAL
from kube import paths
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from local.apiserver import ApiServer

REAL = os.environ.get("KUBECONFIG")
PARTS = ["local", *(["cluster"] if REAL else [])]
NAMESPACES = "/api/v1/namespaces"


@dataclass(frozen=True)
class Cluster:
    """An API server, as its administrator uses it."""

    kube: KubeClient
    namespace: str

    @property
    def jobs(self) -> str:
        """The path of the jobs."""
        return f"/apis/{API_VERSION}/namespaces/{self.namespace}/{PLURAL}"

    @property
    def pods(self) -> str:
        """The path of the pods."""
        return paths.pods(self.namespace)

    async def create_job(self, name: str = "", **spec: object) -> JsonObject:
        """Create a job, of a random name when none is given."""
        return await self.kube.request("POST", self.jobs, body=job(name or str(uuid.uuid4()), **spec))

    async def put_status(self, obj: JsonObject, status: JsonObject, **metadata: str) -> JsonObject:
        """Replace the status of a job that is as `obj` has it."""
        name = obj["metadata"]["name"]
        kept = {key: obj["metadata"][key] for key in ("name", "uid", "resourceVersion")}
        body = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {**kept, **metadata}, "status": status}
        return await self.kube.request("PUT", f"{self.jobs}/{name}/status", body=body)


def job(name: str, **spec: object) -> JsonObject:
    """The manifest of a job."""
    wanted = {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Ada"}}, **spec}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name}, "spec": wanted}


def rendering(pod: str = "renderer-1") -> JsonObject:
    """The status of a job that is assigned to a pod."""
    return {"phase": "Rendering", "renderer": pod, "attempt": 1, "startedAt": "2026-01-01T00:00:00.000000Z"}


def pod(name: str, **metadata: object) -> JsonObject:
    """The manifest of a pod that no node runs."""
    container = {"name": "main", "image": "registry.invalid/none"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, **metadata},
        "spec": {"containers": [container], "nodeSelector": {"none": "such"}},
    }


@pytest.fixture(params=PARTS)
async def cluster(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Cluster]:
    """The API server under test, with an empty namespace."""
    namespace = f"local-contract-{uuid.uuid4().hex[:8]}"
    if request.param == "cluster":
        kube = await KubeClient.connect()
        try:
            await _make(kube, namespace)
            yield Cluster(kube, namespace)
        finally:
            await kube.request("DELETE", f"{NAMESPACES}/{namespace}")
            await kube.close()
        return
    async with ApiServer(namespace=namespace) as server:
        monkeypatch.setenv("KUBECONFIG", str(kubeconfig(tmp_path, server.url, server.token_for("admin"))))
        kube = await KubeClient.connect()
        try:
            yield Cluster(kube, namespace)
        finally:
            await kube.close()


async def _make(kube: KubeClient, namespace: str) -> None:
    await kube.request("POST", NAMESPACES, body={"metadata": {"name": namespace}})
    account = f"{NAMESPACES}/{namespace}/serviceaccounts/default"
    await until_found(lambda: kube.request("GET", account))


async def until_found(read: Callable[[], Awaitable[object]], seconds: float = 30.0) -> None:
    """Wait until what is read is there."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                await read()
                return
            except KubeError as e:
                if e.status != 404:
                    raise
            await asyncio.sleep(0.1)


def kubeconfig(folder: Path, url: str, token: str) -> Path:
    """A kubeconfig file with one user."""
    file = folder / "kubeconfig"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "local", "cluster": {"server": url}}],
        "users": [{"name": "user", "user": {"token": token}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "user"}}],
        "current-context": "local",
    }
    file.write_text(json.dumps(content))
    return file
