"""The React hook in a browser against an installation: real jobs, and a PDF at the end.

With a warm renderer a job ends before anything can be done to its page. The network is therefore cut, or refuses polls,
from the page's first poll on: from then until the network is mended the page waits, however fast the job is done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.example import Example
from tests.clients.network import Network, open_network
from tests.clients.polls import Fifth, is_poll, status
from tests.e2e.client import download
from tests.service import Service, on_cluster, on_this_machine

EXPORT_MS = 60_000


@pytest.fixture(scope="module")
def service(
    request: pytest.FixtureRequest, example: Example, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The installation under test, which the example's origin may call."""
    if request.config.getoption("--cluster"):
        yield on_cluster(request.getfixturevalue("installed"))
        return
    with on_this_machine(tmp_path_factory.mktemp("local"), "--origin", example.url) as service:
        yield service


@pytest.fixture
def network(service: Service) -> Iterator[Network]:
    """What lies between the page and the installation."""
    with open_network(service.url) as network:
        yield network


@pytest.fixture
def api_url(network: Network) -> str:
    """The address that the page has for the API."""
    return network.url


class Made:
    """The jobs that a test makes."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._before = set(service.jobs.list())

    def names(self) -> set[str]:
        """Those that are stored."""
        return set(self._service.jobs.list()) - self._before


@pytest.fixture
def made(service: Service) -> Made:
    """The jobs that this test makes."""
    return Made(service)


def export(page: Page) -> None:
    page.get_by_role("button", name="Export").click()


def expect_pdf(page: Page) -> None:
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible(timeout=EXPORT_MS)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert download(str(link.get_attribute("href"))).content.startswith(b"%PDF-")


def test_a_double_click_makes_one_job(page: Page, network: Network, made: Made) -> None:
    network.refuse_polls()

    page.get_by_role("button", name="Export").dblclick()
    expect(status(page, "retrying")).to_be_visible()
    network.mend()

    expect_pdf(page)
    assert len(made.names()) == 1


def test_a_network_that_is_cut_while_it_polls_is_survived(page: Page, network: Network, made: Made) -> None:
    network.cut_at_poll()

    with page.expect_event("requestfailed", Fifth(), timeout=30_000):
        export(page)
    expect(status(page, "retrying")).to_contain_text("There is no answer")
    network.mend()

    expect_pdf(page)
    assert len(made.names()) == 1


def test_a_reload_while_it_polls_continues(page: Page, network: Network, made: Made) -> None:
    network.cut_at_poll()
    export(page)
    expect(status(page, "retrying")).to_be_visible()

    with page.expect_event("requestfailed", is_poll):
        page.reload()
    expect(status(page, "retrying")).to_be_visible()
    network.mend()

    expect_pdf(page)
    assert len(made.names()) == 1


def test_cancel_deletes_the_job(page: Page, network: Network, made: Made, service: Service) -> None:
    network.refuse_polls()
    with page.expect_response(lambda answer: answer.request.method == "POST") as created:
        export(page)
    expect(status(page, "retrying")).to_be_visible()
    assert len(made.names()) == 1

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(page.get_by_role("link", name="Open the PDF")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert httpx.get(service.url + created.value.headers["location"]).status_code == 404
    assert made.names() == set()


def test_fields_that_are_not_valid_are_shown(page: Page, made: Made) -> None:
    page.get_by_label("CV in the form").fill(
        json.dumps({"basics": {"name": "x" * 201}, "customSections": [{"summary": "x"}]})
    )

    export(page)

    items = page.get_by_role("alert").get_by_role("listitem")
    expect(items.get_by_text("cvData.basics.name")).to_be_visible()
    expect(items.get_by_text("cvData.customSections[0].title")).to_be_visible()
    assert made.names() == set()
