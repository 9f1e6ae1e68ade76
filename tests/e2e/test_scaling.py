"""More than one of everything: API replicas that share no memory, renderer pods that come and go."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.client import JOBS, ApiClient, eventually, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART
from tests.e2e.test_export import load


@pytest.fixture
def replicas(kubectl: Run, release: str) -> Iterator[list[str]]:
    """The base URLs of two API pods, each asked directly."""
    deployment = f"deployment/{release}-pdf-export-api"
    kubectl("scale", deployment, "--replicas=2")
    try:
        kubectl("rollout", "status", deployment, "--timeout=60s")
        pods = ready_pods(kubectl, "api")
        assert len(pods) == 2
        yield [f"http://{pod['status']['podIP']}:8080" for pod in pods]
    finally:
        kubectl("scale", deployment, "--replicas=1")


def test_a_job_is_found_at_once_through_another_replica(replicas: list[str], cvs: Path) -> None:
    """The exporter that this replaces said "Job not found" when a poll came to another process than the POST."""
    cv = load(cvs, "cv-minimal")
    body = {"resumeId": 1, "templateId": "modern", "cvData": cv}
    with httpx.Client(timeout=40) as http:
        for n in range(20):
            first, second = replicas[n % 2], replicas[(n + 1) % 2]
            job_id = http.post(first + JOBS, json=body).json()["jobId"]
            polled = http.get(f"{second}{JOBS}/{job_id}")
            assert polled.status_code == 200, polled.text
            assert http.get(f"{second}{JOBS}/{job_id}?wait=30").json()["status"] == "done"


def test_two_replicas_make_one_job_of_one_idempotency_key(replicas: list[str], cvs: Path) -> None:
    body = {"resumeId": 1, "templateId": "modern", "cvData": load(cvs, "cv-minimal")}
    with httpx.Client(timeout=40) as http:
        for _ in range(5):
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            answers = [http.post(url + JOBS, json=body, headers=headers) for url in replicas]
            # The second may find the job done, and says so then.
            states = [(answer.status_code, answer.json()["status"]) for answer in answers]
            assert states[0] == (202, "processing")
            assert states[1] in {(202, "processing"), (200, "done")}
            assert answers[0].json()["jobId"] == answers[1].json()["jobId"]


def test_pods_are_replaced_after_their_jobs_and_no_job_notices(
    api: ApiClient, kubectl: Run, helm: Run, release: str, cvs: Path
) -> None:
    upgrade = ("upgrade", release, str(CHART), "--reset-then-reuse-values", "--wait", "--timeout", "120s")
    helm(*upgrade, "--set", "pool.jobsPerPod=3")
    try:
        cv = load(cvs, "cv-two-pages")
        job_ids = [api.post(cv) for _ in range(12)]
        assert {api.finished(job_id)["status"] for job_id in job_ids} == {"done"}
        items = {item["metadata"]["name"]: item for item in json.loads(kubectl("get", "pej", "-o", "json"))["items"]}
        renderers = [items[job_id]["status"]["renderer"] for job_id in job_ids]
        assert all(renderers.count(name) <= 3 for name in renderers)
        assert {items[job_id]["status"]["attempt"] for job_id in job_ids} == {1}
    finally:
        helm(*upgrade, "--set", "pool.jobsPerPod=1000")
    label = "app.kubernetes.io/component=renderer"
    eventually(
        "the pods that had their jobs are gone",
        lambda: not set(renderers) & set(kubectl("get", "pods", "-l", label, "-o", "name").replace("pod/", "").split()),
        seconds=60,
    )
