"""Garbage collection while the controller is away; what else expires is tested by tests/contract."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crds.job import parse_time
from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.test_export import job_manifest, load

# Their ends take some seconds.
EXPIRED = 600


@contextmanager
def controller_away(kubectl: Run) -> Iterator[None]:
    """Nothing is assigned, and nothing deleted."""
    controller = kubectl("get", "deployments", "-l", "app.kubernetes.io/component=controller", "-o", "name").strip()
    kubectl("scale", controller, "--replicas=0")
    try:
        kubectl("wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=controller", "--timeout=60s")
        yield
    finally:
        kubectl("scale", controller, "--replicas=1")


def test_a_job_that_expires_unserved_ends_visibly_and_is_then_deleted(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    name = str(uuid.uuid4())
    # Given a job that expires while the controller is away.
    with controller_away(kubectl):
        kubectl("create", "-f", "-", input=job_manifest(name, load(cvs, "cv-minimal"), ttlSeconds=1))
        kubectl("wait", f"pej/{name}", "--for=jsonpath={.status.phase}=Pending", "--timeout=10s")
        eventually("it has expired", lambda: age(kubectl, name) > 1)
        assert api.get(name).json() == {"jobId": name, "status": "processing"}
    # When the controller is back, then the client reads why there is no PDF, and so does the operator.
    answer = api.finished(name)
    assert (answer["status"], answer["code"], answer["retryable"]) == ("error", "Expired", True)
    events = ("get", "events", "--field-selector", f"involvedObject.name={name}", "-o", "jsonpath={.items[*].reason}")
    eventually("there is an Event", lambda: kubectl(*events) == "Expired")
    eventually("it is deleted", lambda: name not in kubectl("get", "pej", "-o", "name"), seconds=60)
    assert api.get(name).status_code == 404


def age(kubectl: Run, name: str) -> float:
    """Seconds since the creation of a job, on the one machine whose clock is the API server's too."""
    return time.time() - parse_time(kubectl("get", "pej", name, "-o", "jsonpath={.metadata.creationTimestamp}"))


def test_a_waiting_job_is_gone_after_its_ttl(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    """With the controller stopped nothing is assigned; back again, it deletes what has expired in between."""
    name = str(uuid.uuid4())
    with controller_away(kubectl):
        kubectl("create", "-f", "-", input=job_manifest(name, load(cvs, "cv-minimal"), ttlSeconds=8))
        assert api.get(name).json() == {"jobId": name, "status": "processing"}
        eventually("the API no longer shows it", lambda: api.get(name).status_code == 404, seconds=60)
        assert name in kubectl("get", "pej", "-o", "name")
    eventually("it is deleted", lambda: name not in kubectl("get", "pej", "-o", "name"), seconds=60)


def test_a_waiting_job_is_assigned_before_hundreds_that_have_expired_are_cleaned_up(
    api: ApiClient, kubectl: Run, cvs: Path
) -> None:
    # Given many jobs that have expired while the controller was away, and one that waits.
    cv = load(cvs, "cv-minimal")
    expired = {str(uuid.uuid4()) for _ in range(EXPIRED)}
    items = [json.loads(job_manifest(name, cv, ttlSeconds=1)) for name in expired]

    def left() -> set[str]:
        """Those of them that are neither ended nor deleted."""
        phases = kubectl("get", "pej", "-o", "jsonpath={range .items[*]}{.metadata.name} {.status.phase}{'\\n'}{end}")
        return expired & {
            name for name, _, phase in (line.partition(" ") for line in phases.splitlines()) if phase == "Pending"
        }

    with controller_away(kubectl):
        waits = api.post(cv)
        kubectl("create", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
        assert left() == expired
    # When the controller is back, then it assigns that one first.
    kubectl("wait", f"pej/{waits}", "--for=condition=Assigned", "--timeout=60s")
    assert left()
    assert api.finished(waits)["status"] == "done"
    eventually("the others are cleaned up", lambda: not left(), seconds=60)
