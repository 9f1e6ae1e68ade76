"""Client and AsyncClient: against the real API over an API server in memory, and against transports that break."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from pdf_export_client import AsyncClient, Client, Done, ExportRequest, Processing, Update, ValidationFailed

from tests.unit.api_fakes import CV, Service

REQUEST: ExportRequest = {"resumeId": 123, "templateId": "modern", "cvData": CV}
URL = "https://firebasestorage.googleapis.com/v0/b/b/o/x.pdf?alt=media"
ACCEPTED = {"jobId": "j-1", "status": "processing", "message": "m"}
DONE = {"jobId": "j-1", "status": "done", "fileUrl": "https://files.test/1.pdf"}


def client_of(service: Service) -> AsyncClient:
    return AsyncClient("http://api.test", transport=httpx.ASGITransport(service.app))


async def test_an_export_through_the_real_api() -> None:
    service = Service()
    updates: list[Update] = []

    def finish_when_processing(update: Update) -> None:
        updates.append(update)
        if update.state == "processing" and update.job_id is not None:
            service.kube.change(update.job_id, phase="Done", fileUrl=URL)

    async with client_of(service) as client:
        done = await client.export(REQUEST, on_update=finish_when_processing)
    assert done.file_url == URL
    assert [update.state for update in updates] == ["sending", "processing"]


async def test_the_other_requests_through_the_real_api() -> None:
    service = Service()
    async with client_of(service) as client:
        assert {template["id"] for template in (await client.templates())["templates"]} == {"classic", "modern"}
        converted = await client.convert({"cv": {"name": "Ada", "sections": {"Talks": ["x"]}}})
        assert (converted.format, converted.cv["customSections"][0]["title"]) == ("RenderCV", "Talks")
        assert [warning.code for warning in converted.warnings] == ["FormatConverted"]
        job_id = await client.create(REQUEST, idempotency_key="k")
        assert await client.create(REQUEST, idempotency_key="k") == job_id
        assert await client.status(job_id) == Processing(job_id)
        assert await client.cancel(job_id) is True
        assert await client.cancel(job_id) is False


async def test_what_does_not_fit_is_named_by_field() -> None:
    async with client_of(Service()) as client:
        with pytest.raises(ValidationFailed) as caught:
            await client.export({**REQUEST, "options": {"pageFormat": "A3"}})  # type: ignore[typeddict-item]
    assert [problem.field for problem in caught.value.details] == ["options.pageFormat"]


async def test_a_cancelled_task_cancels_its_job() -> None:
    service = Service()
    waiting = asyncio.Event()

    def on_update(update: Update) -> None:
        if update.state == "processing":
            waiting.set()

    async with client_of(service) as client:
        task = asyncio.create_task(client.export(REQUEST, on_update=on_update))
        await asyncio.wait_for(waiting.wait(), timeout=5)
        assert len(service.kube.objects) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert service.kube.objects == {}


def test_an_interrupted_export_cancels_its_job() -> None:
    methods: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        if request.method == "GET":
            raise KeyboardInterrupt
        return httpx.Response(202, json=ACCEPTED) if request.method == "POST" else httpx.Response(204)

    with Client("http://api.test", transport=httpx.MockTransport(answer)) as client, pytest.raises(KeyboardInterrupt):
        client.export(REQUEST)
    assert methods == ["POST", "GET", "DELETE"]


def test_the_token_goes_to_the_api_and_not_to_the_storage() -> None:
    tokens: list[tuple[str, str | None]] = []
    given = iter(["t-1", "t-2"])

    def answer(request: httpx.Request) -> httpx.Response:
        tokens.append((str(request.url), request.headers.get("Authorization")))
        if request.url.host == "files.test":
            return httpx.Response(200, content=b"%PDF-1.7")
        return httpx.Response(202, json=ACCEPTED) if request.method == "POST" else httpx.Response(200, json=DONE)

    transport = httpx.MockTransport(answer)
    with Client("http://api.test/behind/", lambda: next(given), transport=transport) as client:
        done = client.export(REQUEST)
        assert done == Done("j-1", "https://files.test/1.pdf")
        assert client.download(done) == b"%PDF-1.7"
    assert tokens == [
        ("http://api.test/behind/api/export-pdf/job", "Bearer t-1"),
        ("http://api.test/behind/api/export-pdf/job/j-1?wait=20", "Bearer t-2"),
        ("https://files.test/1.pdf", None),
    ]


def test_a_sync_client_sleeps_between_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [httpx.Response(503, headers={"Retry-After": "2"}), httpx.Response(200, json=DONE)]
    slept: list[float] = []
    with Client("http://api.test", transport=httpx.MockTransport(lambda _: answers.pop(0))) as client:
        monkeypatch.setattr(client, "_sleep", slept.append)
        client.export(REQUEST)
    assert slept == [2.0]
