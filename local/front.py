"""One address for the API and for download links, where a container or another machine is to reach both.

The storage's JSON API, which takes whoever reaches it, is not passed on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from local.serving import serving

_DOWNLOADS: Final = "/v0/"
# RFC 9110, 7.6.1: they are about one connection.
_OF_THE_CONNECTION: Final = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}


@asynccontextmanager
async def front(*, api: str, storage: str, host: str, port: int) -> AsyncIterator[str]:
    """Pass requests on for as long as the context is open; its URL. OSError when the port is taken."""
    # What a client says to the API it says through us: no time limit but its own, and nothing is unpacked.
    async with (
        aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None)) as session,
        serving(_front_app(session, api, storage), host=host, port=port) as url,
    ):
        yield url


def _front_app(session: aiohttp.ClientSession, api: str, storage: str) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = request.url.path
        # Resolved on the way, ".." would lead from the downloads to the JSON API.
        for_storage = path.startswith(_DOWNLOADS) and ".." not in path.split("/")
        response = await _pass_on(session, storage if for_storage else api, request)
        await response(scope, receive, send)

    return app


async def _pass_on(session: aiohttp.ClientSession, upstream: str, request: Request) -> Response:
    path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    url = f"{upstream}{path}{'?' if query else ''}{query}"
    headers = [(name, value) for name, value in request.headers.items() if name not in _OF_THE_CONNECTION]
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    try:
        answer = await session.request(
            request.method,
            url,
            headers=headers,
            data=request.stream() if has_body else None,
            allow_redirects=False,
        )
    except aiohttp.ClientError as e:
        return PlainTextResponse(f"The API does not answer ({type(e).__name__}).\n", 502)
    response = StreamingResponse(_content(answer), answer.status)
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.raw_headers if name.lower().decode() not in _OF_THE_CONNECTION
    ]
    return response


async def _content(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async with answer:
        async for chunk in answer.content.iter_any():
            yield chunk
