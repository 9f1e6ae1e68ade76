"""Connections that send too much, too little or nothing are cut off, and what they cost is given back."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
from typing import Any

import pytest

from api.http import protocol
from tests.unit.api.test_server import Running, answer_of, get, server
from tests.unit.api_fakes import BODY, Service, until

HEAD = b"POST /api/export-pdf/job HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off within a second."""
    monkeypatch.setattr(protocol, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(protocol, "_CHECK_SECONDS", 0.05)


async def read_all(reader: asyncio.StreamReader) -> bytes:
    """What comes until the other side ends the connection."""
    received = b""
    async with asyncio.timeout(5):
        try:
            while chunk := await reader.read(65536):
                received += chunk
        except ConnectionError:
            pass
    return received


async def still_answers(running: Running) -> None:
    reader, writer = await running.open(get("/healthz"))
    assert (await answer_of(reader))[0] == 200
    writer.close()


async def pour(running: Running, beginning: bytes, drop: bytes, *, drops: int) -> tuple[bytes, int]:
    """Send the beginning and then the same again and again; what was answered, and how often it could be sent."""
    reader, writer = await running.open(beginning)
    sent = 0
    try:
        for _ in range(drops):
            writer.write(drop)
            await writer.drain()
            sent += 1
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    answered = await read_all(reader)
    writer.close()
    return answered, sent


@pytest.mark.parametrize(
    ("beginning", "drop"),
    [
        (b"GET /healthz HTTP/1.1\r\n", b"X-Flood: " + b"a" * 1000 + b"\r\n"),
        (b"GET /healthz HTTP/1.1\r\nX-Flood: ", b"a" * 1000),
        (b"GET /healthz?", b"a" * 1000),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nX-Trailer: ", b"a" * 1000),
    ],
    ids=["headers", "a header", "a path", "a trailer"],
)
async def test_an_endless_head_is_431_and_takes_no_memory(beginning: bytes, drop: bytes) -> None:
    async with server(Service()) as running:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answered, sent = await pour(running, beginning, drop, drops=100_000)
        assert sent < 100_000
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes
        # Who goes on sending may lose the answer with the connection.
        if answered and b"HTTP/1.1 431" in answered:
            body = json.loads(answered.rpartition(b"\r\n\r\n")[2])
            assert body["error"] == "Request head too large"
        await still_answers(running)


async def test_a_head_that_is_large_but_no_flood_is_taken() -> None:
    async with server(Service()) as running:
        headers = b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(50))
        reader, writer = await running.open(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
        assert (await answer_of(reader))[0] == 200
        writer.write(get("/healthz"))
        assert (await answer_of(reader))[0] == 200
        writer.close()


async def test_trailers_are_no_headers() -> None:
    async with server(Service()) as running:
        body = b"1\r\n{\r\n0\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n"
        reader, writer = await running.open(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)
        assert (await answer_of(reader))[0] == 400
        writer.close()


async def test_what_is_no_http_is_400_in_the_one_shape() -> None:
    async with server(Service()) as running:
        reader, writer = await running.open(b"\x16\x03\x01 hello\r\n\r\n")
        status, body = await answer_of(reader)
        assert (status, body["error"], set(body)) == (400, "Bad request", {"error", "message", "type"})
        assert await read_all(reader) == b""
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /hea",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab",
        HEAD + b"Content-Length: 100\r\n\r\n{",
        b"\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a head", "half a body that nobody reads", "half a body", "line breaks"],
)
@pytest.mark.usefixtures("quick")
async def test_half_a_request_is_waited_for_and_then_cut_off(sent: bytes) -> None:
    async with server(Service()) as running:
        reader, writer = await running.open(sent)
        await read_all(reader)
        await until(lambda: not running.connections())
        writer.close()
        await still_answers(running)


@pytest.mark.parametrize("drop", [b"a", b"\r\n"])
@pytest.mark.usefixtures("quick")
async def test_a_trickle_keeps_no_connection(drop: bytes) -> None:
    async with server(Service()) as running:
        reader, writer = await running.open(get("/healthz"))
        assert (await answer_of(reader))[0] == 200

        async def trickle() -> None:
            while True:
                writer.write(drop)
                await writer.drain()
                await asyncio.sleep(0.01)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(trickle(), 5)
        await until(lambda: not running.connections())


@pytest.mark.usefixtures("quick")
async def test_who_does_not_take_the_answer_is_cut_off() -> None:
    async with server(Service()) as running:
        request = get("/openapi.json")
        reader, writer = await running.open(request * 200)
        transport: Any = writer.transport
        transport.pause_reading()
        await until(lambda: not running.connections())
        assert not reader.at_eof()
        writer.close()
        await still_answers(running)


@pytest.mark.usefixtures("quick")
async def test_who_waits_for_a_job_or_for_the_next_request_is_not_cut_off() -> None:
    async with server(Service()) as running:
        path = f"/api/export-pdf/job/{await running.job()}?wait=1"
        # The third arrives while the answers to the others are still to come.
        reader, writer = await running.open(get(path) + get("/healthz") + get("/healthz")[:20])
        assert (await answer_of(reader))[0] == 200
        assert (await answer_of(reader))[0] == 200
        writer.write(get("/healthz")[20:])
        assert (await answer_of(reader))[0] == 200
        await asyncio.sleep(0.6)
        writer.write(get("/healthz"))
        assert (await answer_of(reader))[0] == 200
        writer.close()


async def test_who_hangs_up_after_several_requests_ends_the_wait_of_the_first() -> None:
    async with server(Service()) as running:
        path = f"/api/export-pdf/job/{await running.job()}?wait=30"
        _, writer = await running.open(get(path) + get("/healthz"))
        await until(lambda: len(running.service.jobs.waiters) == 1)
        writer.close()
        await until(lambda: len(running.service.jobs.waiters) == 0)
        await until(lambda: not running.uvicorn_server.server_state.tasks)


async def test_what_is_no_http_ends_the_requests_before_it_without_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        async with server(Service()) as running:
            body = json.dumps(BODY).encode()
            post = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
            wait = get(f"/api/export-pdf/job/{await running.job()}?wait=30")
            for requests in (post, post + get("/healthz"), get("/healthz") + post, wait, wait + post):
                reader, writer = await running.open(requests + b"\0\r\n\r\n")
                await read_all(reader)
                writer.close()
            await until(lambda: not running.uvicorn_server.server_state.tasks)
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket", b"TLS/1.0"])
@pytest.mark.parametrize("pieces", [1, 7], ids=["at once", "in pieces"])
async def test_an_upgrade_that_is_not_wanted_is_ignored(upgrade: bytes, pieces: int) -> None:
    # Java's HttpClient and curl --http2 ask for h2c with each request.
    asked = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + upgrade + b"\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n"
    body = json.dumps(BODY).encode()
    request = HEAD + asked + b"Content-Length: %d\r\n\r\n" % len(body) + body
    async with server(Service()) as running:
        reader, writer = await running.open(b"")
        size = len(request) // pieces + 1
        for start in range(0, len(request), size):
            writer.write(request[start : start + size])
            await writer.drain()
            await asyncio.sleep(0)
        assert (await answer_of(reader))[0] == 202
        # The connection goes on as HTTP/1.1.
        writer.write(get("/healthz"))
        assert (await answer_of(reader))[0] == 200
        writer.close()


async def test_many_upgrades_in_one_piece_are_each_answered() -> None:
    asked = get("/healthz").replace(b"\r\n\r\n", b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    async with server(Service()) as running:
        reader, writer = await running.open(asked * 700)
        for _ in range(700):
            assert (await answer_of(reader))[0] == 200
        writer.close()
