"""The routes: HTTP on one side, jobs on the other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.access.callers import Caller
from api.access.guard import Guard
from api.http.body import read_json
from api.http.errors import Problem, invalid, job_not_found, unavailable
from api.http.etag import ETagResponse
from api.http.middleware import TracedExport
from api.jobs.idempotency import HEADER, valid_key
from api.jobs.models import JobAccepted, TemplateInfo, TemplateList, job_body, spec_of, validate_request
from api.jobs.service import Jobs
from api.metrics import Metrics
from api.openapi.cv_schema import cv_schema
from api.operations import Operation, RoutePath, job_path, operations_of
from api.page.page import Page
from api.settings import Settings
from crds.job import Job
from cv.templates import Metadata
from runtime import tracing

Endpoint = Callable[[Request], Awaitable[Response]]

POLL_SECONDS = 3
MAX_WAIT_SECONDS = 30.0
_JOB_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# As JSON has it: no "nan", no "1_000", no blanks.
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


class Routes:
    """The endpoints, and what they work on."""

    def __init__(
        self,
        *,
        settings: Settings,
        guard: Guard,
        jobs: Jobs,
        metrics: Metrics,
        page: Page,
        templates: Mapping[str, Metadata],
        openapi: dict[str, Any],
    ) -> None:
        self._settings = settings
        self._guard = guard
        self._jobs = jobs
        self.registry = metrics
        self._page = page
        self._templates = templates
        self.template_list = ETagResponse(
            TemplateList(
                templates=[TemplateInfo.of(template_id, metadata) for template_id, metadata in templates.items()],
                cvSchema=cv_schema(),
            ).model_dump()
        )
        self._openapi = ETagResponse(openapi)
        self.stopping = False
        """Set when the program is about to stop: from then on it is not ready."""

    def table(self) -> list[Route]:
        """All routes."""
        endpoints: dict[Operation, Endpoint] = {
            Operation.CREATE_JOB: self.create_job,
            Operation.GET_JOB: self.get_job,
            Operation.CANCEL_JOB: self.cancel_job,
            Operation.LIST_TEMPLATES: self.list_templates,
            Operation.GET_OPENAPI: self.openapi,
            Operation.IS_ALIVE: self.healthz,
            Operation.IS_READY: self.readyz,
            Operation.GET_METRICS: self.metrics,
            Operation.GET_PAGE: self.page,
        }
        return [
            _route(path, {operation.method: endpoints[operation] for operation in operations_of(path)})
            for path in RoutePath
        ]

    async def create_job(self, request: Request) -> Response:
        caller = await self._guard.caller(request)
        self._guard.spend(request, caller)
        key = _idempotency_key(request)
        body = await read_json(request, limit=self._settings.max_body_bytes)
        export = validate_request(body, templates=self._templates)
        user = caller.acts_for(export.request.userId, export.request.userPackage)
        spec = spec_of(
            export,
            ttl_seconds=self._settings.ttl_seconds,
            timeout_seconds=self._settings.timeout_seconds,
            priority=self._settings.priority(user.get("userPackage")),
        )
        job_id = await self._jobs.submit(spec | user, key=key, body=body, caller=caller.name)
        tracing.current().set(job=job_id, template=spec["templateId"])
        headers = {"Location": job_path(job_id), "Retry-After": str(POLL_SECONDS)}
        return JSONResponse(JobAccepted.of(job_id).model_dump(), 202, headers=headers)

    async def get_job(self, request: Request) -> Response:
        job_id: str = request.path_params["jobId"]
        caller = await self._guard.caller(request)
        seconds = _wait_seconds(request)
        if seconds is not None or self._jobs.cache.uid(job_id) is None:
            # Polls of a job that is cached here cost next to nothing, and clients that wait for many send many.
            self._guard.spend(request, caller)
        if not await self._is_callers(caller, job_id):
            return job_not_found(job_id)
        if seconds is None:
            job = await self._jobs.find(job_id)
        else:
            try:
                job = await _unless_disconnected(request, lambda: self._jobs.find_finished(job_id, seconds))
            except ClientDisconnect:
                return Response(status_code=499)  # For the metrics only: the client has disconnected.
        if job is None:
            return job_not_found(job_id)
        headers = {} if job.phase.finished else {"Retry-After": str(POLL_SECONDS)}
        return JSONResponse(job_body(job), headers=headers)

    async def cancel_job(self, request: Request) -> Response:
        job_id: str = request.path_params["jobId"]
        caller = await self._guard.caller(request)
        self._guard.spend(request, caller)
        if await self._is_callers(caller, job_id) and await self._jobs.cancel(job_id):
            return Response(status_code=204)
        return job_not_found(job_id)

    async def _is_callers(self, caller: Caller, job_id: str) -> bool:
        """Whether there can be a job of this jobId that the caller may read and delete."""
        if not _JOB_ID.fullmatch(job_id):
            return False
        if caller.user_id is None:
            return True
        # Whose a job is never changes: however old what the cache has is, it is true.
        job = self._jobs.known(job_id) or await self._jobs.find(job_id)
        return job is not None and caller.owns(job)

    async def list_templates(self, request: Request) -> Response:
        return self.template_list.answer(request)

    async def openapi(self, request: Request) -> Response:
        return self._openapi.answer(request)

    async def healthz(self, _request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        if self.stopping:
            raise unavailable("The service is about to stop.", retry_after=1)
        if not self._jobs.watch.in_sync:
            raise unavailable("The job cache is not in sync with the cluster.", retry_after=1)
        return JSONResponse({"status": "ok"})

    async def metrics(self, _request: Request) -> Response:
        return Response(self.registry.exposition(), media_type=CONTENT_TYPE_LATEST)

    async def page(self, _request: Request) -> Response:
        return Response(
            self._page.html,
            media_type="text/html",
            headers={
                "Content-Security-Policy": self._page.content_security_policy,
                "Cache-Control": "no-cache",
            },
        )


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


def _idempotency_key(request: Request) -> str | None:
    keys = request.headers.getlist(HEADER)
    if not keys:
        return None
    if len(keys) > 1 or not valid_key(keys[0]):
        raise invalid([Problem(HEADER, "takes one value of 1 to 255 printable ASCII characters")])
    return keys[0]


def _wait_seconds(request: Request) -> float | None:
    values = request.query_params.getlist("wait")
    if not values:
        return None
    if len(values) == 1 and _NUMBER.fullmatch(values[0]) and 0 <= float(values[0]) <= MAX_WAIT_SECONDS:
        return float(values[0])
    raise invalid([Problem("wait", f"takes seconds as a number from 0 to {MAX_WAIT_SECONDS:.0f}")])


async def _unless_disconnected(request: Request, find: Callable[[], Awaitable[Job | None]]) -> Job | None:
    """What `find` returns; when the client hangs up first, `find` is cancelled: ClientDisconnect."""

    async def hung_up() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    async def found() -> Job | None:
        return await find()

    finding, hanging = asyncio.create_task(found()), asyncio.create_task(hung_up())
    try:
        await asyncio.wait({finding, hanging}, return_when=asyncio.FIRST_COMPLETED)
        if not finding.done():
            raise ClientDisconnect
        return finding.result()
    finally:
        for task in (finding, hanging):
            task.cancel()
        await asyncio.gather(finding, hanging, return_exceptions=True)
