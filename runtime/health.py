"""HTTP endpoints for the kubelet and Prometheus: /healthz, /readyz, /metrics.

The renderer and the controller serve them. The API has the probes among its own routes. API and controller serve their
metrics from a thread, at a port of their own, so that they answer while the event loop is busy.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def _healthy() -> str:
    return ""


async def serve(
    port: int, *, unready: Callable[[], str] = _healthy, dead: Callable[[], str] = _healthy
) -> web.AppRunner:
    """Serve on all addresses. Clean the runner up at the end.

    /readyz is 503 with what `unready` returns while that is not empty, /healthz likewise with what `dead` returns.
    """

    async def healthz(_: web.Request) -> web.Response:
        return _answer(dead())

    async def readyz(_: web.Request) -> web.Response:
        return _answer(unready())

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, port=port).start()
    return runner


def _answer(problem: str) -> web.Response:
    return web.Response(status=503 if problem else 200, text=f"{problem or 'ok'}\n")
