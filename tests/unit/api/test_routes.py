"""The HTTP contract over an API server in memory: what is told to the client in each case, and what it costs."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.jobs.service import Jobs
from crds.errors import HttpErrorKind
from crds.job import REQUEST_SHA256, SUBMITTED_AT, format_time, parse_time
from kube.errors import KubeError
from runtime.logs import JsonLines
from tests.unit.api_fakes import BODY, CV, JOBS_PATH, Service, until

UNREACHABLE = KubeError(0, "Unreachable", "refused")
NOT_ALLOWED = KubeError(403, "Forbidden", 'jobs is forbidden: User "api" cannot create resource "jobs" in API group ""')


def not_found(job_id: str) -> dict[str, str]:
    return {"error": "Job not found", "jobId": job_id, "message": "The job may have expired or never existed."}


async def accepted(service: Service, body: object = BODY, **headers: str) -> str:
    answer = await service.post(body, **headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["jobId"])


def assert_error(answer: httpx.Response, status: int, error: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["error"]) == (status, error)
    assert set(body) in ({"error", "message", "type"}, {"error", "message", "type", "details"})
    assert body["type"] in [kind.type for kind in HttpErrorKind if kind == error]
    assert answer.headers["content-type"] == "application/json"
    return body


async def test_a_post_is_answered_to_the_letter() -> None:
    service = Service()
    answer = await service.post()
    job_id = answer.json()["jobId"]
    assert answer.status_code == 202
    assert answer.json() == {
        "jobId": job_id,
        "status": "processing",
        "message": f"Export job created. Poll /api/export-pdf/job/{job_id} for status.",
    }
    assert str(uuid.UUID(job_id)) == job_id
    assert uuid.UUID(job_id).version == 4
    assert answer.headers["location"] == f"/api/export-pdf/job/{job_id}"
    assert answer.headers["retry-after"] == "3"


@pytest.mark.parametrize(
    ("proxies", "prefix", "before"),
    [(1, "/cv/export", "/cv/export"), (0, "/cv", ""), (1, "//evil.example", ""), (1, "cv", ""), (1, "/a b", "")],
)
async def test_location_is_where_a_trusted_proxy_shows_the_job(proxies: int, prefix: str, before: str) -> None:
    service = Service(trusted_proxies=proxies)
    answer = await service.post(**{"X-Forwarded-Prefix": prefix})
    assert answer.headers["location"] == f"{before}/api/export-pdf/job/{answer.json()['jobId']}"


async def test_the_resource_holds_the_request() -> None:
    service = Service(ttl_seconds=30, timeout_seconds=7)
    before = time.time()
    job_id = await accepted(service, {**BODY, "userPackage": "PREMIUM"})
    created = service.kube.objects[job_id]
    assert created["spec"]["cvData"] == CV
    assert {k: created["spec"][k] for k in ("ttlSeconds", "timeoutSeconds", "priority")} == {
        "ttlSeconds": 30, "timeoutSeconds": 7, "priority": 10,
    }  # fmt: skip
    assert before <= parse_time(created["metadata"]["annotations"][SUBMITTED_AT]) + 0.001
    assert REQUEST_SHA256 not in created["metadata"]["annotations"]


async def test_options_are_checked_and_stored() -> None:
    service = Service()
    options = {"locale": "de", "density": "compact", "photo": None}
    job_id = await accepted(service, {**BODY, "options": options})
    assert service.kube.objects[job_id]["spec"]["options"] == {"locale": "de", "density": "compact"}
    answer = await service.post({**BODY, "options": {**options, "density": "spacious"}})
    body = assert_error(answer, 422, "Invalid request")
    message = "must be normal or compact with this template"
    assert body["details"] == [{"field": "options.density", "message": message}]
    assert body["message"] == f"options.density: {message}"
    assert list(service.kube.objects) == [job_id]


async def test_polls_of_a_known_job_cost_the_api_server_nothing() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    for _ in range(5):
        answer = await service.get(job_id)
        assert answer.json() == {"jobId": job_id, "status": "processing"}
        assert answer.headers["retry-after"] == "3"
    assert service.kube.count("GET") == 0


async def test_a_job_of_another_replica_is_read_once_however_many_ask() -> None:
    service = Service()
    service.sync()
    job_id = str(uuid.uuid4())
    service.kube.add({"metadata": {"name": job_id}, "spec": {"templateId": "modern"}})
    answers = await asyncio.gather(*(service.get(job_id) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    await service.get(job_id)
    assert service.kube.count("GET") == 1


async def see(service: Service, job_id: str, **status: Any) -> None:
    """As when the watch tells of a change."""
    service.jobs.watch.put(service.kube.change(job_id, **status)["object"])


async def test_a_done_job() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    await see(service, job_id, phase="Done", fileUrl="https://firebasestorage.googleapis.com/x")
    answer = await service.get(job_id)
    assert answer.json() == {
        "jobId": job_id,
        "status": "done",
        "fileUrl": "https://firebasestorage.googleapis.com/x",
    }
    assert "retry-after" not in answer.headers


WARNING = {"code": "PhotoIgnored", "field": "cvData.basics.image", "message": "left out"}
DONE: dict[str, Any] = {
    "phase": "Done", "fileUrl": "https://x", "pages": 2, "sizeBytes": 31, "sha256": "ab",
    "timings": {"queueMs": 1.5, "printMs": 9}, "storagePath": "cvs/1.pdf", "warnings": [WARNING],
}  # fmt: skip


@pytest.mark.parametrize("query", ["", "?details=false"])
async def test_a_done_job_names_its_warnings_and_nothing_else(query: str) -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    await see(service, job_id, **DONE)
    expected = {"jobId": job_id, "status": "done", "fileUrl": "https://x", "warnings": [WARNING]}
    assert (await service.get(job_id, query)).json() == expected


async def test_a_done_job_has_its_details_for_those_who_ask() -> None:
    # Given a job with a warning, and one without.
    service = Service()
    service.sync()
    first, second = [await accepted(service) for _ in range(2)]
    await see(service, first, **DONE)
    await see(service, second, **{**DONE, "warnings": []})
    created = parse_time(service.kube.objects[first]["metadata"]["creationTimestamp"])
    # When and then
    assert (await service.get(first, "?details=true")).json() == {
        "jobId": first, "status": "done", "fileUrl": "https://x", "pages": 2, "sizeBytes": 31, "sha256": "ab",
        "expiresAt": format_time(created + 600), "timings": {"queueMs": 1.5, "printMs": 9}, "warnings": [WARNING],
    }  # fmt: skip
    assert (await service.get(second, "?details=true")).json()["warnings"] == []
    assert "warnings" not in (await service.get(second)).json()


async def test_a_running_job_has_no_details() -> None:
    service = Service()
    job_id = await accepted(service)
    assert (await service.get(job_id, "?details=true")).json() == {"jobId": job_id, "status": "processing"}


async def test_a_failed_job_has_its_details_for_those_who_ask() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    error = {"code": "Timeout", "message": "slow", "retryable": True}
    await see(service, job_id, phase="Error", error=error, timings={"queueMs": 2.0})
    plain = (await service.get(job_id)).json()
    detailed = (await service.get(job_id, "?details=true")).json()
    assert set(plain) == {"jobId", "status", "error", "code", "retryable"}
    assert detailed == {**plain, "expiresAt": detailed["expiresAt"], "timings": {"queueMs": 2.0}}


async def test_a_post_that_waits_is_answered_with_the_details_that_it_asks_for() -> None:
    service = Service()
    service.sync()
    asking = asyncio.create_task(
        service.client.post("/api/export-pdf/job?details=true", json=BODY, headers={"Prefer": "wait=30"})
    )
    await until(lambda: len(service.jobs.waiters) == 1)
    (job_id,) = service.kube.objects
    await see(service, job_id, **DONE)
    async with asyncio.timeout(5):
        answer = await asking
    assert answer.json() == (await service.get(job_id, "?details=true")).json()


@pytest.mark.parametrize("details", ["", "1", "TRUE", "yes", "true&details=true"])
async def test_a_details_that_does_not_fit(details: str) -> None:
    service = Service()
    answers = [
        await service.get(str(uuid.uuid4()), f"?details={details}"),
        await service.client.post(f"/api/export-pdf/job?details={details}", json=BODY),
    ]
    for answer in answers:
        assert "details: takes true or false" in assert_error(answer, 422, "Invalid request")["message"]
    assert service.kube.objects == {}


async def test_the_answers_of_jobs_are_what_the_document_says() -> None:
    service = Service()
    service.sync()
    document = (await service.client.get("/openapi.json")).json()
    job_id = await accepted(service)
    await see(service, job_id, **DONE)
    schema = {**document["components"]["schemas"]["JobDone"], "components": document["components"]}
    for query in ("", "?details=true"):
        jsonschema_rs.validate(schema, (await service.get(job_id, query)).json())


async def test_a_failed_job() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    error = {"code": "Timeout", "message": "Playwright timeout: rendering exceeded 60s", "retryable": True}
    await see(service, job_id, phase="Error", error=error)
    assert (await service.get(job_id)).json() == {
        "jobId": job_id,
        "status": "error",
        "error": "Playwright timeout: rendering exceeded 60s. Try again; if it ends the same way, shorten the CV.",
        "code": "Timeout",
        "retryable": True,
    }


@pytest.mark.parametrize("job_id", ["nope", "../../secrets", "a%2Fb", "A" * 36, "%00", "job/"])
async def test_what_can_be_no_job_is_404_without_asking(job_id: str) -> None:
    service = Service()
    for method in ("GET", "DELETE", "HEAD"):
        answer = await service.client.request(method, f"/api/export-pdf/job/{job_id.replace('/', '%2F')}")
        assert answer.status_code == 404
    assert (await service.get("nope")).json() == not_found("nope")
    assert service.kube.requests == []


async def test_an_unknown_job() -> None:
    service = Service()
    job_id = str(uuid.uuid4())
    answer = await service.get(job_id)
    assert (answer.status_code, answer.json()) == (404, not_found(job_id))


async def test_an_expired_job_is_404_though_it_still_exists() -> None:
    service = Service()
    job_id = str(uuid.uuid4())
    old = {"name": job_id, "creationTimestamp": format_time(time.time() - 660)}
    service.kube.add({"metadata": old, "spec": {"templateId": "modern"}})
    assert (await service.get(job_id)).json() == not_found(job_id)
    assert len(service.jobs.cache) == 0


async def test_delete_cancels_and_the_job_stays_away() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    late = service.kube.change(job_id, phase="Rendering", renderer="r", attempt=1, startedAt=format_time(0))
    answer = await service.client.delete(f"/api/export-pdf/job/{job_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    service.jobs.watch.put(late["object"])  # an event that was under way
    assert (await service.get(job_id)).json() == not_found(job_id)
    again = await service.client.delete(f"/api/export-pdf/job/{job_id}")
    assert (again.status_code, again.json()) == (404, not_found(job_id))


async def test_the_same_key_gives_the_same_job_once() -> None:
    service = Service()
    answers = await asyncio.gather(*(service.post(**{"Idempotency-Key": "k"}) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    assert len(service.kube.objects) == 1


async def test_the_same_key_in_another_replica() -> None:
    one, other = Service(), Service()
    other.kube.objects = one.kube.objects
    first = await accepted(one, **{"Idempotency-Key": "k"})
    assert await accepted(other, **{"Idempotency-Key": "k"}) == first


async def test_the_same_key_with_another_body_is_422() -> None:
    service = Service()
    await accepted(service, **{"Idempotency-Key": "k"})
    answer = await service.post({**BODY, "resumeId": 124}, **{"Idempotency-Key": "k"})
    body = assert_error(answer, 422, "Invalid request")
    assert body["details"][0]["field"] == "Idempotency-Key"
    assert len(service.kube.objects) == 1


async def test_a_key_is_free_again_when_its_job_has_expired_or_was_deleted() -> None:
    service = Service()
    first = await accepted(service, **{"Idempotency-Key": "k"})
    metadata = service.kube.objects[first]["metadata"]
    service.kube.objects[first]["metadata"] = {**metadata, "creationTimestamp": format_time(time.time() - 601)}
    assert await accepted(service, {**BODY, "resumeId": 2}, **{"Idempotency-Key": "k"}) == first
    assert service.kube.objects[first]["metadata"]["uid"] != metadata["uid"]
    del service.kube.objects[first]
    assert await accepted(service, {**BODY, "resumeId": 3}, **{"Idempotency-Key": "k"}) == first
    assert service.kube.objects[first]["spec"]["resumeId"] == 3


async def test_a_key_is_free_again_when_its_job_has_failed_in_a_way_that_may_pass() -> None:
    service = Service()
    first = await accepted(service, **{"Idempotency-Key": "k"})
    uid = service.kube.objects[first]["metadata"]["uid"]
    await see(service, first, phase="Error", error={"code": "Timeout", "message": "slow", "retryable": True})
    assert await accepted(service, **{"Idempotency-Key": "k"}) == first
    assert service.kube.objects[first]["metadata"]["uid"] != uid
    assert (await service.get(first)).json()["status"] == "processing"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"phase": "Done", "fileUrl": "https://x"}, "done"),
        ({"phase": "Error", "error": {"code": "InvalidData", "message": "no", "retryable": False}}, "error"),
    ],
)
async def test_a_repeated_request_is_answered_with_the_outcome_that_it_has(status: dict[str, Any], said: str) -> None:
    service = Service()
    service.sync()
    first = await accepted(service, **{"Idempotency-Key": "k"})
    await see(service, first, **status)
    answer = await service.post(**{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["status"]) == (200, said)
    assert answer.json() == (await service.get(first)).json()
    assert "retry-after" not in answer.headers


async def test_a_client_may_prefer_to_wait_for_the_outcome() -> None:
    service = Service()
    service.sync()
    asking = asyncio.create_task(service.post(Prefer="respond-async, wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    (job_id,) = service.kube.objects
    await see(service, job_id, phase="Done", fileUrl="https://x")
    async with asyncio.timeout(5):
        answer = await asking
    assert (answer.status_code, answer.headers["preference-applied"]) == (200, "wait=30")
    assert answer.json() == {"jobId": job_id, "status": "done", "fileUrl": "https://x"}
    assert answer.headers["location"] == f"/api/export-pdf/job/{job_id}"


async def test_a_wait_that_ends_before_the_job_is_answered_202() -> None:
    service = Service()
    service.sync()
    asking = asyncio.create_task(service.post(Prefer="wait=600"))
    await until(lambda: len(service.jobs.waiters) == 1)
    service.jobs.waiters.stop()
    async with asyncio.timeout(5):
        answer = await asking
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    assert (answer.headers["preference-applied"], answer.headers["retry-after"]) == ("wait=30", "3")


@pytest.mark.parametrize("prefer", ["wait", "wait=soon", "wait=-1", "wait=0", "return=minimal", "waiting=3", ""])
async def test_a_preference_that_does_not_ask_to_wait_is_ignored(prefer: str) -> None:
    answer = await Service().post(Prefer=prefer)
    assert answer.status_code == 202
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 256, "\xe4"])
async def test_a_key_that_does_not_fit(key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode("latin-1"))]
    answer = await Service().client.post("/api/export-pdf/job", json=BODY, headers=headers)
    assert "Idempotency-Key" in assert_error(answer, 422, "Invalid request")["message"]


async def test_a_lost_answer_does_not_make_two_jobs() -> None:
    service = Service()
    service.kube.lost_answers = 1
    job_id = await accepted(service)
    assert list(service.kube.objects) == [job_id]


async def test_an_api_server_that_has_just_started_is_waited_for() -> None:
    service = Service()
    message = "Resource kind PdfExportJob not found. There can be a delay between when CustomResourceDefinitions are"
    service.kube.failures = [KubeError(503, "ServiceUnavailable", message)] * 4
    job_id = await accepted(service)
    assert list(service.kube.objects) == [job_id]


async def test_an_unreachable_api_server_is_503() -> None:
    service = Service()
    service.kube.failures = [UNREACHABLE] * 10
    body = assert_error(await service.post(), 503, "Service unavailable")
    assert "refused" not in body["message"]
    job_id = str(uuid.uuid4())
    for answer in (await service.get(job_id), await service.client.delete(f"/api/export-pdf/job/{job_id}")):
        assert_error(answer, 503, "Service unavailable")
        assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize(
    ("failure", "status", "error"),
    [
        (KubeError(403, "Forbidden", 'exceeded quota: "jobs"'), 503, "Service unavailable"),
        (KubeError(403, "Forbidden", "cannot create resource"), 500, "Internal error"),
        (KubeError(404, "NotFound", "the server could not find the requested resource"), 500, "Internal error"),
        (KubeError(413, "RequestEntityTooLarge", ""), 413, "Request too large"),
        (KubeError(500, "", "etcdserver: request is too large"), 413, "Request too large"),
        (KubeError(500, "", "trying to send message larger than max (6240498 vs. 2097152)"), 413, "Request too large"),
    ],
)
async def test_what_the_api_server_refuses(failure: KubeError, status: int, error: str) -> None:
    service = Service()
    service.kube.failures = [failure]
    assert_error(await service.post(), status, error)


async def test_an_api_server_that_starts_and_knows_no_rights_yet_is_asked_again() -> None:
    service = Service()
    service.kube.failures = [NOT_ALLOWED]
    assert (await service.post()).status_code == 202
    service.kube.failures = [NOT_ALLOWED] * 10
    body = assert_error(await service.post(), 503, "Service unavailable")
    assert "not set up correctly" in body["message"]
    assert "jobs" not in body["message"]


async def test_a_value_that_only_the_crd_refuses_is_named_without_quoting_it() -> None:
    service = Service()
    cause = {"reason": "FieldValueInvalid", "message": 'Invalid value: "s3cret": nope', "field": "spec.userId"}
    message = 'PdfExportJob.pdfexport.dev "a" is invalid: spec.userId: Invalid value: "s3cret": nope'
    service.kube.failures = [KubeError(422, "Invalid", message, {"causes": [cause]})]
    body = assert_error(await service.post(), 422, "Invalid request")
    assert body["details"][0]["field"] == "userId"
    assert "s3cret" not in str(body)


async def test_while_the_watch_is_broken_polls_ask_and_survive() -> None:
    service = Service()
    job_id = await accepted(service)
    service.kube.change(job_id, phase="Done", fileUrl="https://x")
    service.kube.failures = [UNREACHABLE]
    assert (await service.get(job_id)).json()["status"] == "processing"
    assert (await service.get(job_id)).json()["status"] == "done"
    service.kube.failures = [UNREACHABLE]
    assert (await service.get(job_id)).json()["status"] == "done"


async def test_a_404_that_is_not_about_the_job_is_no_word_of_it() -> None:
    service = Service()
    job_id = await accepted(service)
    resource_unknown = KubeError(404, "NotFound", "the server could not find the requested resource")
    service.kube.failures = [resource_unknown] * 2
    assert (await service.get(job_id)).json()["status"] == "processing"
    assert (await service.client.delete(f"/api/export-pdf/job/{job_id}")).status_code == 500
    assert (await service.get(str(uuid.uuid4()))).status_code == 404
    service.kube.failures = [resource_unknown]
    assert (await service.get(str(uuid.uuid4()))).status_code == 500


async def test_a_full_queue_refuses_and_creates_nothing() -> None:
    service = Service(queue_limit=2)
    service.sync()
    first = await accepted(service, **{"Idempotency-Key": "k"})
    await accepted(service)
    answer = await service.post()
    assert_error(answer, 503, "Service unavailable")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(service.kube.objects) == 2
    assert await accepted(service, **{"Idempotency-Key": "k"}) == first, "a repeated request adds nothing to the queue"
    await see(service, first, phase="Rendering", renderer="r", attempt=1, startedAt=format_time(0))
    await accepted(service)


async def test_requests_at_the_same_time_do_not_overfill_the_queue() -> None:
    service = Service(queue_limit=3)
    answers = await asyncio.gather(*(service.post() for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [503] * 7


async def test_wait_answers_when_the_job_ends() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    asking = asyncio.create_task(service.get(job_id, "?wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    await see(service, job_id, phase="Done", fileUrl="https://x")
    async with asyncio.timeout(5):
        assert (await asking).json()["status"] == "done"
    assert len(service.jobs.waiters) == 0
    assert service.kube.count("GET") == 0


async def test_wait_answers_404_when_the_job_is_cancelled() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    asking = asyncio.create_task(service.get(job_id, "?wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    await service.client.delete(f"/api/export-pdf/job/{job_id}")
    async with asyncio.timeout(5):
        assert (await asking).json() == not_found(job_id)


async def test_a_post_that_waits_answers_404_when_the_job_is_cancelled() -> None:
    service = Service()
    service.sync()
    asking = asyncio.create_task(service.post(Prefer="wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    (job_id,) = service.kube.objects
    await service.client.delete(f"/api/export-pdf/job/{job_id}")
    async with asyncio.timeout(5):
        answer = await asking
    assert (answer.status_code, answer.json()) == (404, not_found(job_id))


async def test_wait_ends_with_its_time_and_with_the_program() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    async with asyncio.timeout(5):
        assert (await service.get(job_id, "?wait=0.05")).json() == {"jobId": job_id, "status": "processing"}
    asking = asyncio.create_task(service.get(job_id, "?wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    service.jobs.waiters.stop()
    async with asyncio.timeout(5):
        assert (await asking).json() == {"jobId": job_id, "status": "processing"}
        assert (await service.get(job_id, "?wait=30")).json() == {"jobId": job_id, "status": "processing"}


@pytest.mark.parametrize("wait", ["", "-1", "31", "30.001", "soon", "1e9", "1_0", " 1", "nan", "inf", "1&wait=2"])
async def test_a_wait_that_does_not_fit(wait: str) -> None:
    answer = await Service().get(str(uuid.uuid4()), f"?wait={wait}")
    assert "wait: takes seconds as a number from 0 to 30" in assert_error(answer, 422, "Invalid request")["message"]


async def test_a_client_that_hangs_up_ends_its_wait() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service)
    hung_up = asyncio.Event()
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (request := next(requests, None)) is not None:
            return request
        await hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        pass

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"/api/export-pdf/job/{job_id}", "raw_path": b"", "query_string": b"wait=30", "headers": [],
        "client": None, "server": None, "root_path": "",
    }  # fmt: skip
    serving = asyncio.ensure_future(service.app(scope, receive, send))
    await until(lambda: len(service.jobs.waiters) == 1)
    hung_up.set()
    async with asyncio.timeout(5):
        await serving
    assert len(service.jobs.waiters) == 0
    assert [t for t in asyncio.all_tasks() if t is not asyncio.current_task()] == []


async def test_unknown_paths_and_methods_are_json_too() -> None:
    service = Service()
    assert_error(await service.client.get("/api/export-pdf"), 404, "Not found")
    answer = await service.client.put("/api/export-pdf/job/x")
    assert_error(answer, 405, "Method not allowed")
    assert {m.strip() for m in answer.headers["allow"].split(",")} == {"GET", "HEAD", "DELETE"}
    answer = await service.client.get("/api/export-pdf/job")
    assert answer.headers["allow"] == "POST"
    assert "POST" in assert_error(answer, 405, "Method not allowed")["message"]


async def test_a_job_id_in_upper_case_is_the_same_job() -> None:
    service = Service()
    job_id = await accepted(service)
    assert (await service.get(job_id.upper())).json() == {"jobId": job_id, "status": "processing"}
    assert (await service.client.delete(f"/api/export-pdf/job/{job_id.upper()}")).status_code == 204
    assert (await service.get(job_id)).status_code == 404


async def test_a_field_name_with_a_lone_surrogate_does_not_break_the_answer() -> None:
    content = b'{"\\ud800": 1e999}'
    answer = await Service().client.post(
        "/api/export-pdf/job", content=content, headers={"content-type": "application/json"}
    )
    assert [detail["field"] for detail in assert_error(answer, 422, "Invalid request")["details"]] == ["?"]


async def test_a_fault_of_our_own_is_500_and_logs_nothing_of_the_request(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_args: Any, **_kwargs: Any) -> str:
        raise ValueError("s3cret")

    monkeypatch.setattr(Jobs, "submit", broken)
    caplog.handler.setFormatter(JsonLines())
    with caplog.at_level(logging.DEBUG):
        answer = await Service().post()
    assert_error(answer, 500, "Internal error")
    assert "Unexpected exception in POST" in caplog.text
    assert "ValueError at " in caplog.text
    assert "s3cret" not in caplog.text + answer.text


async def test_no_log_line_holds_anything_of_a_cv(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        service = Service()
        await accepted(service)
        await service.post({**BODY, "cvData": {"basics": {"name": ["Ada"]}}})
        service.kube.failures = [KubeError(422, "Invalid", "spec.cvData: Ada"), UNREACHABLE, UNREACHABLE, UNREACHABLE]
        await service.post()
        await service.post()
    assert "Ada" not in caplog.text
    assert "user-123" not in caplog.text


async def test_ready_follows_the_cache_and_the_stop() -> None:
    service = Service()
    assert_error(await service.client.get("/readyz"), 503, "Service unavailable")
    service.sync()
    assert (await service.client.get("/readyz")).json() == {"status": "ok"}
    service.health.shutting_down = True
    assert (await service.client.get("/readyz")).status_code == 503
    assert (await service.client.get("/healthz")).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/", "/api/export-pdf/templates", "/openapi.json"])
async def test_what_stays_the_same_is_sent_once(path: str) -> None:
    client, other_replica = Service().client, Service().client
    first = await client.get(path)
    tag = first.headers["etag"]
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    assert first.headers["content-type"] == ("application/json" if path != "/" else "text/html; charset=utf-8")
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await other_replica.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    changed = await client.get(path, headers={"If-None-Match": '"other"'})
    assert (changed.status_code, changed.content) == (200, first.content)


async def listed(service: Service) -> tuple[list[str], str]:
    answer = await service.client.get("/api/export-pdf/templates")
    return [template["id"] for template in answer.json()["templates"]], answer.headers["etag"]


async def test_a_template_is_not_offered_from_its_first_failure_until_that_job_has_expired() -> None:
    # Given a job that has shown that its template is broken.
    service = Service()
    service.sync()
    (_, complete), key = await listed(service), {"Idempotency-Key": "k"}
    job_id = await accepted(service, **key)
    error = {"code": "TemplateBroken", "message": "The template modern is broken", "retryable": False}
    await see(service, job_id, phase="Error", error=error, completedAt=format_time(time.time()))
    # Then
    ids, etag = await listed(service)
    assert (ids, etag == complete) == (["classic"], False)
    body = assert_error(await service.post(), 422, "Invalid request")
    message = "this template is broken at the moment; choose another one"
    assert body["details"] == [{"field": "templateId", "message": message}]
    assert list(service.kube.objects) == [job_id]
    # What was asked before is answered as before, and other templates work.
    assert (await service.post(**key)).json() == (await service.get(job_id)).json()
    await accepted(service, {**BODY, "templateId": "classic"})
    # When the job has expired, the template is tried again.
    service.kube.passed = 601
    assert await listed(service) == (["classic", "modern"], complete)
    await accepted(service)


async def test_a_template_whose_files_are_broken_is_not_offered_at_all() -> None:
    service = Service()
    service.jobs.faulty_templates = frozenset({"modern"})
    assert (await listed(service))[0] == ["classic"]
    assert_error(await service.post(), 422, "Invalid request")
    assert not service.kube.objects


async def test_a_template_that_has_been_mended_is_offered_again() -> None:
    service = Service()
    service.sync()
    broken, mended, late = [await accepted(service) for _ in range(3)]
    error = {"code": "TemplateBroken", "message": "The template modern is broken", "retryable": False}
    await see(service, broken, phase="Error", error=error, completedAt=format_time(10))
    await see(service, mended, phase="Done", fileUrl="https://x", completedAt=format_time(30))
    assert (await listed(service))[0] == ["classic", "modern"]
    await see(service, late, phase="Error", error=error, completedAt=format_time(20))
    assert (await listed(service))[0] == ["classic", "modern"]


async def test_a_template_that_fails_with_one_cv_is_offered_to_others() -> None:
    service = Service()
    job_id = await accepted(service)
    await see(service, job_id, phase="Error", error={"code": "TemplateError", "message": "no", "retryable": False})
    await accepted(service)


async def test_every_answer_has_the_security_headers() -> None:
    client = Service().client
    for path in ("/", "/healthz", "/nowhere", "/api/export-pdf/job/x"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


async def test_cors_is_off_until_an_origin_is_named() -> None:
    preflight = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    off = await Service().client.options("/api/export-pdf/job", headers=preflight)
    assert off.status_code == 405
    assert "access-control-allow-origin" not in off.headers
    service = Service(cors_origins=("https://app.example.com",))
    on = await service.client.options("/api/export-pdf/job", headers=preflight)
    assert on.headers["access-control-allow-origin"] == "https://app.example.com"
    answer = await service.post(Origin="https://app.example.com")
    assert "Location" in answer.headers["access-control-expose-headers"]
    other = await service.post(Origin="https://evil.example.com")
    assert "access-control-allow-origin" not in other.headers


async def test_a_preflight_allows_the_headers_that_it_asks_for() -> None:
    asked = "authorization,baggage,content-type,idempotency-key,if-none-match,sentry-trace,tracestate,x-requested-with"
    preflight = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    service = Service(cors_origins=("https://app.example.com",))
    answer = await service.client.options("/api/export-pdf/job", headers=preflight)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-headers"] == asked


async def test_credentials_are_allowed_by_a_setting() -> None:
    origin = {"Origin": "https://app.example.com"}
    for allowed in (False, True):
        service = Service(cors_origins=("https://app.example.com",), cors_credentials=allowed)
        answer = await service.client.get("/api/export-pdf/templates", headers=origin)
        assert ("access-control-allow-credentials" in answer.headers) is allowed


async def test_metrics_have_bounded_labels() -> None:
    service = Service()
    job_id = await accepted(service)
    await service.get(job_id, "?wait=0")
    for n in range(5):
        await service.client.get(f"/random-{n}")
        await service.client.request(f"VERB{n}", f"/api/export-pdf/job/{uuid.uuid4()}")
    text = service.metrics.exposition().decode()
    series = [line for line in text.splitlines() if line.startswith("pdf_export_api_requests_total")]
    assert len(series) == 4
    assert 'pdf_export_jobs{phase="Pending"} 1.0' in text
    assert job_id not in text
    assert 'route="/api/export-pdf/job/{jobId}?wait"' in text


async def test_an_answer_to_a_read_does_not_hide_a_job_created_meanwhile() -> None:
    service = Service()
    service.sync()
    job_id = await accepted(service, **{"Idempotency-Key": "k"})
    del service.kube.objects[job_id]
    service.jobs.cache.deleted(job_id, uid=service.jobs.cache.uid(job_id) or "", now=time.time())
    service.kube.hold = asyncio.Event()
    # A poll is told "not found" by the API server; before it hears so, the job is made anew.
    asking = asyncio.create_task(service.get(job_id))
    await until(lambda: service.kube.requests[-1] == ("GET", f"{JOBS_PATH}/{job_id}"))
    assert await accepted(service, **{"Idempotency-Key": "k"}) == job_id
    kept = service.kube.objects.pop(job_id)
    service.kube.hold.set()
    assert (await asking).status_code == 404
    service.kube.objects[job_id] = kept
    assert (await service.get(job_id)).status_code == 200


async def test_json_is_answered_in_utf8() -> None:
    answer = await Service().client.get("/api/export-pdf/job/%C3%A9")
    assert json.loads(answer.content.decode("utf-8"))["jobId"] == "é"
