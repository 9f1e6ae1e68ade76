"""The chart has another version, its images and values are the same: nothing that runs is replaced."""

from __future__ import annotations

import json
from pathlib import Path

from bench.testbed import is_ready
from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART
from tests.e2e.test_chart_values import of_version
from tests.e2e.test_export import load

_COMPONENT = "app.kubernetes.io/component"
_VERSION = "7.8.9"


def running(kubectl: Run, release: str) -> dict[str, str]:
    """The component of each pod of the release by the pod's uid; empty while one is not ready, or about to end."""
    pods = json.loads(kubectl("get", "pods", "-l", f"app.kubernetes.io/instance={release}", "-o", "json"))["items"]
    if not all(map(is_ready, pods)):
        return {}
    return {pod["metadata"]["uid"]: pod["metadata"]["labels"][_COMPONENT] for pod in pods}


def versions(kubectl: Run, release: str) -> set[str]:
    """The versions that the release's Deployments are labelled with."""
    selector = f"app.kubernetes.io/instance={release}"
    deployments = json.loads(kubectl("get", "deployments", "-l", selector, "-o", "json"))["items"]
    return {each["metadata"]["labels"]["app.kubernetes.io/version"] for each in deployments}


def test_a_new_version_of_the_chart_alone_replaces_no_pod(
    api: ApiClient, kubectl: Run, helm: Run, release: str, cvs: Path, tmp_path: Path
) -> None:
    # Given a release at rest, with pods of all components.
    before = eventually("all pods are ready", lambda: running(kubectl, release), seconds=90)
    assert set(before.values()) == {"api", "controller", "renderer", "storage-emulator"}
    upgrade = ("--reset-then-reuse-values", "--wait", "--timeout", "120s")
    try:
        # When the chart is upgraded, and all Deployments are rolled out.
        helm("upgrade", release, str(of_version(_VERSION, tmp_path / "chart")), *upgrade)
        assert versions(kubectl, release) == {_VERSION}
        # Then the pods are those of before, and they work.
        assert running(kubectl, release) == before
        assert api.finished(api.post(load(cvs, "cv-minimal")))["status"] == "done"
        assert running(kubectl, release) == before
    finally:
        helm("upgrade", release, str(CHART), *upgrade)
    assert running(kubectl, release) == before
