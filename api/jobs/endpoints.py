"""The endpoints of jobs: HTTP on one side, Jobs on the other."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.access.access_control import AccessControl
from api.access.callers import Caller
from api.http.body import read_json
from api.http.errors import Problem, invalid, job_not_found
from api.http.prefer import APPLIED, preferred_wait
from api.jobs.idempotency import HEADER, valid_key
from api.jobs.models import JobAccepted, job_body, spec_of, validate_request
from api.jobs.service import Jobs
from api.operations import job_path
from api.settings import Settings
from crds.job import Job
from cv.templates import Metadata
from runtime import tracing

POLL_SECONDS = 3
MAX_WAIT_SECONDS = 30.0
_JOB_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Segments of a path (RFC 3986, 3.3): a second slash at its begin would name a host.
_PREFIX = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)+")
# As JSON has it: no "nan", no "1_000", no blanks.
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")


class JobEndpoints:
    """Create, read and cancel jobs; `templates` holds the metadata of each template by its id."""

    def __init__(
        self, settings: Settings, *, access: AccessControl, jobs: Jobs, templates: Mapping[str, Metadata]
    ) -> None:
        self._settings = settings
        self._access = access
        self._jobs = jobs
        self._templates = templates

    async def create_job(self, request: Request) -> Response:
        caller = await self._access.authenticate(request)
        self._access.check_rate(request, caller)
        key, details = _idempotency_key(request), _details(request)
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
        return await self._created(request, job_id, details=details)

    async def _created(self, request: Request, job_id: str, *, details: bool) -> Response:
        """200 with the outcome when there is one: of a repeated request, or in the time that the client would wait;
        else 202."""
        job = self._jobs.known(job_id)
        applied = {}
        seconds = preferred_wait(request, maximum=int(MAX_WAIT_SECONDS))
        if seconds and (job is None or not job.phase.finished):
            applied = {APPLIED: f"wait={seconds}"}
            try:
                job = await _unless_disconnected(request, lambda: self._jobs.find_finished(job_id, seconds))
            except ClientDisconnect:
                return Response(status_code=499)  # For the metrics only. The job goes on, as after a POST without wait.
            if job is None:
                return job_not_found(job_id)  # It was cancelled, or expired, while the request waited.
        headers = {"Location": self._prefix(request) + job_path(job_id), **applied}
        if job is not None and job.phase.finished:
            return JSONResponse(job_body(job, details=details), headers=headers)
        headers["Retry-After"] = str(POLL_SECONDS)
        return JSONResponse(JobAccepted.of(job_id).model_dump(), 202, headers=headers)

    async def get_job(self, request: Request) -> Response:
        job_id = _job_id(request)
        caller = await self._access.authenticate(request)
        seconds, details = _wait_seconds(request), _details(request)
        if seconds is not None or self._jobs.cache.uid(job_id) is None:
            # Polls of a job that is cached here cost next to nothing, and clients that wait for many send many.
            self._access.check_rate(request, caller)
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
        return JSONResponse(job_body(job, details=details), headers=headers)

    async def cancel_job(self, request: Request) -> Response:
        job_id = _job_id(request)
        caller = await self._access.authenticate(request)
        self._access.check_rate(request, caller)
        if await self._is_callers(caller, job_id) and await self._jobs.cancel(job_id):
            return Response(status_code=204)
        return job_not_found(job_id)

    def _prefix(self, request: Request) -> str:
        """What a trusted proxy has taken off the path: Location is where clients see the job."""
        prefix = request.headers.get("X-Forwarded-Prefix", "") if self._settings.trusted_proxies else ""
        return prefix if _PREFIX.fullmatch(prefix) else ""

    async def _is_callers(self, caller: Caller, job_id: str) -> bool:
        """Whether there can be a job of this jobId that the caller may read and delete."""
        if not _JOB_ID.fullmatch(job_id):
            return False
        if caller.user_id is None:
            return True
        # Whose a job is never changes: however old what the cache has is, it is true.
        job = self._jobs.known(job_id) or await self._jobs.find(job_id)
        return job is not None and caller.owns(job)


def _job_id(request: Request) -> str:
    """The jobId in the path; a UUID in upper case is the same one (RFC 9562, 4)."""
    job_id: str = request.path_params["jobId"]
    return lower if _JOB_ID.fullmatch(lower := job_id.lower()) else job_id


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


def _details(request: Request) -> bool:
    values = request.query_params.getlist("details") or ["false"]
    if len(values) == 1 and values[0] in ("true", "false"):
        return values[0] == "true"
    raise invalid([Problem("details", "takes true or false")])


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
