"""Serving an ASGI application on this machine, inside a running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Generator

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"
# Connections that are still open after this are cut: watches never end by themselves.
_SHUTDOWN_SECONDS = 1


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process they belong to has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, *, host: str = HOST, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` on an IPv4 address for as long as the context is open; its URL, without a slash at the end.

    Port 0 is a free one. OSError when the port is taken.
    """
    listener = _listener(host, port)
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
        listener.close()


def _listener(host: str, port: int) -> socket.socket:
    # With its protocol named: else asyncio does not turn Nagle's algorithm off, and an answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # From here on connections wait until they are answered.
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener
