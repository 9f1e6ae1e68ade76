"""The front passes requests on as they are, to the API or, for download links, to the storage."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.front import front
from local.serving import serving

METHODS = ["GET", "POST", "DELETE", "OPTIONS"]


def upstream(name: str) -> Starlette:
    async def echo(request: Request) -> Response:
        seen = {
            "upstream": name,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "host": request.headers["host"],
            "range": request.headers.get("range"),
            "body": (await request.body()).decode(),
        }
        headers = {"location": "/api/export-pdf/job/1", "etag": '"1"'}
        return JSONResponse(seen, 202, headers)

    async def not_modified(_: Request) -> Response:
        return Response(status_code=304)

    return Starlette(
        routes=[Route("/304", not_modified), Route("/{path:path}", echo, methods=METHODS)],
    )


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(upstream("api")) as api,
        serving(upstream("storage")) as storage,
        front(api=api, storage=storage, host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        yield client


async def test_a_request_and_its_answer_are_passed_on_as_they_are(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/export-pdf/job?wait=30", content='{"a": "ä"}')

    assert answer.status_code == 202
    assert answer.json() == {
        "upstream": "api",
        "path": "/api/export-pdf/job",
        "query": "wait=30",
        "host": client.base_url.netloc.decode(),
        "range": None,
        "body": '{"a": "ä"}',
    }
    assert answer.headers["location"] == "/api/export-pdf/job/1"
    assert answer.headers["etag"] == '"1"'


async def test_a_body_in_pieces_is_passed_on(client: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    assert (await client.post("/x", content=pieces())).json()["body"] == "ab"


async def test_an_answer_without_a_body_has_none(client: httpx.AsyncClient) -> None:
    answer = await client.get("/304")
    assert (answer.status_code, answer.content) == (304, b"")


async def test_download_links_go_to_the_storage(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v0/b/bucket/o/a%2Fb%25.pdf?alt=media", headers={"range": "bytes=0-3"})

    seen = answer.json()
    assert (seen["upstream"], seen["path"]) == ("storage", "/v0/b/bucket/o/a%2Fb%25.pdf")
    assert (seen["query"], seen["range"]) == ("alt=media", "bytes=0-3")


@pytest.mark.parametrize("path", ["/storage/v1/b", "/upload/storage/v1/b", "/v0/../storage/v1/b", "/v0/%2e%2e/storage"])
async def test_the_json_api_of_the_storage_is_not_reached(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get("/", extensions={"target": path.encode()})
    assert answer.json()["upstream"] == "api"


async def test_an_api_that_is_away_is_a_502() -> None:
    async with (
        front(api="http://127.0.0.1:9", storage="http://127.0.0.1:9", host="127.0.0.1", port=0) as url,
        httpx.AsyncClient(base_url=url) as client,
    ):
        assert (await client.get("/")).status_code == 502
