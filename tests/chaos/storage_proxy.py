"""A proxy before the storage emulator that fails as it is told. It runs in a pod; it needs aiohttp only.

usage: storage_proxy.py UPSTREAM      storage on port 9199, orders on port 9198

PUT /fault {"kind": …, "count": N}: what to do with the next N uploads (0: with all, until another order comes)
    none        pass everything on
    error-500   answer 500
    error-412   answer 412, precondition failed
    hang        take the upload, and never answer
    reset       take half of the upload, then reset the connection
    refuse      accept no connection, whatever is asked for
    hold        keep the upload from storage until another order comes, then pass it on
    hold-answer let storage have the upload, and keep its answer until another order comes
GET /fault: {"kind": …, "met": how many uploads have met it}
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from yarl import URL

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "content-encoding"}


class Proxy:
    """The state of the fault, and the site that it may close."""

    def __init__(self, upstream: str, session: ClientSession) -> None:
        self._upstream = upstream
        self._session = session
        self.kind = "none"
        self.left = 0
        self.met = 0
        self.changed = asyncio.Event()
        self.site: web.TCPSite | None = None
        self.runner: web.AppRunner | None = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One request of a renderer or of whoever downloads."""
        if self.kind == "refuse" and request.transport is not None:
            # A connection from before.
            self.met += 1
            request.transport.abort()
            return web.Response()
        if not request.path.startswith("/upload/") or self.kind == "none":
            return await self._pass_on(request, await request.read())
        kind, changed = self.kind, self.changed
        self.met += 1
        if self.left:
            self.left -= 1
            if not self.left:
                self.kind = "none"
        if kind.startswith("error-"):
            await request.read()
            return web.json_response({"error": {"message": "a fault"}}, status=int(kind.removeprefix("error-")))
        if kind == "reset":
            await request.content.readany()
            assert request.transport is not None
            connection: Any = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
            return web.Response()
        body = await request.read()
        if kind == "hang":
            await asyncio.Event().wait()
        if kind == "hold":
            await changed.wait()
        answer = await self._pass_on(request, body)
        if kind == "hold-answer":
            await changed.wait()
        return answer

    async def order(self, request: web.Request) -> web.Response:
        """Another fault."""
        wanted = await request.json()
        if self.kind == "refuse":
            await self.listen()
        self.kind, self.left, self.met = wanted["kind"], wanted.get("count", 0), 0
        before, self.changed = self.changed, asyncio.Event()
        before.set()
        if self.kind == "refuse" and self.site:
            await self.site.stop()
        return web.json_response({})

    async def state(self, _: web.Request) -> web.Response:
        """What has happened since the last order."""
        return web.json_response({"kind": self.kind, "met": self.met})

    async def listen(self) -> None:
        """Accept connections."""
        assert self.runner is not None
        self.site = web.TCPSite(self.runner, port=9199)
        await self.site.start()

    async def _pass_on(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        url = URL(self._upstream + request.raw_path, encoded=True)
        async with self._session.request(request.method, url, data=body, headers=headers) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


async def main(upstream: str) -> None:
    """Serve until the process is ended."""
    async with ClientSession(timeout=ClientTimeout(total=60), auto_decompress=False) as session:
        proxy = Proxy(upstream, session)
        app, orders = web.Application(client_max_size=64 << 20), web.Application()
        app.router.add_route("*", "/{path:.*}", proxy.handle)
        orders.add_routes([web.put("/fault", proxy.order), web.get("/fault", proxy.state)])
        proxy.runner, order_runner = web.AppRunner(app, access_log=None), web.AppRunner(orders, access_log=None)
        await proxy.runner.setup()
        await order_runner.setup()
        await proxy.listen()
        await web.TCPSite(order_runner, port=9198).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
