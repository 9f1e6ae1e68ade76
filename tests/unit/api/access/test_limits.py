"""Limits for each user and each caller: the arithmetic, and what a client is told."""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.limits import RateLimiter, UserLimits, client_address, user_retry_after_seconds
from crds.job import Job, format_time
from kube.errors import KubeError
from tests.unit.api_fakes import BODY, Service

DONE = {"phase": "Done", "fileUrl": "https://x"}


def test_a_burst_and_then_the_rate() -> None:
    limiter = RateLimiter(per_second=2, burst=3)
    assert [limiter.take("a", now=100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limiter.wait_seconds("a", now=100.2) == pytest.approx(0.3)
    assert limiter.take("a", now=100.5) == 0
    assert limiter.take("a", now=100.5) == pytest.approx(0.5)
    assert [limiter.take("a", now=200.0) for _ in range(4)] == [0, 0, 0, 0.5], "after a quiet time it is full again"


def test_each_key_has_its_own() -> None:
    limiter = RateLimiter(per_second=1, burst=1)
    assert (limiter.take("a", now=1), limiter.take("b", now=1), limiter.take("a", now=1)) == (0, 0, 1)


def test_to_look_counts_nothing() -> None:
    limiter = RateLimiter(per_second=1, burst=1)
    assert [limiter.wait_seconds("a", now=1) for _ in range(5)] == [0] * 5
    assert len(limiter) == 0


def test_it_remembers_so_many_and_forgets_who_was_quiet_for_longest() -> None:
    limiter = RateLimiter(per_second=0.1, burst=1, max_keys=3)
    for key in ("a", "b", "c"):
        limiter.take(key, now=0)
    limiter.take("a", now=20)
    limiter.take("d", now=21)
    assert len(limiter) == 3
    assert limiter.wait_seconds("a", now=21) == pytest.approx(9)
    assert limiter.wait_seconds("b", now=1) == 0


@given(
    st.lists(st.floats(0, 3), max_size=80),
    st.integers(1, 5),
    st.floats(0.1, 20),
)
def test_never_more_than_burst_and_rate_allow(gaps: list[float], burst: int, rate: float) -> None:
    limiter, now, taken = RateLimiter(per_second=rate, burst=burst), 0.0, []
    for gap in gaps:
        now += gap
        wait = limiter.take("a", now=now)
        if wait:
            assert limiter.wait_seconds("a", now=now + wait + 1e-6) == 0, "after the told time it may"
        else:
            taken.append(now)
    for i, first in enumerate(taken):
        for j, last in enumerate(taken[i:], start=1):
            assert j <= burst + (last - first) * rate + 1e-3


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        ("10.0.0.9", [], 0, "10.0.0.9"),
        ("10.0.0.9", ["1.1.1.1"], 0, "10.0.0.9"),
        ("10.0.0.9", ["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
        ("10.0.0.9", ["6.6.6.6, 1.1.1.1, 10.0.0.8"], 2, "1.1.1.1"),
        ("10.0.0.9", ["6.6.6.6", "1.1.1.1,10.0.0.8"], 2, "1.1.1.1"),
        ("10.0.0.9", ["6.6.6.6"], 2, "10.0.0.9"),
        ("10.0.0.9", [], 1, "10.0.0.9"),
        ("10.0.0.9", ["unknown"], 1, "10.0.0.9"),
        ("10.0.0.9", ["1.1.1.1:4711"], 1, "1.1.1.1"),
        ("10.0.0.9", ["[2001:db8:1:2:3::4]:4711"], 1, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::5", [], 0, "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.9", [], 0, "10.0.0.9"),
        ("", [], 0, ""),
    ],
)
def test_the_address_is_what_the_outermost_trusted_proxy_saw(
    peer: str, forwarded: list[str], proxies: int, address: str
) -> None:
    assert client_address(peer, forwarded, trusted_proxies=proxies) == address


def test_limits_of_packages() -> None:
    limits = UserLimits({"BASIC": 5, "PREMIUM": 50})
    assert [limits.of(package) for package in ("BASIC", "PREMIUM", "OTHER", None)] == [5, 50, None, None]
    limits = UserLimits({"BASIC": 5, "*": 1})
    assert [limits.of(package) for package in ("BASIC", "OTHER", None)] == [5, 1, 1]


def test_a_user_is_told_when_one_of_his_jobs_has_likely_ended() -> None:
    assert user_retry_after_seconds(own=5, all_users=5, rate=1) == 1
    assert user_retry_after_seconds(own=5, all_users=100, rate=2) == 10
    assert user_retry_after_seconds(own=1, all_users=1000, rate=2) == 60
    assert user_retry_after_seconds(own=5, all_users=100, rate=0) == 10


async def accepted(service: Service, **fields: Any) -> str:
    answer = await service.post({**BODY, **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["jobId"])


def see(service: Service, job_id: str, **status: Any) -> None:
    service.jobs.cache.put(Job.from_object(service.kube.change(job_id, **status)["object"]), now=time.time())


async def test_a_user_with_too_many_jobs_is_429_until_one_has_ended() -> None:
    service = Service(user_limits={"BASIC": 2})
    service.sync()
    first = await accepted(service)
    await accepted(service)
    answer = await service.post()
    assert (answer.status_code, answer.json()["error"]) == (429, "Too many requests")
    assert answer.json()["message"].startswith("This user has 2 unfinished exports, and the limit is 2. Send")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(service.kube.objects) == 2
    await accepted(service, userId="another")
    await accepted(service, userPackage="PREMIUM")
    await accepted(service, userId=None)
    see(service, first, phase="Rendering", renderer="r", attempt=1, startedAt=format_time(0))
    assert (await service.post()).status_code == 429, "the PREMIUM one counts too, and a job that renders"
    see(service, first, **DONE)
    assert (await service.post()).status_code == 429
    await service.client.delete(f"/api/export-pdf/job/{first}")
    assert (await service.post()).status_code == 429, "one that had ended is no room"


async def test_room_comes_with_the_end_of_a_job_however_it_ends() -> None:
    service = Service(user_limits={"*": 1})
    service.sync()
    for end in ("done", "error", "cancel"):
        job_id = await accepted(service)
        assert (await service.post()).status_code == 429
        if end == "cancel":
            await service.client.delete(f"/api/export-pdf/job/{job_id}")
        else:
            see(service, job_id, **(DONE if end == "done" else {"phase": "Error"}))
    job_id = await accepted(service)
    service.jobs.cache.prune(now=time.time() + 660)
    await accepted(service)


async def test_requests_at_the_same_time_do_not_get_past_a_users_limit() -> None:
    service = Service(user_limits={"BASIC": 3})
    answers = await asyncio.gather(*(service.post() for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 7


async def test_a_repeated_request_adds_nothing_to_a_users_jobs() -> None:
    service = Service(user_limits={"BASIC": 1})
    key = {"Idempotency-Key": "k"}
    assert {(await service.post(**key)).status_code for _ in range(3)} == {202}


async def test_creations_that_failed_do_not_count() -> None:
    service = Service(user_limits={"BASIC": 1})
    service.kube.failures = [KubeError(403, "Forbidden", "cannot create")] * 3
    for _ in range(3):
        assert (await service.post()).status_code == 500
    await accepted(service)


async def test_above_the_rate_a_caller_is_429_and_others_are_not() -> None:
    service = Service(rate_per_second=1 / 60, rate_burst=3, trusted_proxies=1)
    service.sync()
    one, other = {"X-Forwarded-For": "6.6.6.6, 1.1.1.1"}, {"X-Forwarded-For": "1.1.1.2"}
    job_id = (await service.post(**one)).json()["jobId"]
    assert (await service.client.get(f"/api/export-pdf/job/{uuid.uuid4()}", headers=one)).status_code == 404
    assert (await service.client.get(f"/api/export-pdf/job/{job_id}?wait=0", headers=one)).status_code == 200
    for method, path in (("POST", ""), ("DELETE", f"/{job_id}"), ("GET", f"/{job_id}?wait=0"), ("GET", "/x")):
        answer = await service.client.request(method, f"/api/export-pdf/job{path}", headers=one)
        assert (answer.status_code, answer.json()["error"]) == (429, "Too many requests")
        assert 1 <= int(answer.headers["retry-after"]) <= 60
    polls = [await service.client.get(f"/api/export-pdf/job/{job_id}", headers=one) for _ in range(20)]
    assert {poll.status_code for poll in polls} == {200}, "polls of a known job are free"
    assert (await service.client.get("/healthz", headers=one)).status_code == 200
    assert (await service.post(**other)).status_code == 202


async def test_with_authentication_the_rate_is_the_callers_not_the_addresses(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("".join(f"{name}: token-of-{name}-0123456789\n" for name in ("shop", "news")))
    service = Service(rate_per_second=1 / 60, rate_burst=2, auth_mode="bearer", auth_tokens_file=file)
    shop, news = ({"Authorization": f"Bearer token-of-{name}-0123456789"} for name in ("shop", "news"))
    wrong = {"Authorization": "Bearer not-one-of-them-0123456789"}
    assert [(await service.post(**shop)).status_code for _ in range(3)] == [202, 202, 429]
    assert [(await service.post(**wrong)).status_code for _ in range(3)] == [401, 401, 429]
    assert (await service.post(**news)).status_code == 202, "wrong tokens of an address cost its right ones nothing"


async def test_the_document_tells_of_429_where_there_are_limits() -> None:
    for limits in ({"user_limits": {"BASIC": 1}}, {"rate_per_second": 1.0}):
        document = (await Service(**limits).client.get("/openapi.json")).json()
        job = document["paths"]["/api/export-pdf/job/{jobId}"]
        for operation in (document["paths"]["/api/export-pdf/job"]["post"], job["get"], job["delete"]):
            assert operation["responses"]["429"]["headers"]["Retry-After"]["required"] is True
