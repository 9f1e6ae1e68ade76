"""The probes of the kubelet: liveness and readiness."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.http.errors import unavailable


class HealthEndpoints:
    """Alive from the start; ready while the job cache is in sync, until the program shuts down."""

    def __init__(self, in_sync: Callable[[], bool]) -> None:
        self._in_sync = in_sync
        self.shutting_down = False
        """Set before the program shuts down: from then on it is not ready."""

    async def is_alive(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def is_ready(self, _request: Request) -> Response:
        if self.shutting_down:
            raise unavailable("The service is shutting down.", retry_after=1)
        if not self._in_sync():
            raise unavailable("The job cache is not in sync with the cluster.", retry_after=1)
        return JSONResponse({"status": "ok"})
