"""The HTTP contract, field by field, by a client that knows nothing else of the service."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.e2e.client import eventually
from tests.e2e.conftest import Run

JOBS = "/api/export-pdf/job"
CV: dict[str, Any] = {
    "basics": {"name": "Zoë 山田", "summary": "a <b> & \u0000 \U0001f600"},
    "work": [{"name": "Initech", "position": "Engineer", "startDate": "2020-01"}],
    "x-own": {"kept": [1, 2.5, None, True, {"deep": "unknown fields stay"}], "big": 2**53 + 1},
}
BODY: dict[str, Any] = {
    "resumeId": 123,
    "templateId": "modern",
    "cvData": CV,
    "fileName": "John_Doe_CV",
    "userPackage": "BASIC",
    "userId": "user-123",
}


class Client:
    """An HTTP client that remembers its jobs."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=40)
        self.jobs: set[str] = set()

    def post(self, body: object = BODY, **headers: str) -> httpx.Response:
        answer = self.http.post(JOBS, json=body, headers=headers)
        if answer.status_code == 202:
            self.jobs.add(answer.json()["jobId"])
        return answer

    def job(self, body: object = BODY, **headers: str) -> str:
        answer = self.post(body, **headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["jobId"])

    def get(self, job_id: str, **query: Any) -> httpx.Response:
        return self.http.get(f"{JOBS}/{job_id}", params=query)


@pytest.fixture
def client(api_url: str) -> Iterator[Client]:
    """A client whose jobs are deleted at the end."""
    client = Client(api_url)
    yield client
    for job_id in client.jobs:
        client.http.delete(f"{JOBS}/{job_id}")
    client.http.close()


def not_found(job_id: str) -> dict[str, str]:
    return {"error": "Job not found", "jobId": job_id, "message": "The job may have expired or never existed."}


def create(kubectl: Run, name: str, **spec: Any) -> None:
    """Make a job past the API."""
    manifest = {
        "apiVersion": "pdfexport.dev/v1",
        "kind": "PdfExportJob",
        "metadata": {"name": name},
        "spec": {"resumeId": 1, "templateId": "modern", "cvData": CV, **spec},
    }
    kubectl("create", "-f", "-", input=json.dumps(manifest))


def test_the_whole_exchange(client: Client) -> None:
    answer = client.post({**BODY, "cvData": {"basics": {"name": "Zoë"}, "work": CV["work"]}})
    job_id = answer.json()["jobId"]
    assert answer.status_code == 202
    assert answer.json() == {
        "jobId": job_id,
        "status": "processing",
        "message": f"Export job created. Poll /api/export-pdf/job/{job_id} for status.",
    }
    assert uuid.UUID(job_id).version == 4
    assert answer.headers["location"] == f"{JOBS}/{job_id}"
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["content-type"] == "application/json"

    def ended() -> httpx.Response | None:
        poll = client.get(job_id)
        assert poll.status_code == 200
        if poll.json() == {"jobId": job_id, "status": "processing"}:
            assert poll.headers["retry-after"] == "3"
            return None
        return poll

    end = eventually("the job ends", ended, seconds=90)
    assert set(end.json()) == {"jobId", "status", "fileUrl"}
    assert (end.json()["jobId"], end.json()["status"]) == (job_id, "done")
    assert httpx.URL(end.json()["fileUrl"]).is_absolute_url
    assert "retry-after" not in end.headers
    detailed = client.get(job_id, details="true").json()
    assert set(detailed) == {*end.json(), "pages", "sizeBytes", "sha256", "expiresAt", "timings", "warnings"}
    assert detailed["warnings"] == []
    head = client.http.head(f"{JOBS}/{job_id}")
    assert (head.status_code, head.content) == (200, b"")


def test_one_request_that_waits_is_answered_with_the_warnings(client: Client) -> None:
    basics = {"name": "Zoë", "image": "https://example.com/zoe.png"}
    answer = client.post({**BODY, "cvData": {"basics": basics}}, Prefer="wait=30")
    client.jobs.add(answer.json()["jobId"])
    assert answer.status_code == 200
    (warning,) = answer.json()["warnings"]
    assert (warning["code"], warning["field"]) == ("PhotoIgnored", "cvData.basics.image")


