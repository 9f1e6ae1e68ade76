"""Hostile connections to the API of the release: it goes on answering, has no fault of its own, and keeps nothing."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.client import JOBS, api_metrics, eventually
from tests.e2e.conftest import Run
from tests.fuzz.sockets import KINDS, USER, attacks, run

CONNECTIONS = 1_000
SEED = 1


@pytest.fixture
def http(api_url: str, kubectl: Run) -> Iterator[httpx.Client]:
    """A client that looks in between; the jobs that the good requests made are deleted at the end."""
    with httpx.Client(base_url=api_url, timeout=40) as http:
        yield http
        for job in json.loads(kubectl("get", "pdfexportjobs", "-o", "json"))["items"]:
            if job["spec"].get("userId") == USER:
                http.delete(f"{JOBS}/{job['metadata']['name']}")


def total(kubectl: Run, pattern: str) -> float:
    """The sum of the metrics that match."""
    return sum(float(value) for value in re.findall(rf"^{pattern} (\S+)$", api_metrics(kubectl), re.MULTILINE))


def test_hostile_connections_leave_the_api_answering(http: httpx.Client, kubectl: Run) -> None:
    def restarts() -> str:
        path = "jsonpath={.items[*].status.containerStatuses[*].restartCount}"
        return kubectl("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", path)

    faults, files, before = total(kubectl, r'.*status="500".*'), total(kubectl, "process_open_fds"), restarts()
    url = http.base_url
    outcome = asyncio.run(run(attacks(SEED, CONNECTIONS), url.host, url.port or 80, at_once=20, silence=1.0))
    print(f"{CONNECTIONS} connections, seed {SEED}: answers {dict(sorted(outcome.statuses.items()))}")
    assert outcome.failed == [], f"seed {SEED}"
    assert set(outcome.kinds) == set(KINDS)
    assert {200, 202, 400, 413, 431} <= set(outcome.statuses)
    assert http.get("/healthz").json() == {"status": "ok"}
    assert total(kubectl, r'.*status="500".*') == faults
    # A few to the API server and to this client come and go.
    eventually("no connection is left", lambda: total(kubectl, "process_open_fds") <= files + 5, seconds=60, every=1)
    assert restarts() == before
