"""Routing: the operations of api/operations.py, each with its endpoint."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.http.middleware import TracedExport
from api.operations import Operation, RoutePath, operations_of

Endpoint = Callable[[Request], Awaitable[Response]]


def make_routes(endpoints: Mapping[Operation, Endpoint]) -> list[Route]:
    """The routes of all operations; KeyError when one has no endpoint."""
    return [
        _route(path, {operation.method: endpoints[operation] for operation in operations_of(path)})
        for path in RoutePath
    ]


def _route(path: RoutePath, endpoints: Mapping[str, Endpoint]) -> Route:
    """The route of a path, with its endpoints by method."""

    async def answer(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return Route(
        # A jobId that holds slashes belongs to no job, and gets the same answer as every other unknown jobId.
        path.replace("{jobId}", "{jobId:path}"),
        answer,
        methods=list(endpoints),
        middleware=[Middleware(TracedExport)] if path is RoutePath.JOBS else [],
    )
