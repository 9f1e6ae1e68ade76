"""Idempotency-Key: however often a request is sent, it makes one job."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.contract.client import BODY, Client, assert_error
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import JOBS


def test_the_same_key_is_the_same_job(client: Client) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = client.job(**key)
    again = client.post(dict(reversed(BODY.items())), **key)
    assert (again.status_code, again.json()["status"]) in {(202, "processing"), (200, "done")}
    assert again.json()["jobId"] == first
    other = client.post({**BODY, "resumeId": 124}, **key)
    assert_error(other, 422, "Idempotency-Key")
    assert client.job() != first
    assert client.http.delete(f"{JOBS}/{first}").status_code == 204
    assert client.job({**BODY, "resumeId": 124}, **key) == first, "a key is free again when its job is gone"


def test_twenty_requests_with_one_key_at_once_make_one_job(client: Client, jobs: StoredJobs) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {**BODY, "userId": f"key-{uuid.uuid4()}"}
    start = threading.Barrier(20)

    def post(_n: int) -> httpx.Response:
        start.wait(timeout=10)
        return client.post(body, **key)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(post, range(20)))
    # One that comes when the job is done, which takes a tenth of a second, is answered so.
    states = {(answer.status_code, answer.json()["status"]) for answer in answers}
    assert (202, "processing") in states
    assert states <= {(202, "processing"), (200, "done")}
    assert len({answer.json()["jobId"] for answer in answers}) == 1
    owners = [job["spec"].get("userId") for job in jobs.list().values()]
    assert owners.count(body["userId"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_does_not_fit_is_422(client: Client, key: str) -> None:
    assert_error(client.post(**{"Idempotency-Key": key}), 422, "Idempotency-Key")
