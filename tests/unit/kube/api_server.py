"""An API server over TLS that accepts one token, or clients with one certificate."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.unit.kube.certificates import Identity


class Accepting:
    """Answers GET /jobs with {}, other tokens than `token` with 401; any client when it is empty."""

    def __init__(self, token: str = "") -> None:
        self.token = token

    async def _answer(self, request: web.Request) -> web.Response:
        accepted = not self.token or request.headers.get("Authorization") == f"Bearer {self.token}"
        return web.Response(text="{}", status=200 if accepted else 401)

    @asynccontextmanager
    async def over_tls(self, own: Identity, folder: Path, *, clients: Identity | None = None) -> AsyncIterator[int]:
        """Listen on 127.0.0.1; the port. With `clients`, only a client with that certificate gets through."""
        file = folder / "server.pem"
        file.write_bytes(own.certificate + own.key)
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(file)
        if clients:
            tls.load_verify_locations(cadata=clients.certificate.decode())
            tls.verify_mode = ssl.CERT_REQUIRED
        app = web.Application()
        app.router.add_get("/jobs", self._answer)
        server = TestServer(app, scheme="https")
        await server.start_server(ssl=tls)
        try:
            assert server.port is not None
            yield server.port
        finally:
            await server.close()
