"""A release that sends its traces to this process: one job, one trace through all three programs, and no secrets."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from cluster.network import node_address
from cluster.paths import foreign_kubeconfig, from_environment
from cluster.release import Release, images
from tests.e2e.client import ApiClient, eventually

NAMESPACE = "pdf-export-traced"
POST = "POST /api/export-pdf/job"
CV = {"basics": {"name": "Ada Lovelace", "email": "ada@example.com"}}
KEY = "let-me-in"
CALLER = "b7ad6b7169203331"
STEPS = ("fill", "print", "finish", "upload", "patch")


@dataclass
class Collector:
    """Takes OTLP over HTTP; what came, and with which key."""

    spans: list[tuple[str, Span]] = field(default_factory=list)
    """Each with the name of its service."""
    keys: set[str | None] = field(default_factory=set)

    def take(self, body: bytes, key: str | None) -> None:
        request = ExportTraceServiceRequest.FromString(body)
        self.keys.add(key)
        for resource in request.resource_spans:
            service = next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            self.spans += [(service, span) for scope in resource.scope_spans for span in scope.spans]

    def text(self) -> str:
        """All that the spans say."""
        return "".join(str(span) for _, span in self.spans)

    def trace(self, trace_id: str) -> dict[str, tuple[str, Span]]:
        """The spans of a trace by name, each with its service."""
        mine = [(service, span) for service, span in self.spans if span.trace_id.hex() == trace_id]
        by_name = {span.name: (service, span) for service, span in mine}
        assert len(by_name) == len(mine), sorted(span.name for _, span in mine)
        return by_name

    @contextmanager
    def listening(self, address: str) -> Iterator[str]:
        """The endpoint, for as long as it is there."""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                known = self.path == "/v1/traces"
                if known:
                    collector.take(body, self.headers["x-key"])
                self.send_response(200 if known else 404)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        server = ThreadingHTTPServer((address, 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{address}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


@pytest.fixture(scope="module")
def release(installed: Release) -> Iterator[Release]:
    """A release of its own, as small as it gets, without traces yet; `installed` has brought the cluster up."""
    if foreign_kubeconfig(installed.paths):
        pytest.skip("the pods of another cluster do not reach this machine")
    traced = Release(from_environment(), name="traced", namespace=NAMESPACE, emulator_address="10.96.91.96")
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "headers"},
        "stringData": {"headers": f"x-key={KEY}"},
    }
    with traced.temporary():
        traced.kubectl("apply", "-f", "-", stdin=json.dumps(secret))
        yield traced


def job(api: ApiClient, traceparent: str) -> tuple[str, str]:
    """Export a CV as a part of a trace: the jobId and the download URL."""
    body = {"resumeId": 1, "templateId": "modern", "cvData": CV, "fileName": "Ada_CV", "userId": "user-4711"}
    answer = api.http.post("/api/export-pdf/job", json=body, headers={"traceparent": traceparent})
    assert answer.status_code == 202, answer.text
    job_id = str(answer.json()["jobId"])
    ended = api.finished(job_id)
    assert ended["status"] == "done", ended
    return job_id, str(ended["fileUrl"])


def test_an_export_is_one_trace_and_an_endpoint_that_is_away_costs_nothing(release: Release) -> None:
    collector = Collector()
    traced, untraced = uuid.uuid4().hex, uuid.uuid4().hex
    with collector.listening(node_address()) as endpoint:
        values = (f"tracing.endpoint={endpoint}", "tracing.headersExistingSecret=headers", "pool.max=1")
        release.install(images(release.paths), values=values)
        with httpx.Client(base_url=release.url("api"), timeout=40) as http:
            api = ApiClient(http)
            job(api, f"00-{untraced}-{CALLER}-00")
            job_id, file_url = job(api, f"00-{traced}-{CALLER}-01")
            wanted = {POST, "create", "queue", "assign", "render", *STEPS}
            eventually("all spans have come", lambda: wanted <= set(collector.trace(traced)), seconds=60, every=0.5)

    spans = collector.trace(traced)
    assert set(spans) == wanted
    parents = {span.span_id: name for name, (_, span) in spans.items()}
    post = spans[POST][1]
    assert post.parent_span_id.hex() == CALLER
    assert {name: parents.get(span.parent_span_id) for name, (_, span) in spans.items()} == {
        POST: None,
        **dict.fromkeys(("create", "queue", "assign", "render"), POST),
        **dict.fromkeys(STEPS, "render"),
    }
    stem = "traced-pdf-export"
    assert {name: service for name, (service, _) in spans.items()} == {
        **dict.fromkeys((POST, "create"), f"{stem}-api"),
        **dict.fromkeys(("queue", "assign"), f"{stem}-controller"),
        **dict.fromkeys(("render", *STEPS), f"{stem}-renderer"),
    }
    render = {a.key: a.value.string_value or a.value.int_value for a in spans["render"][1].attributes}
    assert render == {
        "pdfexport.job.id": job_id,
        "pdfexport.template.id": "modern",
        "pdfexport.attempt": 1,
        "pdfexport.phase": "Done",
        "pdfexport.pages": 1,
    }
    began = [spans[name][1].start_time_unix_nano for name in STEPS]
    assert began == sorted(began)

    # What the caller did not sample is not there, nor is anything of the person or the link.
    assert not collector.trace(untraced)
    assert collector.keys == {KEY}
    token = httpx.URL(file_url).params["token"]
    told = [t for t in ("Lovelace", "Ada_CV", "user-4711", token, "://") if t in collector.text()]
    assert told == []

    # The collector is gone now.
    with httpx.Client(base_url=release.url("api"), timeout=40) as http:
        for _ in range(5):
            job(ApiClient(http), f"00-{uuid.uuid4().hex}-{CALLER}-01")


def test_without_an_endpoint_jobs_carry_no_trace(api: ApiClient, installed: Release) -> None:
    job_id, _ = job(api, f"00-{uuid.uuid4().hex}-{CALLER}-01")
    metadata = json.loads(installed.kubectl("get", "pej", job_id, "-o", "json"))["metadata"]
    assert set(metadata["annotations"]) == {"pdfexport.dev/submitted-at"}
