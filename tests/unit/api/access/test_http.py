"""Authentication as a client meets it: who gets in, what is whose, and what stays open."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from api.jobs.idempotency import HEADER
from tests.google.keys import PROJECT, Key
from tests.google.served import google_serves
from tests.unit.api_fakes import BODY, Service, until

KEY = Key("key-1")
TOKEN = "token-of-a-backend-0123456789"
FIREBASE: dict[str, Any] = {"auth_mode": "firebase", "auth_firebase_project": PROJECT}
ADA, EVE = ({"Authorization": f"Bearer {KEY.token(uid)}"} for uid in ("ada", "eve"))
REQUEST = {name: value for name, value in BODY.items() if name != "userId"}
OPEN = ("/", "/healthz", "/openapi.json", "/readyz", "/api/export-pdf/templates")


@pytest.fixture(scope="module", autouse=True)
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with google_serves(tmp_path_factory.mktemp("google"), KEY):
        yield


@pytest.fixture
def backends(tmp_path: Path) -> Service:
    file = tmp_path / "tokens"
    file.write_text(f"shop: {TOKEN}\nnews: {TOKEN[::-1]}\n")
    return Service(auth_mode="bearer", auth_tokens_file=file)


@pytest.fixture
def users() -> Service:
    return Service(**FIREBASE)


async def job_of(service: Service, headers: dict[str, str], body: object = REQUEST) -> str:
    answer = await service.post(body, **headers)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["jobId"])


async def ask(service: Service, method: str, job_id: str, headers: dict[str, str], query: str = "") -> httpx.Response:
    return await service.client.request(method, f"/api/export-pdf/job/{job_id}{query}", headers=headers)


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, 'Bearer realm="pdf-export"'),
        ("", 'Bearer realm="pdf-export", error="invalid_token"'),
        ("Basic YTpi", 'Bearer realm="pdf-export", error="invalid_token"'),
        ("Bearer", 'Bearer realm="pdf-export", error="invalid_token"'),
        ("Bearer a b", 'Bearer realm="pdf-export", error="invalid_token"'),
        ("Bearer wrong-token-0123456789", 'Bearer realm="pdf-export", error="invalid_token"'),
        (f"Bearer {'x' * 9000}", 'Bearer realm="pdf-export", error="invalid_token"'),
    ],
)
async def test_without_a_token_that_does_job_routes_answer_401_alike(
    users: Service, backends: Service, header: str | None, challenge: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    for service in (users, backends):
        answers = [
            await service.post("{", **headers),
            *[await ask(service, method, str(uuid.uuid4()), headers) for method in ("GET", "HEAD", "DELETE")],
            await ask(service, "GET", "no-id", headers, "?wait=5"),
        ]
        for answer in answers:
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == challenge
            if answer.request.method != "HEAD":
                assert set(answer.json()) == {"error", "message", "type"}
                assert answer.json()["error"] == "Unauthorized"
                if len(header or "") > 8192:
                    assert "takes one value" in answer.json()["message"], "it is not even looked up"
        assert service.kube.requests == []


async def test_two_authorization_headers_are_none(backends: Service) -> None:
    headers = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", f"Bearer {TOKEN}")]
    answer = await backends.client.get("/api/export-pdf/job/x", headers=headers)
    assert answer.status_code == 401


async def test_what_is_no_job_stays_open(users: Service, backends: Service) -> None:
    for service in (users, backends):
        service.sync()
        assert {(await service.client.get(path)).status_code for path in OPEN} == {200}


async def test_a_users_jobs_get_the_uid_of_the_token(users: Service) -> None:
    for body in (REQUEST, {**REQUEST, "userId": None}, {**REQUEST, "userId": "ada"}):
        job_id = await job_of(users, ADA, body)
        assert users.kube.objects[job_id]["spec"]["userId"] == "ada"


@pytest.mark.parametrize("user", ["eve", "", "ADA"])
async def test_another_userid_is_403_and_named(users: Service, user: str) -> None:
    answer = await users.post({**REQUEST, "userId": user}, **ADA)
    assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")
    assert answer.json()["details"] == [{"field": "userId", "message": "must be the uid of the token, or be left out"}]
    assert users.kube.objects == {}


async def test_a_job_is_its_owners_only(users: Service) -> None:
    users.sync()
    job_id = await job_of(users, ADA)
    unknown = str(uuid.uuid4())
    for query in ("", "?wait=5"):
        other = await ask(users, "GET", job_id, EVE, query)
        none = await ask(users, "GET", unknown, EVE, query)
        assert (other.status_code, other.text) == (none.status_code, none.text.replace(unknown, job_id))
        assert {k: v for k, v in other.headers.items() if k != "date"} == dict(none.headers)
    assert (await ask(users, "DELETE", job_id, EVE)).status_code == 404
    assert job_id in users.kube.objects
    assert (await ask(users, "GET", job_id, ADA)).json() == {"jobId": job_id, "status": "processing"}
    assert (await ask(users, "DELETE", job_id, ADA)).status_code == 204


async def test_a_job_of_another_replica_and_one_without_owner(users: Service) -> None:
    users.sync()
    spec = {"templateId": "modern"}
    adas, nobodys = str(uuid.uuid4()), str(uuid.uuid4())
    users.kube.add({"metadata": {"name": adas}, "spec": {**spec, "userId": "ada"}})
    users.kube.add({"metadata": {"name": nobodys}, "spec": spec})
    for job_id, headers, status in ((adas, EVE, 404), (nobodys, EVE, 404), (nobodys, ADA, 404), (adas, ADA, 200)):
        assert (await ask(users, "GET", job_id, headers)).status_code == status
    assert (await ask(users, "DELETE", nobodys, ADA)).status_code == 404


async def test_the_owner_can_wait(users: Service) -> None:
    users.sync()
    job_id = await job_of(users, ADA)
    waiting = asyncio.create_task(ask(users, "GET", job_id, ADA, "?wait=30"))
    await until(lambda: len(users.jobs.waiters) == 1)
    assert (await ask(users, "GET", job_id, EVE, "?wait=30")).status_code == 404
    assert len(users.jobs.waiters) == 1
    users.jobs.waiters.stop()
    assert (await waiting).json()["status"] == "processing"


async def test_a_key_of_one_caller_is_none_of_anothers(users: Service, backends: Service) -> None:
    key = {HEADER: "k"}
    adas, eves = await job_of(users, ADA | key), await job_of(users, EVE | key)
    assert adas != eves
    assert await job_of(users, ADA | key) == adas
    assert (await users.post({**REQUEST, "resumeId": 9}, **ADA, **key)).status_code == 422
    shop, news = ({"Authorization": f"Bearer {token}"} | key for token in (TOKEN, TOKEN[::-1]))
    assert await job_of(backends, shop) == await job_of(backends, shop) != await job_of(backends, news)


async def test_a_backend_acts_for_anyone_and_sees_all_jobs(backends: Service) -> None:
    backends.sync()
    shop, news = ({"authorization": f"bearer  {token}"} for token in (TOKEN, TOKEN[::-1]))
    job_id = await job_of(backends, shop, {**BODY, "userId": "user-7"})
    assert backends.kube.objects[job_id]["spec"]["userId"] == "user-7"
    assert (await ask(backends, "GET", job_id, news)).status_code == 200
    assert (await ask(backends, "DELETE", job_id, news)).status_code == 204
    assert "userId" not in backends.kube.objects[await job_of(backends, shop)]["spec"]


async def test_the_package_is_the_tokens_where_it_binds() -> None:
    service = Service(**FIREBASE, auth_firebase_package_claim="plan")
    premium = {"Authorization": f"Bearer {KEY.token('ada', plan='PREMIUM')}"}
    body = {name: value for name, value in REQUEST.items() if name != "userPackage"}
    spec = service.kube.objects[await job_of(service, premium, body)]["spec"]
    assert (spec["userPackage"], spec["priority"]) == ("PREMIUM", 10)
    for headers in (premium, ADA):
        answer = await service.post({**body, "userPackage": "BASIC", "userId": "x"}, **headers)
        assert [detail["field"] for detail in answer.json()["details"]] == ["userId", "userPackage"]
        assert answer.status_code == 403
    spec = service.kube.objects[await job_of(service, ADA, body)]["spec"]
    assert "userPackage" not in spec


async def test_no_token_is_ever_logged(users: Service, backends: Service, caplog: pytest.LogCaptureFixture) -> None:
    bad = {"Authorization": f"Bearer {Key('other').token('mallory')}"}
    with caplog.at_level(logging.DEBUG):
        for service, good in ((users, ADA), (backends, {"Authorization": f"Bearer {TOKEN}"})):
            service.sync()
            job_id = await job_of(service, good)
            answers = [await ask(service, m, job_id, h) for m in ("GET", "DELETE") for h in (bad, good)]
            assert [answer.status_code for answer in answers] == [401, 200, 401, 204]
            said = caplog.text + "".join(answer.text + str(answer.headers) for answer in answers)
            for headers in (bad, good):
                for part in headers["Authorization"].removeprefix("Bearer ").split("."):
                    assert part not in said


def job_operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    paths = document["paths"]
    job = paths["/api/export-pdf/job/{jobId}"]
    return [paths["/api/export-pdf/job"]["post"], job["get"], job["delete"]]


async def test_the_document_says_so_only_when_it_is_so(users: Service, backends: Service) -> None:
    plain = (await Service().client.get("/openapi.json")).json()
    assert "securitySchemes" not in plain["components"]
    assert not [o for o in job_operations(plain) if "security" in o or {"401", "403", "429"} & set(o["responses"])]
    for service, statuses in ((users, {"401", "403"}), (backends, {"401"})):
        document = (await service.client.get("/openapi.json")).json()
        (name,) = document["components"]["securitySchemes"]
        assert document["components"]["securitySchemes"][name]["scheme"] == "bearer"
        create, get, cancel = job_operations(document)
        assert {"401", "403"} & set(create["responses"]) == statuses
        for operation in (create, get, cancel):
            assert operation["security"] == [{name: []}]
            assert operation["responses"]["401"]["headers"]["WWW-Authenticate"]["required"] is True
        error = {**document["components"]["schemas"]["Error"], "components": document["components"]}
        refused = (await ask(service, "GET", "x", {})).json()
        assert jsonschema_rs.Draft202012Validator(error).is_valid(refused)


async def test_web_pages_may_send_a_token_where_they_may_call_at_all() -> None:
    service = Service(**FIREBASE, cors_origins=("https://app.example.com",))
    headers = {
        "Origin": "https://app.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    answer = await service.client.options("/api/export-pdf/job", headers=headers)
    assert answer.status_code == 200
