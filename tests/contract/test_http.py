"""The HTTP contract, field by field, by a client that knows nothing else of the service."""

from __future__ import annotations

import json
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.contract.client import BODY, CV, Client, assert_error, not_found
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import JOBS, download, eventually


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
    assert download(end.json()["fileUrl"]).content.startswith(b"%PDF-")
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


def test_nothing_of_the_request_is_lost(client: Client, jobs: StoredJobs) -> None:
    job_id = client.job({**BODY, "resumeId": "ä-1", "unknown": "ignored"})
    spec = jobs.spec(job_id)
    assert spec["cvData"] == CV
    assert {k: spec[k] for k in ("resumeId", "templateId", "fileName", "userPackage", "userId")} == {
        "resumeId": "ä-1",
        "templateId": "modern",
        "fileName": "John_Doe_CV",
        "userPackage": "BASIC",
        "userId": "user-123",
    }
    assert "unknown" not in spec
    assert spec["ttlSeconds"] == 600


def test_options_are_stored_without_nulls(client: Client, jobs: StoredJobs) -> None:
    options = {"locale": "pt-BR", "pageFormat": "Letter", "accentColor": "#aa2200", "sectionTitles": {"work": "Vita"}}
    job_id = client.job({**BODY, "options": {**options, "density": None}})
    spec = jobs.spec(job_id)
    assert spec["options"] == options
    assert not {"locale", "pageFormat"} & set(spec)


def test_what_is_optional_may_be_left_out_or_null(client: Client, jobs: StoredJobs) -> None:
    least = {name: BODY[name] for name in ("resumeId", "templateId", "cvData")}
    for body in (least, least | {"fileName": None, "userPackage": None, "userId": None}):
        job_id = client.job(body)
        assert jobs.spec(job_id)["fileName"] == "Zoë 山田_CV"


def test_a_file_name_is_never_a_path(client: Client, jobs: StoredJobs) -> None:
    job_id = client.job({**BODY, "fileName": "../../etc/passwd\u202e.pdf"})
    assert jobs.spec(job_id)["fileName"] == "_.._etc_passwd"


def test_a_percent_sign_in_a_file_name_survives(client: Client, jobs: StoredJobs) -> None:
    name = "100% Zoë %41 50%25"
    job_id = client.job({**BODY, "fileName": name})
    assert jobs.spec(job_id)["fileName"] == name
    done = client.finished(job_id)
    disposition = download(done["fileUrl"]).headers["content-disposition"]
    encoded = disposition.partition("filename*=UTF-8''")[2]
    assert urllib.parse.unquote(encoded) == f"{name}.pdf"


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
        ({"cvData": {}}, "cvData", "JSON Resume"),
        ({"cvData": {"basics": {"name": "x" * 201}}}, "cvData.basics.name", "200"),
        ({"cvData": {**CV, "customSections": [{"summary": "x"}]}}, "cvData.customSections[0].title", "required"),
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


def test_a_body_just_under_the_limit_is_stored(client: Client, jobs: StoredJobs) -> None:
    filler = "y" * (1024 * 1024 - len(json.dumps({**BODY, "cvData": {**CV, "x-filler": ""}}, separators=(",", ":"))))
    raw = json.dumps({**BODY, "cvData": {**CV, "x-filler": filler}}, separators=(",", ":"))
    assert len(raw) == 1024 * 1024
    answer = client.http.post(JOBS, content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 202, answer.text
    client.jobs.add(answer.json()["jobId"])
    assert jobs.spec(answer.json()["jobId"])["cvData"]["x-filler"] == filler


def test_a_body_that_the_cluster_stores_as_more_than_it_can_hold_is_413(client: Client) -> None:
    # The API server stores each < as six bytes.
    assert_error(client.post({**BODY, "cvData": {**CV, "x-filler": "<" * 1_000_000}}), 413)


@pytest.mark.parametrize("job_id", [str(uuid.UUID(int=1, version=4)), "nope", "a.b", "A%20B", "x" * 300, "%C3%A9"])
def test_an_unknown_job_is_404(client: Client, job_id: str) -> None:
    for method in ("GET", "DELETE"):
        answer = client.http.request(method, f"{JOBS}/{job_id}")
        assert answer.status_code == 404
        assert answer.json() == not_found(httpx.URL(f"http://x/{job_id}").path[1:])


def test_a_job_can_be_cancelled(client: Client) -> None:
    job_id = client.job()
    answer = client.http.delete(f"{JOBS}/{job_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(job_id).json() == not_found(job_id)
    again = client.http.delete(f"{JOBS}/{job_id}")
    assert (again.status_code, again.json()) == (404, not_found(job_id))


def test_wait_answers_as_soon_as_the_job_ends(client: Client) -> None:
    job_id = client.job()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, job_id, wait=30)
        ended = eventually("the job ends", lambda: ended_answer(client, job_id), seconds=90)
        # The request that waits is answered as soon as one that does not, long before its 30 s are over.
        assert waiting.result(timeout=10).json() == ended
    again = client.http.get(f"{JOBS}/{job_id}", params={"wait": 30}, timeout=10)
    assert again.json() == ended
    assert ended["status"] == "done"


def ended_answer(client: Client, job_id: str) -> dict[str, Any] | None:
    answer: dict[str, Any] = client.get(job_id).json()
    return answer if answer["status"] != "processing" else None


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
    assert "basics" in listed["cvSchema"]["$defs"]["Resume"]["required"]
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


def test_probes_and_the_page(client: Client) -> None:
    assert client.http.get("/healthz").json() == {"status": "ok"}
    assert client.http.get("/readyz").json() == {"status": "ok"}
    # They have a port of their own, which no Ingress publishes.
    assert client.http.get("/metrics").status_code == 404
    page = client.http.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
