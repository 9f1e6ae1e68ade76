"""The metrics have a port of their own, and no route of the API leads to them."""

from __future__ import annotations

import httpx

from local.installation import free_port
from tests.unit.api_fakes import Service


async def test_metrics_are_at_their_own_port_only() -> None:
    # Given an API that has answered.
    service = Service()
    await service.post()

    # When the metrics are served.
    port = free_port()
    service.metrics.serve(port)

    # Then they are at this port, and not among the routes.
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "pdf_export_api_cache_in_sync" in answer.text
    assert (await service.client.get("/metrics")).status_code == 404
