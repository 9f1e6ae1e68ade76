"""Garbage collection while the controller is away; what else expires is tested by tests/contract."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.test_export import job_manifest, load


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