def test_a_job_that_fails(client: Client, kubectl: Run) -> None:
    job_id = str(uuid.uuid4())
    create(kubectl, job_id, templateId="no-such-template")
    client.jobs.add(job_id)
    answer = client.get(job_id, wait=30)
    assert answer.status_code == 200
    assert set(answer.json()) == {"jobId", "status", "error", "code", "retryable"}
    assert answer.json() | {"error": ""} == {
        "jobId": job_id,
        "status": "error",
        "error": "",
        "code": "UnknownTemplate",
        "retryable": False,
    }
    assert answer.json()["error"]


def test_nothing_of_the_request_is_lost(client: Client, kubectl: Run) -> None:
    job_id = client.job({**BODY, "resumeId": "ä-1", "unknown": "ignored"})
    stored = json.loads(kubectl("get", "pdfexportjobs", job_id, "-o", "json"))
    assert stored["spec"]["cvData"] == CV
    assert {k: stored["spec"][k] for k in ("resumeId", "templateId", "fileName", "userPackage", "userId")} == {
        "resumeId": "ä-1",
        "templateId": "modern",
        "fileName": "John_Doe_CV",
        "userPackage": "BASIC",
        "userId": "user-123",
    }
    assert "unknown" not in stored["spec"]
    assert stored["spec"]["ttlSeconds"] == 600


def test_options_are_stored_without_nulls(client: Client, kubectl: Run) -> None:
    options = {"locale": "pt-BR", "pageFormat": "Letter", "accentColor": "#aa2200", "sectionTitles": {"work": "Vita"}}
    job_id = client.job({**BODY, "options": {**options, "density": None}})
    spec = json.loads(kubectl("get", "pdfexportjobs", job_id, "-o", "jsonpath={.spec}"))
    assert spec["options"] == options
    assert not {"locale", "pageFormat"} & set(spec)


def test_what_is_optional_may_be_left_out_or_null(client: Client, kubectl: Run) -> None:
    least = {name: BODY[name] for name in ("resumeId", "templateId", "cvData")}
    for body in (least, least | {"fileName": None, "userPackage": None, "userId": None}):
        job_id = client.job(body)
        stored = json.loads(kubectl("get", "pdfexportjobs", job_id, "-o", "jsonpath={.spec}"))
        assert stored["fileName"] == "Zoë 山田_CV"


def test_a_file_name_is_never_a_path(client: Client, kubectl: Run) -> None:
    job_id = client.job({**BODY, "fileName": "../../etc/passwd\u202e.pdf"})
    name = kubectl("get", "pdfexportjobs", job_id, "-o", "jsonpath={.spec.fileName}")
    assert name == "_.._etc_passwd"


def assert_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error", "message", "details"} if field else {"error", "message"} <= set(body)
    assert all(isinstance(body[key], str) and body[key] for key in ("error", "message"))
    if field:
        assert field in [detail["field"] for detail in body["details"]]
        assert field in body["message"]
        assert all(set(detail) == {"field", "message"} for detail in body["details"])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"resumeId": None}, "resumeId", "whole number"),
        ({"resumeId": True}, "resumeId", "whole number"),
        ({"resumeId": 1.5}, "resumeId", "whole number"),
        ({"resumeId": 2**53 + 1}, "resumeId", "2^53"),
        ({"resumeId": "x" * 129}, "resumeId", "128"),
        ({"resumeId": "a\u0000"}, "resumeId", "control"),
        ({"resumeId": []}, "resumeId", "whole number"),
        ({"templateId": "baroque"}, "templateId", "modern"),
        ({"templateId": 1}, "templateId", "template"),
        ({"cvData": "text"}, "cvData", "object"),
        ({"cvData": {}}, "cvData.basics.name", "required"),
        ({"cvData": {"basics": {"name": 5}}}, "cvData.basics.name", "string"),
        ({"cvData": {**CV, "work": [{"startDate": "May"}]}}, "cvData.work[0].startDate", "YYYY"),
        ({"fileName": 1}, "fileName", "string"),
        ({"userPackage": "x" * 65}, "userPackage", "64"),
        ({"userId": "a\nb"}, "userId", "control"),
        ({"options": {"pageFormat": "A3"}}, "options.pageFormat", "A4 or Letter"),
        ({"options": {"accentColor": "red"}}, "options.accentColor", "#0b5a70"),
        ({"options": {"fontFamily": "Comic Sans"}}, "options.fontFamily", "Lato"),
        ({"options": {"sectionOrder": ["hobbies"]}}, "options.sectionOrder", "work"),
        ({"options": {"theme": "dark"}}, "options", "accentColor"),
        ({"options": []}, "options", "object"),
    ],
)
def test_a_field_that_does_not_fit_is_422(client: Client, changes: dict[str, Any], field: str, words: str) -> None:
    answer = client.post({**BODY, **changes})
    assert_error(answer, 422, field)
    assert words in answer.json()["message"]


