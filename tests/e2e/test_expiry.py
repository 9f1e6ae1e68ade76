"""Garbage collection: a job is deleted ttlSeconds after its creation, whether it has ended or not."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

from crds.job import parse_time
from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.test_export import job_manifest, load


def taken(kubectl: Run, cv: dict[str, Any]) -> bool:
    try:
        kubectl("create", "--dry-run=server", "-f", "-", input=job_manifest(str(uuid.uuid4()), cv))
    except subprocess.CalledProcessError as e:
        if "CustomResourceDefinitions" in e.stderr:
            return False
        raise
    return True


def test_jobs_are_gone_after_their_ttl(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    done, short, never = (str(uuid.uuid4()) for _ in range(3))
    cv = load(cvs, "cv-minimal")
    eventually("an API server that may have just started takes jobs", lambda: taken(kubectl, cv), seconds=20)
    kubectl("create", "-f", "-", input=job_manifest(done, cv, ttlSeconds=40))
    # Nobody can take this one: its turn comes after a job of the highest priority, which never comes.
    kubectl("create", "-f", "-", input=job_manifest(short, cv, ttlSeconds=1, priority=-1000))
    assert api.finished(done)["status"] == "done"
    created = parse_time(json.loads(kubectl("get", "pej", done, "-o", "json"))["metadata"]["creationTimestamp"])
    eventually("the short job is gone", lambda: short not in kubectl("get", "pej", "-o", "name"), seconds=30)
    eventually("the done job is gone", lambda: done not in kubectl("get", "pej", "-o", "name"), seconds=70)
    assert time.time() - created >= 40
    for name in (done, short, never):
        answer = api.get(name)
        assert answer.status_code == 404
        assert answer.json() == {
            "error": "Job not found",
            "jobId": name,
            "message": "The job may have expired or never existed.",
        }


def test_a_waiting_job_is_gone_after_its_ttl(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    """With the controller stopped nothing is assigned; back again, it deletes what has expired in between."""
    name = str(uuid.uuid4())
    controller = kubectl("get", "deployments", "-l", "app.kubernetes.io/component=controller", "-o", "name").strip()
    kubectl("scale", controller, "--replicas=0")
    try:
        kubectl("wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=controller", "--timeout=60s")
        kubectl("create", "-f", "-", input=job_manifest(name, load(cvs, "cv-minimal"), ttlSeconds=8))
        assert api.get(name).json() == {"jobId": name, "status": "processing"}
        eventually("the API no longer shows it", lambda: api.get(name).status_code == 404, seconds=30)
        assert name in kubectl("get", "pej", "-o", "name")
    finally:
        kubectl("scale", controller, "--replicas=1")
    eventually("it is deleted", lambda: name not in kubectl("get", "pej", "-o", "name"), seconds=60)
