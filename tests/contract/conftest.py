"""The installation under test: `python -m local`, or the release on the cluster with --cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.client import Client
from tests.contract.stored_jobs import StoredJobs
from tests.e2e.client import JOBS
from tests.e2e.conftest import installed
from tests.service import Service, on_cluster, on_this_machine

__all__ = ["installed"]


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The installation under test, for all tests."""
    if request.config.getoption("--cluster"):
        # Asked for here only: it brings up a cluster.
        yield on_cluster(request.getfixturevalue("installed"))
        return
    with on_this_machine(tmp_path_factory.mktemp("local")) as service:
        yield service


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
