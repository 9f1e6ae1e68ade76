"""Traces: one from the POST through the resource to the written result, off without an endpoint, telling no secrets."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from controller.executor import Executor
from controller.release_client import ReleaseClient
from controller.state.actions import Assign
from controller.state.pod import PodTemplate
from crds.errors import ErrorCode, JobError
from crds.job import TRACEPARENT, Job, Status
from kube.client import KubeClient
from kube.errors import KubeError
from renderer.document import Documents, Rendered
from renderer.metrics import step
from renderer.pdf.finish import Document
from renderer.storage.firebase import Storage, Target
from renderer.task import Assignment, Exporter
from renderer.worker import Worker
from runtime import tracing
from runtime.otlp import Recorder, exporting, headers
from runtime.settings import SettingsError
from runtime.spans import Tracer
from tests.unit.api_fakes import BODY, Service
from tests.unit.builders import World, only, pod

TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
NOT_SAMPLED = f"00-{TRACE}-b7ad6b7169203331-00"
SECRETS = ("Ada Lovelace", "John_Doe", "user-123", "https://files.test/secret-link", "token")


class Spans:
    """What was recorded."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def all(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def names(self) -> list[str]:
        return [span.name for span in self.all()]

    def one(self, name: str) -> ReadableSpan:
        (span,) = (span for span in self.all() if span.name == name)
        return span

    def parent(self, name: str) -> str | None:
        """The name of a span's parent; None when that is not recorded here."""
        parent = self.one(name).parent
        assert parent is not None
        return next((span.name for span in self.all() if _id(span) == parent.span_id), None)


def _id(span: ReadableSpan) -> int:
    assert span.context is not None
    return int(span.context.span_id)