@pytest.mark.parametrize("field", ["resumeId", "templateId", "cvData"])
def test_a_field_that_is_missing_is_422(client: Client, field: str) -> None:
    answer = client.post({name: value for name, value in BODY.items() if name != field})
    assert_error(answer, 422, field)
    assert "required" in answer.json()["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"resumeId=1",
        b'{"resumeId": NaN}',
        b'{"resumeId": "\xff"}',
        b'{"a": 1, "a": 2}',
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b"[" * 500_000,
    ],
)
def test_what_is_not_json_is_400(client: Client, raw: bytes) -> None:
    assert_error(client.http.post(JOBS, content=raw, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize("raw", [b"[]", b"null", b'"x"', b"1"])
def test_json_that_is_no_object_is_422(client: Client, raw: bytes) -> None:
    assert_error(client.http.post(JOBS, content=raw, headers={"Content-Type": "application/json"}), 422)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_content_type_is_415(client: Client, content_type: str) -> None:
    answer = client.http.post(JOBS, content=json.dumps(BODY), headers={"Content-Type": content_type})
    assert_error(answer, 415)
    assert "application/json" in answer.json()["message"]


def test_a_charset_may_be_named(client: Client) -> None:
    assert client.post(**{"Content-Type": "application/json; charset=utf-8"}).status_code == 202


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413(client: Client, chunked: bool) -> None:
    raw = json.dumps({**BODY, "x": "y" * 1024 * 1024}).encode()
    content = (raw[i : i + 65536] for i in range(0, len(raw), 65536)) if chunked else raw
    answer = client.http.post(JOBS, content=content, headers={"Content-Type": "application/json"})
    assert_error(answer, 413)
    assert "1048576 bytes" in answer.json()["message"]


def test_a_body_just_under_the_limit_is_stored(client: Client, kubectl: Run) -> None:
    filler = "y" * (1024 * 1024 - len(json.dumps({**BODY, "cvData": {**CV, "x-filler": ""}}, separators=(",", ":"))))
    raw = json.dumps({**BODY, "cvData": {**CV, "x-filler": filler}}, separators=(",", ":"))
    assert len(raw) == 1024 * 1024
    answer = client.http.post(JOBS, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    client.jobs.add(answer.json()["jobId"])
    stored = kubectl("get", "pdfexportjobs", answer.json()["jobId"], "-o", "jsonpath={.spec.cvData.x-filler}")
    assert stored == filler


def test_a_body_that_the_cluster_stores_as_more_than_it_can_hold_is_413(client: Client) -> None:
    # The API server stores each < as six bytes.
    assert_error(client.post({**BODY, "cvData": {**CV, "x-filler": "<" * 1_000_000}}), 413)


@pytest.mark.parametrize("job_id", [str(uuid.UUID(int=1, version=4)), "nope", "a.b", "A%20B", "x" * 300, "%C3%A9"])
def test_an_unknown_job_is_404(client: Client, job_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = client.http.request(method, f"{JOBS}/{job_id}")
        assert answer.status_code == 404
        assert answer.json() == not_found(httpx.URL(f"http://x/{job_id}").path[1:])


def test_an_expired_job_is_404(client: Client, kubectl: Run) -> None:
    job_id = str(uuid.uuid4())
    create(kubectl, job_id, ttlSeconds=6)
    assert client.get(job_id).status_code == 200, "a job that another replica made is found"
    eventually("the job expires", lambda: client.get(job_id).status_code == 404, seconds=30)
    assert client.get(job_id).json() == not_found(job_id)


def test_a_job_can_be_cancelled(client: Client) -> None:
    job_id = client.job()
    answer = client.http.delete(f"{JOBS}/{job_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(job_id).json() == not_found(job_id)
    again = client.http.delete(f"{JOBS}/{job_id}")
    assert (again.status_code, again.json()) == (404, not_found(job_id))


def test_the_same_key_is_the_same_job(client: Client) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = client.job(**key)
    assert client.job(dict(reversed(BODY.items())), **key) == first
    other = client.post({**BODY, "resumeId": 124}, **key)
    assert_error(other, 422, "Idempotency-Key")
    assert client.job() != first
    assert client.http.delete(f"{JOBS}/{first}").status_code == 204
    assert client.job({**BODY, "resumeId": 124}, **key) == first, "a key is free again when its job is gone"


def test_twenty_requests_with_one_key_at_once_make_one_job(client: Client, kubectl: Run) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {**BODY, "userId": f"key-{uuid.uuid4()}"}
    start = threading.Barrier(20)

    def post(_n: int) -> httpx.Response:
        start.wait(timeout=10)
        return client.post(body, **key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    assert [answer.status_code for answer in answers] == [202] * 20
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    owners = kubectl("get", "pdfexportjobs", "-o", "jsonpath={.items[*].spec.userId}").split()
    assert owners.count(body["userId"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_does_not_fit_is_422(client: Client, key: str) -> None:
    assert_error(client.post(**{"Idempotency-Key": key}), 422, "Idempotency-Key")


def test_wait_answers_as_soon_as_the_job_ends(client: Client) -> None:
    job_id = client.job()
    # Both together within less than one whole wait.
    began = time.monotonic()
    answer = client.get(job_id, wait=30)
    assert answer.json()["status"] == "done"
    assert client.get(job_id, wait=30).json() == answer.json()
    assert time.monotonic() - began < 29


@pytest.mark.parametrize("wait", ["-1", "30.5", "soon", "", "nan"])
def test_a_wait_that_does_not_fit_is_422(client: Client, wait: str) -> None:
    assert_error(client.get(str(uuid.uuid4()), wait=wait), 422, "wait")


def test_templates_are_listed(client: Client) -> None:
    answer = client.http.get("/api/export-pdf/templates")
    assert answer.status_code == 200
    listed = answer.json()
    assert set(listed) == {"templates", "cvSchema"}
    templates = {template["id"]: template for template in listed["templates"]}
    assert set(templates["modern"]) == {"id", "name", "description", "columns", "options"}
    assert "basics" in listed["cvSchema"]["required"]
    for template in templates.values():
        jsonschema_rs.meta.validate(template["options"])
        properties = template["options"]["properties"]
        assert {"locale", "pageFormat"} <= set(properties)
        # What is said of the options is so: the defaults are taken, a name that is not there is not.
        defaults = {name: option["default"] for name, option in properties.items() if "default" in option}
        body = {**BODY, "templateId": template["id"]}
        assert client.post({**body, "options": defaults}).status_code == 202
        for name in {"accentColor", "density", "fontFamily", "photo"} - set(properties):
            assert_error(client.post({**body, "options": {name: "x"}}), 422, f"options.{name}")
    again = client.http.get("/api/export-pdf/templates", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/export-pdf", 404),
        ("POST", "/api/export-pdf/job/", 405),
        ("GET", JOBS, 405),
        ("PUT", f"{JOBS}/x", 405),
        ("POST", "/healthz", 405),
    ],
)
def test_other_errors_have_the_same_shape(client: Client, method: str, path: str, status: int) -> None:
    answer = client.http.request(method, path)
    assert_error(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


def test_probes_metrics_and_the_page(client: Client) -> None:
    assert client.http.get("/healthz").json() == {"status": "ok"}
    assert client.http.get("/readyz").json() == {"status": "ok"}
    metrics = client.http.get("/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "pdf_export_api_cache_in_sync 1.0" in metrics.text
    page = client.http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
