"""Clients that wait for a job with ?wait= and hang up: they cost nothing more, from that moment on."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cluster.process import open_all_files_allowed
from tests.e2e.client import JOBS, ApiClient, api_metrics, eventually
from tests.e2e.conftest import Run

CLIENTS = 2_000
ROUNDS = 6
CV = {"basics": {"name": "Ada Lovelace"}}
# A close with nothing left to send (no FIN, but RST), as of a client that is cut off.
ABORTED = struct.pack("ii", 1, 0)


@pytest.fixture
def waiting(api: ApiClient, kubectl: Run, release: str) -> Iterator[str]:
    """A job that nobody does: the controller is away meanwhile."""
    controller = f"deployment/{release}-pdf-export-controller"
    kubectl("scale", controller, "--replicas=0")
    try:
        eventually(
            "the controller has ended",
            lambda: not kubectl("get", "pods", "-l", "app.kubernetes.io/component=controller", "-o", "name"),
        )
        job_id = api.post(CV)
        yield job_id
    finally:
        kubectl("scale", controller, "--replicas=1")
        kubectl("rollout", "status", controller, "--timeout=60s")
    assert api.finished(job_id)["status"] == "done"


def test_thousands_of_waiting_clients_that_hang_up_cost_nothing_more(
    api: ApiClient, kubectl: Run, waiting: str
) -> None:
    open_all_files_allowed()
    url, path = api.http.base_url, f"{JOBS}/{waiting}?wait=30"
    before = metrics(kubectl)
    memory = []
    for n in range(ROUNDS):
        asyncio.run(hang_up(url.host, url.port or 80, path, lambda: metrics(kubectl), abort=n % 2 == 1))

        def gone() -> dict[str, float] | None:
            now = metrics(kubectl)
            # A few connections to the API server and of probes come and go.
            settled = now["waiting"] == before["waiting"] and now["files"] <= before["files"] + 5
            return now if settled else None

        memory.append(eventually("nobody is waited for any more", gone, seconds=15)["memory"])
    print(f"RSS after each {CLIENTS} clients, MiB: {[round(bytes_ / 2**20, 1) for bytes_ in memory]}")
    # The first ones find the room that the others use again.
    assert memory[-1] <= 1.05 * memory[1]
    assert api.get(waiting).json()["status"] == "processing"


async def hang_up(host: str, port: int, path: str, look: Callable[[], dict[str, float]], *, abort: bool) -> None:
    """All at once wait for a job, and all at once are gone, aborting the connection or closing it."""
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    writers = []
    for _ in range(CLIENTS):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(request)
        writers.append(writer)
    async with asyncio.timeout(20):
        while (await asyncio.to_thread(look))["waiting"] < CLIENTS:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.1)
    for writer in writers:
        if abort:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORTED)
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for writer in writers))


def metrics(kubectl: Run) -> dict[str, float]:
    """Requests that wait, file descriptors, and resident bytes of the API's one replica."""
    text = api_metrics(kubectl)
    names: dict[str, Any] = {
        "waiting": "pdf_export_api_waiting_requests",
        "files": "process_open_fds",
        "memory": "process_resident_memory_bytes",
    }
    found = {key: re.search(rf"^{name} (\S+)$", text, re.MULTILINE) for key, name in names.items()}
    return {key: float(match[1]) for key, match in found.items() if match}
