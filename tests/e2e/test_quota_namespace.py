"""A namespace with a strict ResourceQuota, where a pod without requests and limits of its own is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from cluster.release import Release, images

NAMESPACE = "pdf-export-quota"
COMPONENTS = ("api", "controller", "renderer", "firebaseEmulator", "prePull", "test")
HARD = {
    "requests.cpu": "2",
    "requests.memory": "4Gi",
    "limits.cpu": "8",
    "limits.memory": "8Gi",
    "pods": "12",
}


@pytest.fixture
def release(installed: Release) -> Iterator[Release]:
    """A release to install into the namespace, which has the quota already."""
    release = Release(installed.paths, name="quota", namespace=NAMESPACE, emulator_address="10.96.91.91")
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "strict", "namespace": NAMESPACE},
        "spec": {"hard": HARD},
    }
    with release.temporary():
        release.kubectl("apply", "-f", "-", stdin=json.dumps(quota))
        yield release


def test_a_strict_quota_has_room_for_all_components_and_the_test(release: Release) -> None:
    """Each component's limit of the CPU, which the chart sets none of, is a value."""
    limits = [f"{component}.resources.limits.cpu=500m" for component in COMPONENTS]

    release.install(images(release.paths), values=[*limits, "prePull.enabled=true", "pool.max=1"])

    assert release.helm("test", release.name, "--timeout", "180s").count("Succeeded") == 2
    used = json.loads(release.kubectl("get", "resourcequota", "strict", "-o", "json"))["status"]["used"]
    assert int(used["pods"]) >= len(COMPONENTS) - 1
