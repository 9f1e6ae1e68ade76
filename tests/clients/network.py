"""The network between a page and the API, which can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_POLL = b"GET /api/export-pdf/job/"
_Ends = set[asyncio.WriteTransport]


class Network:
    """Passes TCP connections on to one address. It runs in the event loop of another thread, and so do the underscored
    methods."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = parts.hostname, parts.port or 80
        self._transports: _Ends = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._is_cut = False
        self._at_poll: Callable[[_Ends], None] | None = None
        self._closed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop
        self.url: str

    def cut(self) -> None:
        """Reset all connections, and each new one, until `mend`."""
        self._call(self._cut)

    def cut_at_poll(self) -> None:
        """As `cut`, in the moment in which the page asks for the state of a job."""
        self._call(lambda: self._set(at_poll=lambda _: self._cut()))

    def refuse_polls(self) -> None:
        """Reset each connection on which the page asks for the state of a job, until `mend`; all else passes."""
        self._call(lambda: self._set(at_poll=_abort))

    def mend(self) -> None:
        """Pass everything on again."""
        self._call(lambda: self._set(at_poll=None))

    async def run(self, started: threading.Event) -> None:
        """Listen until `close`."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        await self._closed.wait()
        server.close()
        self._cut()
        await asyncio.gather(*self._serving)

    def close(self) -> None:
        """Reset all connections and listen no more."""
        self._call(self._closed.set)

    def _set(self, *, at_poll: Callable[[_Ends], None] | None, is_cut: bool = False) -> None:
        self._at_poll = at_poll
        self._is_cut = is_cut

    def _cut(self) -> None:
        self._set(at_poll=None, is_cut=True)
        _abort(self._transports)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving = self._loop.create_task(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._upstream)
        ends = {writer.transport, back.transport}
        if self._is_cut:
            _abort(ends)
            return
        self._transports |= ends
        await asyncio.gather(self._copy_requests(reader, back, ends), _copy(there, writer))
        self._transports -= ends

    async def _copy_requests(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, ends: _Ends) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                # Browsers send a request after the answer to the last one: it begins what is read.
                if self._at_poll and data.startswith(_POLL):
                    self._at_poll(ends)
                    return
                target.write(data)
                await target.drain()
        target.close()

    def _call(self, work: Callable[[], None]) -> None:
        async def called() -> None:
            work()

        asyncio.run_coroutine_threadsafe(called(), self._loop).result(10)


@contextmanager
def open_network(upstream: str) -> Iterator[Network]:
    """The network in front of a base URL."""
    network = Network(upstream)
    started = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(network.run(started)))
    thread.start()
    assert started.wait(10)
    try:
        yield network
    finally:
        network.close()
        thread.join(10)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()


def _abort(ends: _Ends) -> None:
    for transport in ends:
        transport.abort()
