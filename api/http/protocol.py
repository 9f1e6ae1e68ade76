"""uvicorn's HTTP/1.1 protocol on httptools, with the limits that uvicorn leaves to a proxy.

A client that sends an endless head, part of a request or nothing, or does not read its answer, is disconnected: it
occupies neither memory nor a connection for long.
"""

from __future__ import annotations

import asyncio
import json
from array import array

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.http.errors import error_body
from crds.errors import HttpErrorKind

MAX_HEAD_BYTES = 64 * 1024
# The body alone has 30 s (body.py), so that a slow client still gets the answer 408.
REQUEST_SECONDS = 60.0
_CHECK_SECONDS = 10.0


class _Parser(httptools.HttpRequestParser):
    """Gives the protocol what follows a head with `Upgrade`: httptools stops there, even before a body."""

    def __init__(self, protocol: BoundedProtocol) -> None:
        super().__init__(protocol)
        self._protocol = protocol

    def feed_data(self, data: bytes | bytearray | memoryview[int] | array[int]) -> None:
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as e:
            if not self._protocol.upgrade_asked:
                raise
            self._protocol.unparsed = memoryview(data)[e.args[0] :]


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    # The time at which the current request began to arrive; None between requests.
    _arriving_since: float | None = None
    _in_head = False
    # Whether the bytes just parsed began or ended a head, were of a body, or ended a request.
    _progress = False
    # The bytes since then: the parser keeps them all.
    _kept_bytes = 0
    _unsent = 0
    _unsent_since = 0.0
    # The request whose answer is under way; others may have arrived after it.
    _answering: RequestResponseCycle | None = None
    _check_timer: asyncio.TimerHandle | None = None
    unparsed: memoryview[int] | None = None
    """What follows a head that asks for an upgrade."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.parser = _Parser(self)
        self._arriving_since = self.loop.time()
        self._check_timer = self.loop.call_later(_CHECK_SECONDS, self._check)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._check_timer is not None:
            self._check_timer.cancel()
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._progress = False
        self._parse(data)
        if self._progress:
            self._kept_bytes = 0
            return
        self._kept_bytes += len(data)
        if self._arriving_since is None and (self.cycle is None or self.cycle.response_complete):
            # Line breaks before a request: uvicorn has ended its keep-alive timeout at the first byte.
            self._arriving_since = self.loop.time()
        if self._kept_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(HttpErrorKind.HEAD_TOO_LARGE, f"The request's head may have at most {MAX_HEAD_BYTES} bytes.")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_begin(self) -> None:
        self._progress = self._in_head = True
        self._arriving_since = self.loop.time()
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Headers after the body are trailers, which the API does not use.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._progress = True
        self._in_head = False
        if not self.upgrade_asked:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._progress = True
        if self.upgrade_asked:
            return
        self._arriving_since = None
        super().on_message_complete()

    @property
    def upgrade_asked(self) -> bool:
        """Whether the request asks for another protocol (h2c of Java's and curl's clients, websocket)."""
        return self.parser.should_upgrade() and any(name == b"upgrade" for name, _ in self.headers)

    def _parse(self, data: bytes) -> None:
        super().data_received(data)
        while self.unparsed is not None and not self.transport.is_closing():
            rest, self.unparsed = self.unparsed, None
            # A server may ignore Upgrade (RFC 9110, 7.8): the same head is parsed again without it, then the rest.
            head = self._head_without_upgrade()
            self.parser = _Parser(self)
            super().data_received(head)
            super().data_received(rest)  # type: ignore[arg-type]

    def _head_without_upgrade(self) -> bytes:
        line = b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        fields = [name + b": " + value for name, value in self.headers if name != b"upgrade"]
        return b"\r\n".join([line, *fields, b"", b""])

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that cannot be parsed in the shape of every error."""
        self._refuse(HttpErrorKind.BAD_REQUEST, "This is not a valid HTTP/1.1 request.")

    def _refuse(self, kind: HttpErrorKind, message: str) -> None:
        body = json.dumps(error_body(kind, message)).encode()
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[kind.status] + head + body)
        self._close()

    def _close(self) -> None:
        self._forget()
        self.transport.close()

    def _forget(self) -> None:
        """Mark the answers that are under way or queued as disconnected; uvicorn marks that of the last request."""
        self.pipeline.clear()
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _check(self) -> None:
        now = self.loop.time()
        self._check_timer = self.loop.call_later(_CHECK_SECONDS, self._check)
        unsent = self.transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._unsent_since = unsent, now
        elif now - self._unsent_since >= REQUEST_SECONDS:
            self.transport.abort()
            return
        if self._arriving_since is None:
            return
        answering = self.cycle is not None and not self.cycle.response_complete
        if self.flow.read_paused or self.pipeline or (self._in_head and answering):
            # It arrived while requests before it are being answered: its time begins when they have been.
            self._arriving_since = now
        elif now - self._arriving_since >= REQUEST_SECONDS:
            self._close()
