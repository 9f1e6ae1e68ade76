"""KubeClient reads the pod's token again after a 401.

It leans on a field of the Kubernetes client (docs/upgrading.md): the test fails when that field moves.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio import client
from kubernetes.aio.config.incluster_config import InClusterConfigLoader

from kube.client import KubeClient
from kube.errors import KubeError


async def test_a_refused_token_is_read_again_by_the_next_request(tmp_path: Path) -> None:
    # given a client that has read a token, which is replaced before its minute is over
    token, certificate = tmp_path / "token", tmp_path / "ca.crt"
    token.write_text("old")
    certificate.write_text("not read over http")

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text="{}", status=200 if request.headers["Authorization"] == "bearer new" else 401)

    app = web.Application()
    app.router.add_get("/jobs", answer)
    async with TestServer(app) as listening:
        environment = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}
        account = InClusterConfigLoader(str(token), str(certificate), environ=environment)
        configuration = client.Configuration()
        account.load_and_set(configuration)
        account.host = configuration.host = str(listening.make_url("")).rstrip("/")
        account.ssl_ca_cert = configuration.ssl_ca_cert = None
        kube = KubeClient(client.ApiClient(configuration), account)
        token.write_text("new")
        try:
            # when the API server refuses the old one
            with pytest.raises(KubeError, match="401"):
                await kube.request("GET", "/jobs")
            # then the next request has the new one
            assert await kube.request("GET", "/jobs") == {}
        finally:
            await kube.close()
