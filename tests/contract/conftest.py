"""The installation under test: `python -m local`, or the release on the cluster with --cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cluster.paths import foreign_kubeconfig
from cluster.release import Release
from local import release
from tests.contract.client import Client
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import JOBS
from tests.e2e.conftest import installed
from tests.local.serve import serve

__all__ = ["installed"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cluster", action="store_true", help="test the release on the cluster, not python -m local")


@dataclass(frozen=True, slots=True)
class Service:
    """An installation: its API, and the jobs behind it."""

    url: str
    jobs: StoredJobs


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The installation under test, for all tests."""
    if request.config.getoption("--cluster", default=False):
        # Asked for here only: it brings up a cluster.
        yield _on_cluster(request.getfixturevalue("installed"))
        return
    with serve(tmp_path_factory.mktemp("local")) as served:
        yield Service(served.url, StoredJobs(served.kubeconfig, release.NAMESPACE))


@pytest.fixture
def jobs(service: Service) -> StoredJobs:
    """The jobs as they are stored."""
    return service.jobs


@pytest.fixture
def client(service: Service) -> Iterator[Client]:
    """A client whose jobs are deleted at the end."""
    client = Client(service.url)
    yield client
    for job_id in client.jobs:
        client.http.delete(f"{JOBS}/{job_id}")
    client.http.close()


def _on_cluster(installed: Release) -> Service:
    kubeconfig = Path(foreign_kubeconfig(installed.paths) or installed.paths.kubeconfig)
    return Service(installed.url("api"), StoredJobs(kubeconfig, installed.namespace))
