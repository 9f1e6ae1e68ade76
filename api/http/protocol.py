"""uvicorn's HTTP/1.1 on httptools, with the bounds that it leaves to a proxy: a client that sends an endless head, half
a request or nothing, or does not take its answer, is cut off, and holds neither memory nor a connection."""

from __future__ import annotations

import asyncio
import json

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from crds.errors import HttpErrorKind

MAX_HEAD_BYTES = 64 * 1024
# The body alone has 30 s (body.py): who sends it as slowly still gets an answer.
REQUEST_SECONDS = 60.0
_LOOK_SECONDS = 10.0


class BoundedProtocol(HttpToolsProtocol):
    """One connection."""

    # Since when a request, or the first byte of one, is under way; None: none is.
    _arriving_since: float | None = None
    _in_head = False
    # Whether the bytes that are being parsed end or begin a head, are of a body, or end a request.
    _progress = False
    # What came since: the parser keeps it, however much it is.
    _kept_bytes = 0
    _unsent = 0
    _unsent_since = 0.0
    # The request whose answer is under way; others may have arrived after it.
    _answering: RequestResponseCycle | None = None
    _looking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arriving_since = self.loop.time()
        self._looking = self.loop.call_later(_LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._forget()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._progress = False
        super().data_received(data)
        if self._progress:
            self._kept_bytes = 0
            return
        self._kept_bytes += len(data)
        if self._arriving_since is None and (self.cycle is None or self.cycle.response_complete):
            # Line breaks before a request: they have ended the wait for one (timeout_keep_alive).
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
        # After the body they are trailers, which nothing here asks for.
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._progress = True
        self._in_head = False
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._progress = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._progress = True
        self._arriving_since = None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What cannot be parsed is answered like every error."""
        self._refuse(HttpErrorKind.BAD_REQUEST, "This is not a request as HTTP/1.1 has it.")

    def _refuse(self, kind: HttpErrorKind, message: str) -> None:
        body = json.dumps({"error": kind, "message": message}).encode()
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[kind.status] + head + body)
        self._close()

    def _close(self) -> None:
        self._forget()
        self.transport.close()

    def _forget(self) -> None:
        """Nobody is there any more for the answers that are under way or still to be begun. uvicorn itself knows of
        the last request only, and uvloop takes it amiss when something is written after the end."""
        self.pipeline.clear()
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def _look(self) -> None:
        now = self.loop.time()
        self._looking = self.loop.call_later(_LOOK_SECONDS, self._look)
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
            # It came while requests before it are answered: its time begins when they have been.
            self._arriving_since = now
        elif now - self._arriving_since >= REQUEST_SECONDS:
            self._close()
