"""Pure ASGI middleware: headers of every answer, the end of connections, exceptions, the trace of an export."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.errors import internal_error
from runtime import tracing

_log = logging.getLogger(__name__)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Adds the security headers; a route that sets one of them itself keeps its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Draining:
    """Answers with `Connection: close` while the program drains: a client's next request opens a connection elsewhere.

    The header is added when an answer begins, so it is also on answers to requests that came before the drain. uvicorn
    closes the connection after it.
    """

    def __init__(self, app: ASGIApp, *, draining: Callable[[], bool]) -> None:
        self._app = app
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_close(message: Message) -> None:
            if message["type"] == "http.response.start" and self._draining():
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, send_and_close)


class CatchAll:
    """Turns an unexpected exception into a JSON 500, and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def observe(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, observe)
        except Exception as e:
            _log.error("Unexpected exception in %s", scope.get("method"), exc_info=e)
            if started or scope["type"] != "http":
                raise RuntimeError("the answer was broken off; the log line before this one has the cause") from None
            await internal_error()(scope, receive, send)


class TracedExport:
    """Around a route: its requests are spans, each a part of the trace that its traceparent header names."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        traceparents = Headers(scope=scope).getlist("traceparent")
        # W3C Trace Context: several traceparent headers count as none.
        traceparent = traceparents[0] if len(traceparents) == 1 else None
        with tracing.serve(scope["method"], scope["path"], traceparent) as span:

            async def observe(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set(status=message["status"])
                await send(message)

            await self._app(scope, receive, observe)
