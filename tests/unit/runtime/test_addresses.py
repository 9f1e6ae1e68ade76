"""The programs are reached over IPv4 and over IPv6."""

from __future__ import annotations

import socket

import httpx
import prometheus_client
import pytest

from runtime.addresses import any_address
from runtime.health import serve


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_metrics_are_served_on_both(host: str) -> None:
    server, thread = prometheus_client.start_http_server(0, addr=any_address())
    try:
        assert httpx.get(f"http://{host}:{server.server_port}/metrics").status_code == 200
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_host_without_ipv6_has_the_addresses_of_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.has_dualstack_ipv6", lambda: False)
    assert any_address() == "0.0.0.0"


async def test_health_is_served_on_both() -> None:
    with socket.create_server(("", 0)) as listener:
        port = listener.getsockname()[1]
    health = await serve(port)
    try:
        async with httpx.AsyncClient() as kubelet:
            for host in ("127.0.0.1", "[::1]"):
                assert (await kubelet.get(f"http://{host}:{port}/readyz")).status_code == 200
    finally:
        await health.cleanup()
