"""The network between a page and the application, which can be cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Network:
    """Passes TCP connections on to one address. It runs in an event loop of another thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, upstream: str) -> None:
        self._loop = loop
        self._host, _, port = upstream.removeprefix("http://").partition(":")
        self._port = int(port)
        self._transports: set[asyncio.WriteTransport] = set()
        self._is_cut = False
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Reset all connections, and each new one, until `mend`."""
        self._call(lambda: self._set(is_cut=True))

    def mend(self) -> None:
        """Pass connections on again."""
        self._call(lambda: self._set(is_cut=False))

    def close(self) -> None:
        """Reset all connections and listen no more."""
        self.cut()
        self._call(self._server.close)

    def _set(self, *, is_cut: bool) -> None:
        self._is_cut = is_cut
        for transport in self._transports if is_cut else ():
            transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(self._host, self._port)
        ends = {writer.transport, back.transport}
        self._transports |= ends
        await asyncio.gather(_copy(reader, back), _copy(there, writer))
        self._transports -= ends

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _call(self, work: Callable[[], object]) -> None:
        async def called() -> None:
            work()

        self._run(called())


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
