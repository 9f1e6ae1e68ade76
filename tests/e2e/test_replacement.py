"""The API is replaced under clients that keep their connections and use them again without a look."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import httpx
import pytest
import yaml

from tests.e2e.client import ApiClient, eventually, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART

CLIENTS = 60
# Longer than endpoints take to move: connections are idle while their pod ends.
IDLE_SECONDS = (0.2, 20.0)


class BlindClient:
    """Uses a connection until an answer says that it is the last one on it; counts the requests."""

    def __init__(self, url: httpx.URL, seed: int) -> None:
        self._host, self._port = url.host, url.port or 80
        self._random = random.Random(seed)
        self.answered = 0
        self.moved = 0

    async def run(self, stop: asyncio.Event) -> None:
        """ConnectionError or IncompleteReadError when a request gets no answer."""
        request = f"GET /openapi.json HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode()
        while not stop.is_set():
            reader, writer = await asyncio.open_connection(self._host, self._port)
            last = False
            while not last and not stop.is_set():
                writer.write(request)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
                assert head.startswith(b"http/1.1 200 "), head
                self.answered += 1
                last = b"connection: close" in head
                if not last:
                    await self._idle(stop)
            self.moved += last
            writer.close()

    async def _idle(self, stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(self._random.uniform(*IDLE_SECONDS)):
                await stop.wait()
        except TimeoutError:
            pass


@pytest.fixture
def drained(kubectl: Run, helm: Run, release: str) -> Iterator[str]:
    """The API's Deployment, whose pods drain for as long as the chart's default says."""
    upgrade = ("upgrade", release, str(CHART), "--reset-then-reuse-values", "--wait", "--timeout", "90s")
    default = yaml.safe_load((CHART / "values.yaml").read_text())["api"]["drainSeconds"]
    helm(*upgrade, "--set", f"api.drainSeconds={default}")
    try:
        yield f"deployment/{release}-pdf-export-api"
    finally:
        helm(*upgrade, "--set", "api.drainSeconds=5")


def test_connections_that_are_used_again_while_the_api_is_replaced_all_get_their_answers(
    api: ApiClient, kubectl: Run, drained: str
) -> None:
    clients = [BlindClient(api.http.base_url, seed) for seed in range(CLIENTS)]
    old = {pod["metadata"]["name"] for pod in ready_pods(kubectl, "api")}

    async def replace() -> None:
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run(stop))
            # Given clients with connections of all ages, when all pods are replaced until the last one is gone.
            await asyncio.to_thread(eventually, "each has an answer", lambda: all(c.answered for c in clients))
            await asyncio.to_thread(kubectl, "rollout", "restart", drained)
            await asyncio.to_thread(eventually, "the old pods are gone", lambda: not old & _names(kubectl), seconds=120)
            stop.set()

    # Then no request was lost: a client that got no answer would have ended the group with its error.
    asyncio.run(replace())
    assert sum(client.moved for client in clients) >= CLIENTS
    print(f"{sum(client.answered for client in clients)} requests of {CLIENTS} clients")


def _names(kubectl: Run) -> set[str]:
    listed = kubectl("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", "name")
    return {name.removeprefix("pod/") for name in listed.split()}
