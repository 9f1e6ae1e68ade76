"""What a run that was killed has left on the cluster is not what the next one finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.release import Release
from tests.e2e.conftest import in_use


@pytest.fixture
def release(installed: Release) -> Iterator[Release]:
    release = Release(installed.paths, name="left", namespace="pdf-export-left", emulator_address="")
    yield release
    release.uninstall()


def leave(release: Release) -> None:
    release.kubectl("create", "configmap", "left")


def left(release: Release) -> bool:
    return "configmap/left" in release.kubectl("get", "configmaps", "-o", "name")


def test_a_namespace_of_a_tests_own_is_empty(release: Release) -> None:
    release.make_namespace()
    leave(release)
    with release.temporary():
        assert not left(release)
        leave(release)
    assert "namespace/pdf-export-left" not in release.kubectl("get", "namespaces", "-o", "name")


def test_the_shared_one_is_made_anew_after_a_run_that_was_killed_and_after_no_other(release: Release) -> None:
    with in_use(release):
        leave(release)
    with in_use(release):
        assert left(release)
    killed = in_use(release)
    killed.__enter__()
    with in_use(release):
        assert not left(release)
