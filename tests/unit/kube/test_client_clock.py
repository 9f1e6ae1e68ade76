"""KubeClient tells the API server's time from the Date of every answer, also of refusals and of watches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio import client

from kube.client import KubeClient
from kube.clock import monotonic
from kube.errors import KubeError

HOUR = 3600.0


class Server:
    """Answers every request with a Date of its own."""

    def __init__(self) -> None:
        self.date = ""

    async def answer(self, request: web.Request) -> web.Response:
        status = 403 if request.path == "/refused" else 200
        return web.Response(text="" if "watch" in request.query else "{}", status=status, headers={"Date": self.date})


@asynccontextmanager
async def connected(server: Server) -> AsyncIterator[KubeClient]:
    app = web.Application()
    app.router.add_get("/{path:.*}", server.answer)
    async with TestServer(app) as listening:
        configuration = client.Configuration()
        configuration.host = str(listening.make_url("")).rstrip("/")
        kube = KubeClient(client.ApiClient(configuration))
        try:
            yield kube
        finally:
            await kube.close()


async def ask(kube: KubeClient, how: str) -> None:
    if how == "watch":
        assert [event async for event in kube.watch("/jobs", resource_version="1")] == []
    elif how == "refusal":
        with pytest.raises(KubeError, match="403"):
            await kube.request("GET", "/refused")
    else:
        await kube.request("GET", "/jobs")


@pytest.mark.parametrize("how", ["request", "refusal", "watch"])
async def test_the_time_is_the_servers(how: str) -> None:
    server = Server()
    async with connected(server) as kube:
        assert abs(kube.now() - monotonic()) < 1
        server.date = formatdate(monotonic() + HOUR, usegmt=True)
        await ask(kube, how)
        assert abs(kube.now() - monotonic() - HOUR) < 3
        server.date = formatdate(monotonic() - HOUR, usegmt=True)
        await ask(kube, how)
        assert abs(kube.now() - monotonic() + HOUR) < 3


async def test_a_date_that_is_none_changes_nothing() -> None:
    server = Server()
    async with connected(server) as kube:
        server.date = "soon"
        await kube.request("GET", "/jobs")
        assert kube.server_date is None
        assert abs(kube.now() - monotonic()) < 1
