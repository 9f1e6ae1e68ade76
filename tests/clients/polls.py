"""What a page asks the API about its job, as the browser sees it."""

from __future__ import annotations

from playwright.sync_api import Page, Request

from tests.clients.network import Network

JOBS = "/api/export-pdf/job"


def is_poll(request: Request) -> bool:
    """Whether a request asks for the state of a job."""
    return request.method == "GET" and f"{JOBS}/" in request.url


def cut_until_five_polls_failed(page: Page, network: Network) -> None:
    """Cut the network; returns after about 10 s: the pauses after failed polls are 1, 2, 4 and 5 s, give or take a
    fifth. It stays cut."""
    failed: list[Request] = []

    def is_fifth(request: Request) -> bool:
        failed.append(request)
        return len(failed) == 5

    with page.expect_event("requestfailed", is_fifth, timeout=30_000):
        network.cut()
    assert all(is_poll(request) for request in failed)
