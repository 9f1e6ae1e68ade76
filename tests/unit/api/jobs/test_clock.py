"""The API among clocks that differ and jump: a job is found until its time is over by the API server's clock."""

from __future__ import annotations

import asyncio
import time

import pytest

from crds.job import EXPIRED_SECONDS, SUBMITTED_AT, Job, parse_time
from tests.unit.api_fakes import BODY, Service, until

QUARTER_OF_AN_HOUR = 900.0
TTL_SECONDS = 600
# Nobody serves these jobs.
LIFE_SECONDS = TTL_SECONDS + EXPIRED_SECONDS
# What a Date header leaves open.
SECONDS = 3.5

skewed = pytest.mark.parametrize(
    "ahead", [-QUARTER_OF_AN_HOUR, QUARTER_OF_AN_HOUR], ids=["the API's is ahead", "the API's is behind"]
)


async def running(ahead: float) -> Service:
    """An API that is in sync with an API server whose clock is so far ahead of its own."""
    service = Service(ttl_seconds=TTL_SECONDS)
    service.kube.ahead = ahead
    await service.jobs.watch.informer.relist()
    return service


async def accepted(service: Service, **headers: str) -> str:
    answer = await service.post(BODY, **headers)
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["jobId"]
    return job_id


def made_elsewhere(service: Service, name: str = "a0000000-0000-4000-8000-000000000000") -> str:
    """A job that another replica has made."""
    spec = {"templateId": "modern", "ttlSeconds": TTL_SECONDS}
    service.kube.add({"metadata": {"name": name}, "spec": spec})
    return name


async def status(service: Service, job_id: str) -> int:
    return (await service.get(job_id)).status_code


@skewed
async def test_a_job_is_found_until_its_time_is_over(ahead: float) -> None:
    service = await running(ahead)
    requests = service.kube.count("GET")
    job_id = await accepted(service)
    service.kube.passed += LIFE_SECONDS - SECONDS
    assert await status(service, job_id) == 200
    service.kube.passed += 2 * SECONDS
    assert await status(service, job_id) == 404
    assert service.kube.count("GET") == requests, "all that is known without asking"


@skewed
async def test_a_job_of_another_replica_is_found_until_its_time_is_over(ahead: float) -> None:
    service = await running(ahead)
    read, watched = made_elsewhere(service), made_elsewhere(service, "b0000000-0000-4000-8000-000000000000")
    service.jobs.watch.put(service.kube.objects[watched])
    service.kube.passed += LIFE_SECONDS - SECONDS
    assert [await status(service, job_id) for job_id in (read, watched)] == [200, 200]
    service.kube.passed += 2 * SECONDS
    assert [await status(service, job_id) for job_id in (read, watched)] == [404, 404]


@skewed
async def test_its_resource_says_when_it_was_submitted_by_the_clock_of_its_creation(ahead: float) -> None:
    service = await running(ahead)
    obj = service.kube.objects[await accepted(service)]
    submitted = parse_time(obj["metadata"]["annotations"][SUBMITTED_AT])
    assert Job.from_object(obj).submitted == submitted


@skewed
async def test_the_same_key_gives_the_same_job(ahead: float) -> None:
    service = await running(ahead)
    job_id = await accepted(service, **{"Idempotency-Key": "k"})
    uid = service.kube.objects[job_id]["metadata"]["uid"]
    assert await accepted(service, **{"Idempotency-Key": "k"}) == job_id
    assert service.kube.objects[job_id]["metadata"]["uid"] == uid


@skewed
async def test_a_job_is_awaited_and_cancelled(ahead: float) -> None:
    service = await running(ahead)
    job_id = await accepted(service)
    asking = asyncio.create_task(service.get(job_id, "?wait=30"))
    await until(lambda: len(service.jobs.waiters) == 1)
    assert (await service.client.delete(f"/api/export-pdf/job/{job_id}")).status_code == 204
    async with asyncio.timeout(5):
        assert (await asking).status_code == 404


@pytest.mark.parametrize("jump", [-QUARTER_OF_AN_HOUR, QUARTER_OF_AN_HOUR])
async def test_a_jump_of_the_machines_clock_changes_nothing(jump: float, monkeypatch: pytest.MonkeyPatch) -> None:
    service = await running(0)
    job_id, right = await accepted(service), time.time
    service.kube.passed += LIFE_SECONDS - SECONDS
    monkeypatch.setattr(time, "time", lambda: right() + jump)
    assert await status(service, job_id) == 200
    assert await status(service, await accepted(service)) == 200
    service.kube.passed += 2 * SECONDS
    assert await status(service, job_id) == 404


@pytest.mark.parametrize("jump", [-QUARTER_OF_AN_HOUR, QUARTER_OF_AN_HOUR])
async def test_a_jump_of_the_servers_clock_is_known_from_its_next_answer(jump: float) -> None:
    service = await running(0)
    service.kube.ahead = jump
    new = made_elsewhere(service)
    service.jobs.watch.put(service.kube.objects[new])
    assert await status(service, new) == 200
    assert await status(service, await accepted(service)) == 200


async def test_what_has_expired_is_pruned_by_the_servers_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.jobs.watch._PRUNE_SECONDS", 0.001)
    service = await running(-QUARTER_OF_AN_HOUR)
    await accepted(service)
    passes, prune = 0, service.jobs.cache.prune

    def counted(*, now: float) -> list[str]:
        nonlocal passes
        passes += 1
        return prune(now=now)

    monkeypatch.setattr(service.jobs.cache, "prune", counted)
    pruning = asyncio.create_task(service.jobs.watch._prune_forever())
    await until(lambda: passes > 1)
    assert len(service.jobs.cache) == 1
    service.kube.passed += LIFE_SECONDS + SECONDS
    await until(lambda: len(service.jobs.cache) == 0)
    pruning.cancel()
