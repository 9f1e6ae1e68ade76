"""What is sent, how long to wait, and when to give up: generators that make no request themselves.

A generator yields steps: Send (its driver sends back the response, or the error of httpx), Sleep and Report. Client and
AsyncClient drive the same generators; tests drive them with a clock of their own.

One export:

    POST, with an Idempotency-Key     lost answer, 408, 429, 5xx: again with the same key, at most RETRIES times
    GET ?wait=20, until it has ended  lost answers: again until the timeout; two failed waits in a row: GET every 3 s
    interrupted                       DELETE; when the POST's answer is missing, the same POST first names the job
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar, cast
from urllib.parse import quote

import httpx

from pdf_export_client.errors import (
    BY_STATUS,
    BadRequest,
    ExportError,
    FieldProblem,
    JobFailed,
    JobNotFound,
    PatienceEnded,
    RequestRefused,
    TransportError,
    ValidationFailed,
)
from pdf_export_client.models import (
    Converted,
    Done,
    ExportRequest,
    Failed,
    JobStatus,
    Processing,
    TemplateList,
    Update,
    Warning,
)

TIMEOUT_SECONDS = 90.0
RETRIES = 4
POLL_SECONDS = 3.0
# The API takes at most 30; proxies often close connections that are silent for 30 s.
MAX_WAIT_SECONDS = 20
ANSWER_SECONDS = 10.0
POST_SECONDS = 30.0
MAX_BACKOFF_SECONDS = 5.0

_JOBS = "/api/export-pdf/job"
_CONVERT = "/api/export-pdf/convert"
_TEMPLATES = "/api/export-pdf/templates"
_STRANGE = "The server answered, but not as the export API does."


@dataclass(frozen=True)
class Send:
    """Send a request; the response or the httpx.RequestError comes back."""

    method: str
    url: str
    """A path of the API; absolute for a download, which gets no token."""
    timeout: float
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def to_api(self) -> bool:
        """Whether it goes to the API, and so carries the token."""
        return self.url.startswith("/")


@dataclass(frozen=True)
class Sleep:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Report:
    """Give the update to the caller."""

    update: Update


T = TypeVar("T")
Reply = httpx.Response | httpx.RequestError | None
Steps = Generator[Send | Sleep | Report, Reply, T]


def checked_base_url(base_url: str) -> str:
    """The base URL; ValueError when it is no http(s) URL."""
    url = httpx.URL(base_url)
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"The base URL must begin with http:// or https:// and name a host, and is {base_url!r}.")
    return base_url


def new_key() -> str:
    """An Idempotency-Key."""
    return uuid.uuid4().hex


@dataclass
class Export:
    """One export, from the POST until its job has ended."""

    request: ExportRequest
    clock: Callable[[], float]
    """Seconds from any fixed point; never goes back."""
    timeout: float = TIMEOUT_SECONDS
    key: str = field(default_factory=new_key)
    job_id: str | None = None
    _sent: bool = False

    def steps(self) -> Steps[Done]:
        """The whole export; raises ExportError."""
        began = self.clock()
        status = yield from self._submit(began)
        self.job_id = status.job_id
        if not isinstance(status, Processing):
            return outcome(status)
        return (yield from _until_ended(status.job_id, self.clock, began, self.timeout))

    def abandon(self) -> Steps[None]:
        """Delete the job as well as it can be done: a job that stays expires."""
        if not self._sent:
            return
        with suppress(ExportError):
            # Without the answer only the same request names the job: with the same key it is the same one.
            job_id = self.job_id or (yield from _post(self.request, self.key)).job_id
            yield from cancel(job_id)

    def _submit(self, began: float) -> Steps[JobStatus]:
        yield Report(Update("sending", 0.0))
        self._sent = True
        for failures in range(1, RETRIES + 2):
            try:
                return (yield from _post(self.request, self.key))
            except ExportError as e:
                delay = _delay_after(e, failures)
                elapsed = self.clock() - began
                if not e.retryable or failures > RETRIES or elapsed + delay > self.timeout:
                    raise
                yield Report(Update("retrying", elapsed, error=e, delay=delay))
                yield Sleep(delay)
        raise AssertionError("the last failure is raised")


def wait(job_id: str, *, clock: Callable[[], float], timeout: float) -> Steps[Done]:
    """Wait until a job has ended; raises JobFailed, PatienceEnded and what polls are refused with."""
    return _until_ended(job_id, clock, clock(), timeout)


def create(request: ExportRequest, key: str) -> Steps[str]:
    """Create a job, without waiting for it: its jobId."""
    return (yield from _post(request, key)).job_id


def status(job_id: str, wait: float = 0) -> Steps[JobStatus]:
    """The state of a job, which the API may answer up to `wait` seconds later."""
    return job_status((yield from _answer(_poll(job_id, wait, wait + ANSWER_SECONDS))))


def cancel(job_id: str) -> Steps[bool]:
    """Cancel a job, or delete one that has ended. False: there was none."""
    try:
        yield from _answer(Send("DELETE", _path_of(job_id), ANSWER_SECONDS))
    except JobNotFound:
        return False
    return True


def templates() -> Steps[TemplateList]:
    """The templates that are installed."""
    response = yield from _answer(Send("GET", _TEMPLATES, ANSWER_SECONDS))
    body = _object(response)
    if not isinstance(body.get("templates"), list):
        raise TransportError(_STRANGE)
    return cast(TemplateList, body)


def convert(cv: Mapping[str, Any]) -> Steps[Converted]:
    """A CV of any format that is read, as JSON Resume."""
    headers = {"Content-Type": "application/json"}
    response = yield from _answer(Send("POST", _CONVERT, POST_SECONDS, headers, _encoded(cv)))
    match _object(response):
        case {"format": str(sent_as), "cvData": dict(converted), **more}:
            return Converted(sent_as, converted, _warnings(more.get("warnings")))
    raise TransportError(_STRANGE)


def download(file_url: str) -> Steps[bytes]:
    """The bytes of a PDF."""
    reply = yield Send("GET", file_url, POST_SECONDS)
    if not isinstance(reply, httpx.Response):
        raise _no_answer(reply)
    if not reply.is_success or not reply.content.startswith(b"%PDF-"):
        raise TransportError(f"The storage answered with status {reply.status_code}, and with no PDF.")
    return reply.content


def outcome(status: Done | Failed) -> Done:
    """The result of a job that has ended; raises JobFailed."""
    if isinstance(status, Failed):
        raise JobFailed(status.error, job_id=status.job_id, code=status.code, retryable=status.retryable)
    return status


def job_status(response: httpx.Response) -> JobStatus:
    """The state of a job in an answer; TransportError for what is none: a proxy's login page has status 200, too."""
    match _object(response):
        case {"jobId": str(job_id), "status": "processing"}:
            return Processing(job_id)
        case {"jobId": str(job_id), "status": "done", "fileUrl": str(file_url), **more}:
            return Done(job_id, file_url, _warnings(more.get("warnings")))
        case {"jobId": str(job_id), "status": "error", "error": str(error), **more}:
            return Failed(job_id, error, str(more.get("code", "Internal")), more.get("retryable") is not False)
    raise TransportError(_STRANGE)


