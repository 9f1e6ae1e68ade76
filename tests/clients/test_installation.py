"""The React hook in a browser against an installation: the three programs, a real PDF at the end."""

from __future__ import annotations

import asyncio
import re
import threading
import urllib.request
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.browser.example import Example
from tests.clients.network import Network
from tests.clients.polls import JOBS, Fifth, is_poll
from tests.local.serve import serve

EXPORT_MS = 60_000


@pytest.fixture(scope="module")
def api_url(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installation on this machine that the example's origin may call."""
    with serve(tmp_path_factory.mktemp("local"), "--origin", example.url) as served:
        yield served.url


@pytest.fixture
def network(api_url: str) -> Iterator[Network]:
    """What lies between the page and the installation."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    network = Network(loop, api_url)
    yield network
    network.close()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


class Requests:
    """The requests of a page to the API."""

    def __init__(self, page: Page) -> None:
        self.job_ids: set[str] = set()
        page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if answer.request.method == "POST":
            self.job_ids.add(answer.json()["jobId"])


def expect_pdf(page: Page) -> None:
    link = page.get_by_role("link", name="Open the PDF")
    expect(link).to_be_visible(timeout=EXPORT_MS)
    with urllib.request.urlopen(str(link.get_attribute("href"))) as answer:
        assert answer.read(5) == b"%PDF-"


def test_a_double_click_makes_one_pdf(page: Page) -> None:
    requests = Requests(page)

    page.get_by_role("button", name="Export").dblclick()

    expect_pdf(page)
    assert len(requests.job_ids) == 1


def test_a_network_that_is_cut_while_it_polls_is_survived(page: Page, network: Network) -> None:
    requests = Requests(page)

    def cut(route: Route) -> None:
        # Before the first poll gets through; the job ends meanwhile.
        network.cut()
        route.continue_()

    page.route(re.compile(f"{JOBS}/"), cut, times=1)

    with page.expect_event("requestfailed", Fifth(), timeout=30_000):
        page.get_by_role("button", name="Export").click()
    network.mend()

    expect_pdf(page)
    assert len(requests.job_ids) == 1


def test_a_reload_while_it_polls_continues(page: Page) -> None:
    requests = Requests(page)
    # The first poll gets no answer: the page still waits when it is loaded again, however fast the job is done.
    page.route(re.compile(f"{JOBS}/"), lambda _: None, times=1)
    with page.expect_request(is_poll):
        page.get_by_role("button", name="Export").click()

    page.reload()

    expect_pdf(page)
    assert len(requests.job_ids) == 1


def test_cancel_deletes_the_job(page: Page, api_url: str) -> None:
    def hold_polls(route: Route) -> None:
        # No answer: the page waits, however fast the job is done.
        if not is_poll(route.request):
            route.continue_()

    page.route(re.compile(f"{JOBS}/"), hold_polls)
    with page.expect_response(lambda answer: answer.request.method == "POST") as created:
        page.get_by_role("button", name="Export").click()

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("link", name="Open the PDF")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert httpx.get(api_url + created.value.headers["location"]).status_code == 404
