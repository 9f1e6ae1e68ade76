"""Garbage collection: a job is deleted ttlSeconds after its creation, whether it has ended or not."""

from __future__ import annotations

import time
import uuid

from crds.job import parse_time
from tests.contract.client import Client, not_found
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import eventually

TTL_SECONDS = 15


def test_a_done_job_is_gone_after_its_ttl(client: Client, jobs: StoredJobs) -> None:
    # Given a renderer that is ready, so that the job ends within its TTL.
    assert client.finished(client.job())["status"] == "done"
    name = str(uuid.uuid4())
    jobs.create(name, ttlSeconds=TTL_SECONDS)
    created = parse_time(jobs.get(name)["metadata"]["creationTimestamp"])

    assert client.finished(name)["status"] == "done"

    eventually("the job is deleted", lambda: name not in jobs.list(), seconds=TTL_SECONDS + 30)
    assert time.time() - created >= TTL_SECONDS
    assert_is_not_found(client, name)


def test_a_job_that_waits_is_gone_after_its_ttl(client: Client, jobs: StoredJobs) -> None:
    name = str(uuid.uuid4())
    # Nobody can take this one: its turn comes after a job of the highest priority, which never comes.
    jobs.create(name, ttlSeconds=2, priority=-1000)

    # A job that is not served in time stays half a minute for its client to see that.
    eventually("the job is deleted", lambda: name not in jobs.list(), seconds=60)

    assert_is_not_found(client, name)


def test_an_expired_job_is_404(client: Client, jobs: StoredJobs) -> None:
    name = str(uuid.uuid4())
    jobs.create(name, ttlSeconds=6)
    assert client.get(name).status_code == 200, "a job that another replica made is found"

    eventually("the job expires", lambda: client.get(name).status_code == 404, seconds=60)

    assert_is_not_found(client, name)


def assert_is_not_found(client: Client, name: str) -> None:
    answer = client.get(name)
    assert answer.status_code == 404
    assert answer.json() == not_found(name)