def _facts(span: ReadableSpan) -> dict[str, Any]:
    return {name.removeprefix("pdfexport."): value for name, value in (span.attributes or {}).items()}


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Tracing is on, for this test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(resource=Resource.get_empty(), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(Recorder(provider))
    yield Spans(exporter)
    tracing.use(Tracer())
    provider.shutdown()


class AnsweringCluster(ReleaseClient):
    """Takes every assignment."""

    def __init__(self) -> None:
        self.refuse: KubeError | None = None

    async def change_status(self, job: Job, status: Mapping[str, Any]) -> Job:
        if self.refuse:
            raise self.refuse
        return job.changed(status, resource_version=job.resource_version + 1)


async def assign(cluster: AnsweringCluster, job: Job) -> Job:
    """What the controller does with a new job."""
    world = World()
    world.now = job.created + 1
    world.see(pod(), job)
    (action,) = only(world.decide(), Assign)
    done = asyncio.Event()
    executor = Executor(cluster, world.state, PodTemplate.from_manifest({"kind": "Pod"}), done.set, 1, clock=time.time)
    executor.start(action)
    await asyncio.wait_for(done.wait(), 5)
    await executor.stop()
    return world.state.jobs[job.name]


class FakeDocuments(Documents):
    """Goes through the steps, of which each lets the other jobs have a turn."""

    def __init__(self) -> None:
        self.fail: Exception | None = None

    async def render(self, spec: Mapping[str, Any], timings: dict[str, float] | None = None) -> Rendered:
        for name in ("fill", "print", "finish"):
            with step(name, timings):
                await asyncio.sleep(0)
                if self.fail and name == "print":
                    raise self.fail
        return Rendered(Document(pdf=b"%PDF", pages=3, sha256="0" * 64), ())


class FakeStorage(Storage):
    def __init__(self) -> None:
        pass

    async def upload(self, target: Target, pdf: bytes, *, secret: str, timeout_seconds: float) -> str:
        await asyncio.sleep(0)
        return "https://files.test/secret-link?token=token"


class PatchedKube:
    """Keeps the statuses that are written."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []

    def now(self) -> float:
        return time.time()

    async def request(self, method: str, path: str, *, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        await asyncio.sleep(0)
        self.statuses.append(body["status"])
        return {"metadata": {"resourceVersion": "9"}}


async def work(*jobs: Job, fail: Exception | None = None) -> list[Status]:
    """What a renderer does with jobs that are assigned to it, all at once; the statuses that it writes."""
    kube, documents = PatchedKube(), FakeDocuments()
    documents.fail = fail
    exporter = Exporter(documents, FakeStorage(), kube.now)
    worker = Worker(cast(KubeClient, kube), exporter, namespace="n", pod_name="pod", jobs_per_pod=9)
    await asyncio.gather(*(worker._do(Assignment(job, BODY)) for job in jobs))
    return kube.statuses


async def created(**headers: str) -> tuple[Job, dict[str, Any]]:
    """A job that was posted, and the annotations of its resource."""
    service = Service()
    answer = await service.post(BODY, **headers)
    assert answer.status_code == 202, answer.text
    obj = service.kube.objects[answer.json()["jobId"]]
    return Job.from_object(obj), obj["metadata"]["annotations"]


async def test_an_export_is_one_trace_from_the_post_to_the_written_result(spans: Spans) -> None:
    job, annotations = await created(traceparent=CALLER)
    (status,) = await work(await assign(AnsweringCluster(), job))
    assert status["phase"] == "Done"

    post = "POST /api/export-pdf/job"
    assert annotations[TRACEPARENT] == f"00-{TRACE}-{_id(spans.one(post)):016x}-01"
    assert {f"{span.context.trace_id:032x}" for span in spans.all() if span.context} == {TRACE}
    parent = spans.one(post).parent
    assert parent is not None
    assert f"{parent.span_id:016x}" == "b7ad6b7169203331"
    assert {name: spans.parent(name) for name in spans.names() if name != post} == {
        **dict.fromkeys(("create", "queue", "assign", "render"), post),
        **dict.fromkeys(("fill", "print", "finish", "upload", "patch"), "render"),
    }
    assert (spans.one(post).kind, spans.one("create").kind) == (SpanKind.SERVER, SpanKind.CLIENT)


async def test_spans_say_which_job_and_what_became_of_it(spans: Spans) -> None:
    job, _ = await created()
    await work(await assign(AnsweringCluster(), job))
    which = {"job.id": job.name, "template.id": "modern"}
    assert _facts(spans.one("render")) == which | {"attempt": 1, "phase": "Done", "pages": 3}
    assert _facts(spans.one("assign")) == _facts(spans.one("queue")) == which | {"attempt": 1}
    post = _facts(spans.one("POST /api/export-pdf/job"))
    assert post.items() >= (which | {"http.response.status_code": 202, "http.request.method": "POST"}).items()


async def test_the_queue_span_begins_with_the_request(spans: Spans) -> None:
    job, _ = await created()
    await assign(AnsweringCluster(), job)
    queue = spans.one("queue")
    assert queue.start_time == pytest.approx(job.submitted * 1e9, abs=1e3)
    assert queue.end_time is not None
    assert queue.start_time is not None
    assert 0 <= queue.end_time - queue.start_time < 5e9


async def test_an_assignment_that_is_refused_is_no_end_of_the_queue(spans: Spans) -> None:
    job, _ = await created()
    cluster = AnsweringCluster()
    cluster.refuse = KubeError(500, "Internal", "no")
    await assign(cluster, job)
    assert spans.one("assign").status.status_code is StatusCode.ERROR
    assert "queue" not in spans.names()


async def test_jobs_at_once_keep_their_traces_apart(spans: Spans) -> None:
    jobs = [(await created())[0] for _ in range(3)]
    assert len({job.traceparent for job in jobs}) == 3
    await work(*jobs)
    for job in jobs:
        assert job.traceparent is not None
        trace_id = int(job.traceparent.split("-")[1], 16)
        mine = [span for span in spans.all() if span.context and span.context.trace_id == trace_id]
        (render,) = (span for span in mine if span.name == "render")
        steps = {span.name: span.parent.span_id for span in mine if span.parent and span.name != "create"}
        del steps["render"]
        assert steps == dict.fromkeys(("fill", "print", "finish", "upload", "patch"), _id(render))


async def test_a_trace_that_the_caller_does_not_sample_is_recorded_nowhere(spans: Spans) -> None:
    job, annotations = await created(traceparent=NOT_SAMPLED)
    assert TRACEPARENT not in annotations
    await work(await assign(AnsweringCluster(), job))
    assert spans.names() == []


@pytest.mark.parametrize(
    "header", ["", "00-0-0-01", f"00-{'0' * 32}-b7ad6b7169203331-01", CALLER + "-more", "x" * 9999]
)
async def test_a_traceparent_that_is_none_begins_a_new_trace(spans: Spans, header: str) -> None:
    _, annotations = await created(traceparent=header)
    assert spans.one("POST /api/export-pdf/job").parent is None
    assert TRACE not in annotations[TRACEPARENT]


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", CALLER[:-1]])
async def test_a_job_without_a_trace_is_done_without_spans(spans: Spans, traceparent: str | None) -> None:
    job = Job(
        name="j", uid="u", resource_version=1, created=time.time(), submitted=time.time(), expires=time.time() + 60,
        template_id="modern", user_id="", priority=0, timeout_seconds=60, traceparent=traceparent,
    )  # fmt: skip
    (status,) = await work(await assign(AnsweringCluster(), job))
    assert status["phase"] == "Done"
    assert spans.names() == []


@pytest.mark.parametrize(
    ("failure", "of_step", "of_job"),
    [
        (JobError(ErrorCode.PAGE_CRASHED, "Ada Lovelace"), "PageCrashed", "PageCrashed"),
        (ValueError("Ada Lovelace"), "ValueError", "Internal"),
    ],
)
async def test_a_failure_is_told_by_its_code_alone(spans: Spans, failure: Exception, of_step: str, of_job: str) -> None:
    job, _ = await created()
    (status,) = await work(job, fail=failure)
    render = spans.one("render")
    assert _facts(spans.one("print"))["error.type"] == of_step
    assert (_facts(render)["phase"], _facts(render)["error.type"]) == ("Error", of_job)
    assert render.status.status_code is spans.one("print").status.status_code is StatusCode.ERROR
    assert set(status["timings"]) == {"fillMs", "printMs"}
    assert spans.one("patch").status.status_code is StatusCode.UNSET


async def test_no_span_tells_of_the_person(spans: Spans) -> None:
    job, _ = await created()
    await work(await assign(AnsweringCluster(), job))
    await work(job, fail=RuntimeError("Ada Lovelace"))
    service = Service()
    wrong = {**BODY, "fileName": "", "resumeId": ["Ada Lovelace"]}
    assert (await service.post(wrong)).status_code == 422
    service.kube.failures = [KubeError(403, "Forbidden", "Ada Lovelace")]
    await service.post()
    everything = "".join(span.to_json() for span in spans.all())
    assert len(spans.all()) > 15
    assert [secret for secret in SECRETS if secret in everything] == []


def test_libraries_add_no_spans_of_their_own(spans: Spans) -> None:
    library = trace.get_tracer("google.cloud.storage")
    with tracing.serve("POST", "/", None), library.start_as_current_span("Storage.upload"):
        pass
    assert spans.names() == ["POST /"]


async def test_timings_have_each_step_and_their_sum(spans: Spans) -> None:
    job, _ = await created()
    (status,) = await work(await assign(AnsweringCluster(), job))
    timings = status["timings"]
    assert set(timings) == {"queueMs", "fillMs", "printMs", "finishMs", "renderMs", "uploadMs"}
    assert timings["renderMs"] == pytest.approx(timings["fillMs"] + timings["printMs"] + timings["finishMs"], abs=0.01)


async def test_without_tracing_no_job_is_annotated() -> None:
    _, annotations = await created(traceparent=CALLER)
    assert TRACEPARENT not in annotations


async def test_pages_of_other_origins_may_send_their_traceparent() -> None:
    origin = "https://app.example.com"
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,traceparent",
    }
    answer = await Service(cors_origins=(origin,)).client.options("/api/export-pdf/job", headers=preflight)
    assert answer.status_code == 200
    assert "traceparent" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("program", ["api", "controller", "renderer"])
def test_without_an_endpoint_the_sdk_is_not_imported(program: str) -> None:
    code = (
        f"import sys, {program}.__main__\nfrom runtime import tracing\ntracing.configure('x')\ntracing.stop()\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_an_endpoint_that_is_none_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")
    with pytest.raises(SettingsError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; it takes an URL"):
        tracing.configure("x")


def test_what_is_sent_along_is_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert headers() == {}
    file = tmp_path / "headers"
    monkeypatch.setenv("PDFEXPORT_TRACING_HEADERS_FILE", str(file))
    file.write_text(" authorization=Bearer%20a%3Db, x-key = let-me-in\n")
    assert headers() == {"authorization": "Bearer a=b", "x-key": "let-me-in"}


@pytest.mark.parametrize("text", ["x-key=1,s3cret", "x-key=1,=s3cret", "x-key=1,a b=s3cret", "x-key=1,a=s3cret%0Ab"])
def test_a_file_of_headers_that_does_not_fit_is_refused_without_a_word_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "headers"
    file.write_text(text)
    monkeypatch.setenv("PDFEXPORT_TRACING_HEADERS_FILE", str(file))
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")
    with pytest.raises(SettingsError, match="PDFEXPORT_TRACING_HEADERS_FILE: entry 2 of the file") as caught:
        tracing.configure("x")
    assert "s3cret" not in str(caught.value)


@pytest.fixture
def silent_endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An endpoint that takes connections and never answers; its exporter's threads have ended at the end."""
    sdk = logging.getLogger("opentelemetry")
    monkeypatch.setattr(sdk, "handlers", [])
    monkeypatch.setattr(sdk, "propagate", True)
    for name, value in {"MAX_QUEUE_SIZE": "20", "MAX_EXPORT_BATCH_SIZE": "10"}.items():
        monkeypatch.setenv(f"OTEL_BSP_{name}", value)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3")
    monkeypatch.setenv("NO_PROXY", "*")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}")
        yield
    for thread in threading.enumerate():
        if thread.name.startswith("OtelBatch"):
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.usefixtures("silent_endpoint")
def test_an_endpoint_that_does_not_answer_is_told_of_once_and_holds_up_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    recorder = exporting("x")
    for _ in range(500):
        with recorder.serve("POST", "/", None):
            pass
    recorder.stop(0.3)
    assert [thread for thread in threading.enumerate() if thread.name.startswith("OtelBatch")], "the export still waits"
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert warnings[0].startswith("traces are not sent as they should be: ")
