"""The server on a real socket: what clients do to connections, and how it stops."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import uvicorn

from api import __main__ as program
from tests.unit.api_fakes import BODY, Service, until


@dataclass
class Running:
    service: Service
    port: int
    serving: asyncio.Task[None]
    uvicorn_server: uvicorn.Server

    def connections(self) -> int:
        """How many the server has open."""
        return len(self.uvicorn_server.server_state.connections)

    async def open(self, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        await writer.drain()
        return reader, writer

    async def job(self) -> str:
        answer = await self.service.post()
        return str(answer.json()["jobId"])


@asynccontextmanager
async def server(service: Service) -> AsyncIterator[Running]:
    service.sync()
    shutdown = program.GracefulShutdown(
        service.health, service.jobs.waiters, drain_seconds=service.settings.drain_seconds
    )
    uvicorn_server = program.make_server(service.settings, service.app, shutdown, port=0)
    serving = asyncio.create_task(uvicorn_server.serve())
    await until(lambda: uvicorn_server.started)
    # With port 0 IPv4 and IPv6 have different ones.
    listeners = uvicorn_server.servers[0].sockets
    port = next(each.getsockname()[1] for each in listeners if each.family == socket.AF_INET)
    running = Running(service, port, serving, uvicorn_server)
    try:
        yield running
    finally:
        uvicorn_server.should_exit = True
        await asyncio.wait_for(serving, 15)


def open_files() -> int:
    """How many file descriptors this process has, both ends of each connection."""
    return len(os.listdir("/proc/self/fd"))


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, object]]:
    async with asyncio.timeout(5):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(next(h.split(":")[1] for h in head.splitlines() if h.lower().startswith("content-length")))
        return int(head.split()[1]), json.loads(await reader.readexactly(length))


@pytest.mark.parametrize("hang_up", ["close", "abort"])
async def test_clients_that_hang_up_while_they_wait_leave_nothing_behind(hang_up: str) -> None:
    clients = 200
    async with server(Service()) as running:
        path = f"/api/export-pdf/job/{await running.job()}?wait=30"
        tasks, files = len(asyncio.all_tasks()), open_files()
        for _ in range(2):
            writers = [(await running.open(get(path)))[1] for _ in range(clients)]
            await until(lambda: len(running.service.jobs.waiters) == clients)
            assert len(asyncio.all_tasks()) > tasks + clients
            for writer in writers:
                getattr(writer.transport, hang_up)()
            del writers
            # Long before the 30 s are over: until() gives up after 5.
            await until(lambda: len(running.service.jobs.waiters) == 0)
            await until(lambda: len(asyncio.all_tasks()) == tasks)
            await until(lambda: running.connections() == 0 and open_files() <= files)
        assert running.service.kube.count("GET") == 0


@pytest.mark.parametrize("chunked", [False, True])
async def test_after_413_the_connection_goes_on(chunked: bool) -> None:
    async with server(Service(max_body_bytes=2000)) as running:
        head = b"POST /api/export-pdf/job HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        chunk = b"400\r\n" + b" " * 1024 + b"\r\n"
        if chunked:
            request = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 500 + b"0\r\n\r\n"
        else:
            request = head + b"Content-Length: 500000\r\n\r\n" + b" " * 500_000
        reader, writer = await running.open(request)
        assert (await answer_of(reader))[0] == 413
        writer.write(get("/healthz"))
        assert await answer_of(reader) == (200, {"status": "ok"})
        writer.close()


async def test_on_sigterm_waits_are_answered_at_once_and_polls_go_on() -> None:
    async with server(Service(drain_seconds=30)) as running:
        job_id = await running.job()
        waiting, writer = await running.open(get(f"/api/export-pdf/job/{job_id}?wait=30"))
        await until(lambda: len(running.service.jobs.waiters) == 1)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await answer_of(waiting) == (200, {"jobId": job_id, "status": "processing"})
        writer.close()
        for path, status in ((f"/api/export-pdf/job/{job_id}", 200), ("/readyz", 503)):
            polling, writer = await running.open(get(path))
            assert (await answer_of(polling))[0] == status
            writer.close()
        await asyncio.wait_for(running.serving, 15)


async def test_connections_that_are_used_again_while_the_server_drains_get_an_answer_that_says_close(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "_ENDPOINT_SECONDS", 0.1)
    async with server(Service(drain_seconds=30)) as running:
        # Given clients that keep their connections, and one that waits for a job.
        kept = [await running.open(get("/healthz")) for _ in range(20)]
        for reader, _ in kept:
            assert await answer_of(reader) == (200, {"status": "ok"})
        kept.append(await running.open(get(f"/api/export-pdf/job/{await running.job()}?wait=30")))
        await until(lambda: len(running.service.jobs.waiters) == 1)

        # When the server is asked to end, and its endpoints are gone.
        os.kill(os.getpid(), signal.SIGTERM)
        await until(lambda: running.connections() == 20)

        # Then each client that uses its connection without a look gets an answer, and sees that it is the last one.
        for reader, writer in kept:
            writer.write(get("/healthz"))
            async with asyncio.timeout(5):
                answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 200 OK")
            assert answer.lower().count(b"connection: close") == 1
        # And nothing keeps the server any longer.
        await asyncio.wait_for(running.serving, 5)


async def test_connections_that_nobody_uses_are_closed_at_the_end_of_the_drain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(program, "_ENDPOINT_SECONDS", 0.0)
    async with server(Service(drain_seconds=1)) as running:
        reader, writer = await running.open(get("/healthz"))
        await answer_of(reader)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
            await running.serving
        writer.close()


async def test_it_listens_on_ipv4_and_on_ipv6() -> None:
    async with server(Service()) as running:
        listeners = running.uvicorn_server.servers[0].sockets
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            port = next(each.getsockname()[1] for each in listeners if each.family == family)
            reader, writer = await asyncio.open_connection(address, port)
            writer.write(get("/healthz"))
            assert await answer_of(reader) == (200, {"status": "ok"})
            writer.close()


async def test_a_body_cut_short_is_nobodys_problem(caplog: pytest.LogCaptureFixture) -> None:
    async with server(Service()) as running:
        raw = json.dumps(BODY).encode()
        head = b"POST /api/export-pdf/job HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        _, writer = await running.open(head + b"Content-Length: %d\r\n\r\n" % (len(raw) + 10) + raw)
        writer.close()
        _, writer = await running.open(get("/healthz"))
        writer.close()
        await until(lambda: 'status="400"' in running.service.metrics.exposition().decode())
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