def refusal(response: httpx.Response) -> RequestRefused:
    """The exception for an answer that is no success."""
    body = _object(response, or_empty=True)
    found, code = body.get("error"), response.status_code
    kind = JobNotFound if code == 404 and found == "Job not found" else BY_STATUS.get(code, RequestRefused)
    return kind(
        str(body.get("message") or f"The server answered with status {code}."),
        status=code,
        error=str(found or f"Status {code}"),
        details=[FieldProblem(str(d.get("field")), str(d.get("message"))) for d in _objects(body.get("details"))],
        retry_after=retry_after(response),
    )


def retry_after(response: httpx.Response) -> float | None:
    """The seconds of the header Retry-After, which has seconds or a date (RFC 9110, 10.2.3)."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date in the zone -0000 comes without a zone; it is UTC.
    return max(0.0, ((date if date.tzinfo else date.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _until_ended(job_id: str, clock: Callable[[], float], began: float, timeout: float) -> Steps[Done]:
    failures = failed_waits = 0
    yield Report(Update("processing", clock() - began, job_id))
    while (left := began + timeout - clock()) > 0:
        # Two failed waits in a row: something between here and the API does not let a request wait.
        wait = int(min(MAX_WAIT_SECONDS, left)) if failed_waits < 2 else 0
        asked = clock()
        try:
            response = yield from _answer(_poll(job_id, wait, min(wait + ANSWER_SECONDS, left)))
            status = job_status(response)
        except ExportError as e:
            failed_waits += bool(wait)
            if wait and isinstance(e, ValidationFailed):
                continue  # It does not take `wait`.
            if not e.retryable:
                raise
            failures += 1
            delay = _delay_after(e, failures)
            update = Update("retrying", clock() - began, job_id, error=e, delay=delay)
        else:
            if not isinstance(status, Processing):
                return outcome(status)
            failures = 0
            failed_waits = 0 if wait else failed_waits
            # An answer before its time is that of a server that does not wait.
            waited = wait and clock() - asked > wait - 1
            delay = 0.0 if waited else (retry_after(response) or POLL_SECONDS)
            update = Update("processing", clock() - began, job_id)
        yield Report(update)
        yield Sleep(max(0.0, min(delay, began + timeout - clock())))
    raise PatienceEnded(job_id=job_id, timeout=timeout)


def _post(request: ExportRequest, key: str) -> Steps[JobStatus]:
    """The answer to a POST: a job that is processing, or one that has ended already."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    return job_status((yield from _answer(Send("POST", _JOBS, POST_SECONDS, headers, _encoded(request)))))


def _encoded(body: Mapping[str, Any]) -> bytes:
    """The JSON of a body; raises BadRequest."""
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as e:
        message = f"The request has something that JSON has not: {e}"
        raise BadRequest(message, status=400, error="Bad request") from e


def _poll(job_id: str, wait: float, timeout: float) -> Send:
    return Send("GET", _path_of(job_id) + (f"?wait={wait:g}" if wait else ""), timeout)


def _path_of(job_id: str) -> str:
    return f"{_JOBS}/{quote(job_id, safe='')}"


def _answer(send: Send) -> Steps[httpx.Response]:
    """The response of status 2xx; RequestRefused for others, TransportError without one."""
    reply = yield send
    if not isinstance(reply, httpx.Response):
        raise _no_answer(reply)
    if not reply.is_success:
        raise refusal(reply)
    return reply


def _no_answer(e: httpx.RequestError | None) -> TransportError:
    error = TransportError(f"There is no answer: {e or type(e).__name__}.")
    error.__cause__ = e
    return error


def _delay_after(e: ExportError, failures: int) -> float:
    if isinstance(e, RequestRefused) and e.retry_after is not None:
        return e.retry_after
    # Spread by a fifth, so that clients that lost the network together do not come back together.
    return min(2.0 ** (failures - 1), MAX_BACKOFF_SECONDS) * random.uniform(0.8, 1.2)


def _object(response: httpx.Response, *, or_empty: bool = False) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if or_empty:
        return {}
    raise TransportError(_STRANGE)


def _objects(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _warnings(value: object) -> tuple[Warning, ...]:
    return tuple(
        Warning(*(str(warning.get(name, "")) for name in ("code", "field", "message"))) for warning in _objects(value)
    )
