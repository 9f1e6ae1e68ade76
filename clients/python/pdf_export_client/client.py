"""Client and AsyncClient: protocol.py carried out by httpx."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio
import httpx

from pdf_export_client import protocol
from pdf_export_client.errors import ExportError
from pdf_export_client.models import Converted, Done, ExportRequest, JobStatus, TemplateList, Update
from pdf_export_client.protocol import TIMEOUT_SECONDS, Reply, Send, Sleep, Steps

T = TypeVar("T")
Token = str | Callable[[], str]
"""A bearer token, or a function that is called for one before each request."""
OnUpdate = Callable[[Update], None]

# For the deletion of the job of an interrupted export.
_CANCEL_SECONDS = 5.0


class Client:
    """A client of the export API, safe to share among threads; close it, or use it in a `with` statement.

    `base_url` is where the API is, with a path prefix if it has one. `transport` is for tests and for proxies of one's
    own. All methods raise ExportError.
    """

    def __init__(
        self, base_url: str, token: Token | None = None, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(base_url=protocol.checked_base_url(base_url), transport=transport)
        self._token = token
        self._clock = time.monotonic
        self._sleep = time.sleep

    def export(
        self, request: ExportRequest, *, on_update: OnUpdate | None = None, timeout: float = TIMEOUT_SECONDS
    ) -> Done:
        """Export a CV, and return when the PDF can be downloaded. An interruption (Ctrl-C) cancels the job.

        `timeout` in seconds; PatienceEnded after it. Raises JobFailed, and RequestRefused as errors.py draws it.
        """
        export = protocol.Export(request, self._clock, timeout)
        try:
            return self._run(export.steps(), on_update)
        except ExportError:
            raise
        except BaseException:
            self._run(export.abandon())
            raise

    def wait(self, job_id: str, *, on_update: OnUpdate | None = None, timeout: float = TIMEOUT_SECONDS) -> Done:
        """Wait for a job that was created before, as `export` does. An interruption leaves the job alone."""
        return self._run(protocol.wait(job_id, clock=self._clock, timeout=timeout), on_update)

    def create(self, request: ExportRequest, *, idempotency_key: str | None = None) -> str:
        """Create a job, without waiting for it: its jobId. The same key and request give the same job."""
        return self._run(protocol.create(request, idempotency_key or protocol.new_key()))

    def status(self, job_id: str, *, wait: float = 0) -> JobStatus:
        """The state of a job; with `wait` (seconds, at most 30) the answer comes as soon as the job has ended."""
        return self._run(protocol.status(job_id, wait))

    def cancel(self, job_id: str) -> bool:
        """Cancel a job, or delete one that has ended. False: there was none."""
        return self._run(protocol.cancel(job_id))

    def templates(self) -> TemplateList:
        """The templates that are installed, with the options of each, and the schema of cvData."""
        return self._run(protocol.templates())

    def convert(self, cv: Mapping[str, Any]) -> Converted:
        """A CV of any format that is read (Reactive Resume, RenderCV as JSON), as JSON Resume."""
        return self._run(protocol.convert(cv))

    def download(self, done: Done) -> bytes:
        """The PDF. The token is not sent to the storage."""
        return self._run(protocol.download(done.file_url))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, steps: Steps[T], on_update: OnUpdate | None = None) -> T:
        reply: Reply = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = None
            if isinstance(step, Send):
                reply = self._send(step)
            elif isinstance(step, Sleep):
                self._sleep(step.seconds)
            elif on_update is not None:
                on_update(step.update)

    def _send(self, step: Send) -> Reply:
        try:
            return self._http.send(_build(self._http, step, self._token))
        except httpx.RequestError as e:
            return e


class AsyncClient:
    """The same as Client, as coroutines; close it, or use it in an `async with` statement."""

    def __init__(
        self, base_url: str, token: Token | None = None, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._http = httpx.AsyncClient(base_url=protocol.checked_base_url(base_url), transport=transport)
        self._token = token
        self._clock = time.monotonic
        self._sleep = anyio.sleep

    # A timeout of the caller's would cancel the job; PatienceEnded leaves it to be waited for again.
    async def export(
        self,
        request: ExportRequest,
        *,
        on_update: OnUpdate | None = None,
        timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109
    ) -> Done:
        """As Client.export. When the task is cancelled, the job is, too."""
        export = protocol.Export(request, self._clock, timeout)
        try:
            return await self._run(export.steps(), on_update)
        except ExportError:
            raise
        except BaseException:
            with anyio.move_on_after(_CANCEL_SECONDS, shield=True):
                await self._run(export.abandon())
            raise

    async def wait(
        self,
        job_id: str,
        *,
        on_update: OnUpdate | None = None,
        timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109
    ) -> Done:
        """As Client.wait."""
        return await self._run(protocol.wait(job_id, clock=self._clock, timeout=timeout), on_update)

    async def create(self, request: ExportRequest, *, idempotency_key: str | None = None) -> str:
        """As Client.create."""
        return await self._run(protocol.create(request, idempotency_key or protocol.new_key()))

    async def status(self, job_id: str, *, wait: float = 0) -> JobStatus:
        """As Client.status."""
        return await self._run(protocol.status(job_id, wait))

    async def cancel(self, job_id: str) -> bool:
        """As Client.cancel."""
        return await self._run(protocol.cancel(job_id))

    async def templates(self) -> TemplateList:
        """As Client.templates."""
        return await self._run(protocol.templates())

    async def convert(self, cv: Mapping[str, Any]) -> Converted:
        """As Client.convert."""
        return await self._run(protocol.convert(cv))

    async def download(self, done: Done) -> bytes:
        """As Client.download."""
        return await self._run(protocol.download(done.file_url))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _run(self, steps: Steps[T], on_update: OnUpdate | None = None) -> T:
        reply: Reply = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = None
            if isinstance(step, Send):
                reply = await self._send(step)
            elif isinstance(step, Sleep):
                await self._sleep(step.seconds)
            elif on_update is not None:
                on_update(step.update)

    async def _send(self, step: Send) -> Reply:
        try:
            return await self._http.send(_build(self._http, step, self._token))
        except httpx.RequestError as e:
            return e


def _build(http: httpx.Client | httpx.AsyncClient, step: Send, token: Token | None) -> httpx.Request:
    headers = dict(step.headers)
    if token and step.to_api:
        headers["Authorization"] = f"Bearer {token() if callable(token) else token}"
    return http.build_request(step.method, step.url, content=step.content, headers=headers, timeout=step.timeout)
