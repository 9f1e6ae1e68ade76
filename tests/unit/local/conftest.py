"""An API server of local's with the chart's admission policy, and its callers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from charts.release import CHART
from crds.job import API_VERSION, KIND
from local.apiserver import ApiServer
from local.apiserver.policy_file import read_policy

NAMESPACE = "demo"
JOBS = f"/apis/{API_VERSION}/namespaces/{NAMESPACE}/pdfexportjobs"
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"


@dataclass
class Here:
    """The server, and clients of it that are closed at the end."""

    server: ApiServer
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client(self, token: str | None = None) -> httpx.AsyncClient:
        """A client with the administrator's token, or another's."""
        given = self.server.token_for("admin") if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        client = httpx.AsyncClient(base_url=self.server.url, headers=headers, timeout=20)
        return await self.open.enter_async_context(client)

    async def pod(self, name: str, account: str = "pdf-export-renderer") -> dict[str, Any]:
        """A pod that was created, of a service account."""
        manifest = {"metadata": {"name": name}, "spec": {"serviceAccountName": account, "containers": []}}
        admin = await self.client()
        created: dict[str, Any] = (await admin.post(PODS, json=manifest)).json()
        return created


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    policy = read_policy(CHART / "templates" / "admission-policy.yaml", namespace=NAMESPACE, fullname="pdf-export")
    async with ApiServer(namespace=NAMESPACE, policies=[policy], kept_changes=20) as server:
        running = Here(server)
        async with running.open:
            yield running


def job(name: str) -> dict[str, Any]:
    """The manifest of a job."""
    spec = {"resumeId": 1, "templateId": "modern", "cvData": {}}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name}, "spec": spec}
