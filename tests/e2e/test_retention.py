"""Documents go with their jobs, also when the renderer that removes them is killed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cluster.release import Release, images
from tests.e2e.client import ApiClient, eventually, ready_pods, stored
from tests.e2e.test_export import load

MANY = 100


@pytest.fixture
def release(installed: Release) -> Iterator[Release]:
    """A release whose documents go with their jobs, half a minute after these were created."""
    release = Release(installed.paths, name="brief", namespace="pdf-export-brief", emulator_address="10.96.91.90")
    with release.temporary():
        values = ("retention=withJob", "jobs.ttlSeconds=30", "pool.max=1")
        release.install(images(release.paths), values=values)
        yield release


def test_a_hundred_jobs_leave_no_document_though_the_renderer_is_killed_as_it_removes_them(
    release: Release, cvs: Path
) -> None:
    storage_url = release.url("storage-emulator")
    cv = load(cvs, "cv-minimal")
    with httpx.Client(base_url=release.url("api"), timeout=40) as http:
        api = ApiClient(http)
        assert {api.finished(api.post(cv))["status"] for _ in range(MANY)} == {"done"}
    assert stored(storage_url)
    # When the first are removed, then the renderer is killed; what it leaves is its successor's.
    eventually("documents are removed", lambda: len(stored(storage_url)) < MANY, seconds=90)
    [renderer] = ready_pods(release.kubectl, "renderer")
    release.kubectl("delete", "pod", renderer["metadata"]["name"], "--grace-period=0", "--force")
    eventually("no document is left", lambda: not stored(storage_url), seconds=240)
