"""kube-score finds nothing in the chart. `make test-score` builds it, which takes minutes, so these tests run apart."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from cluster.paths import CHECKOUT
from tests.e2e.test_chart_values import EVERYTHING, REGISTRY, pods, render

_PROGRAM = CHECKOUT / ".venv" / "bin" / "kube-score"
_IGNORED = {
    "container-image-pull-policy": "tags are those of a release, or digests: an image does not change under its name",
    "container-ephemeral-storage-request-and-limit": "file systems are read-only, /tmp is memory with a limit",
    "container-security-context-user-group-id": "the images' user is 10001; OpenShift chooses another one",
    "deployment-has-host-podantiaffinity": "topologySpreadConstraints spread the pods",
}
"""Checks that do not fit, each with the reason."""
_FIREBASE: dict[str, Any] = {
    **REGISTRY,
    "firebase": {"project": "p", "bucket": "b", "existingSecret": "s"},
    "prePull": {"enabled": True},
}
# The emulator is for demos: one pod without a readiness probe, whose files are lost with it.
_WHOLE: dict[str, Any] = {**EVERYTHING, **_FIREBASE, "firebaseEmulator": {"enabled": False}}


@pytest.mark.parametrize("values", [_FIREBASE, _WHOLE], ids=["defaults", "everything"])
def test_kube_score_finds_nothing(values: dict[str, Any]) -> None:
    objects = render(values, "--kube-version", "1.37.0")
    # The controller starts it, by a text that the chart has in a ConfigMap.
    renderer = pods(objects)["renderer"]
    renderer["metadata"] |= {"name": "renderer", "namespace": "exports"}
    manifests = "\n---\n".join(json.dumps(each) for each in (*objects, renderer))

    # A limit of the CPU makes an export slow while the node is idle.
    options = ("--ignore-container-cpu-limit", "--ignore-test", ",".join(_IGNORED), "--output-format", "ci")
    done = subprocess.run(
        [_PROGRAM, "score", *options, "-"], input=manifests, capture_output=True, text=True, check=False
    )

    found = [line for line in done.stdout.splitlines() if not line.startswith(("[OK]", "[SKIPPED]"))]
    assert found == [], done.stderr
    assert "[OK]" in done.stdout
