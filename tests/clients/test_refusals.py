"""The React hook in a browser against an installation that refuses new jobs: its queue is full, or the page asks too
much."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from cluster.release import Release, images
from kube import paths
from kube.errors import KubeError
from local.release import CONTROLLER, NAMESPACE
from tests.browser.example import Example
from tests.clients.polls import status
from tests.contract.stored_jobs import with_kube
from tests.e2e.client import JOBS, ApiClient, eventually
from tests.service import Service, on_cluster, on_this_machine

RATE_PER_SECOND = "0.02"
RATE_BURST = "20"
CV = {"basics": {"name": "Ada Lovelace"}}


@pytest.fixture(scope="module")
def service(
    request: pytest.FixtureRequest, example: Example, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """An installation whose queue has room for one job, which no controller assigns, and whose rate limit leaves no
    request for as long as a test takes once it is reached."""
    if request.config.getoption("--cluster"):
        controlled = _on_cluster(request.getfixturevalue("installed"), example.url)
    else:
        controlled = _on_this_machine(tmp_path_factory.mktemp("local"), example.url)
    with controlled as service:
        yield service


@pytest.fixture
def api_url(service: Service) -> str:
    """The address of the API."""
    return service.url


def fill_the_queue(service: Service) -> None:
    """Make the one job that waits."""
    with httpx.Client(base_url=service.url) as http:
        ApiClient(http).post(CV)


def reach_the_rate_limit(service: Service) -> None:
    """Send requests, which make nothing, until one more is too many."""

    def is_reached() -> bool:
        return httpx.delete(f"{service.url}{JOBS}/{uuid.uuid4()}").status_code == 429

    eventually("the rate limit is reached", is_reached, every=0)


@pytest.mark.parametrize(
    ("exhaust", "message"),
    [
        pytest.param(fill_the_queue, "The queue is full", id="503"),
        # The last one: other tests of the installation would be refused as well.
        pytest.param(reach_the_rate_limit, "too many requests", id="429"),
    ],
)
def test_a_refusal_is_shown_while_and_after_it_is_tried_again(
    page: Page, service: Service, exhaust: Callable[[Service], None], message: str
) -> None:
    exhaust(service)
    stored = set(service.jobs.list())
    page.clock.install()

    page.get_by_role("button", name="Export").click()

    expect(status(page, "retrying")).to_contain_text(message)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.clock.fast_forward(90_000)
    expect(page.get_by_role("alert")).to_contain_text(message)
    assert set(service.jobs.list()) == stored


@contextmanager
def _on_this_machine(folder: Path, origin: str) -> Iterator[Service]:
    settings = (
        "PDFEXPORT_QUEUE_LIMIT=1",
        f"PDFEXPORT_RATE_PER_SECOND={RATE_PER_SECOND}",
        f"PDFEXPORT_RATE_BURST={RATE_BURST}",
    )
    options = [option for setting in settings for option in ("--set", setting)]
    with on_this_machine(folder, "--origin", origin, *options) as service:
        controller = paths.pod(NAMESPACE, CONTROLLER)
        with_kube(service.kubeconfig, lambda kube: kube.request("DELETE", controller))
        eventually("the controller is gone", lambda: _is_gone(service.kubeconfig, controller))
        yield service


def _is_gone(kubeconfig: Path, path: str) -> bool:
    try:
        with_kube(kubeconfig, lambda kube: kube.request("GET", path))
    except KubeError as e:
        if e.status != 404:
            raise
        return True
    return False


@contextmanager
def _on_cluster(installed: Release, origin: str) -> Iterator[Service]:
    # `installed` has brought the cluster up.
    release = Release(installed.paths, name="full", namespace="pdf-export-full", emulator_address="10.96.91.89")
    values = (
        f"api.corsOrigins={{{origin}}}",
        "jobs.queueLimit=1",
        f"api.rateLimit.perSecond={RATE_PER_SECOND}",
        f"api.rateLimit.burst={RATE_BURST}",
    )
    with release.temporary():
        release.install(images(installed.paths), values=values)
        release.kubectl("scale", "deployment/full-pdf-export-controller", "--replicas=0")
        release.kubectl("wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=controller", "--timeout=60s")
        yield on_cluster(release)
