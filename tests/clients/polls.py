"""What a page shows, and what it asks the API about its job, as the browser sees them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Request

from tests.e2e.client import JOBS


def is_poll(request: Request) -> bool:
    """Whether a request asks for the state of a job."""
    return request.method == "GET" and f"{JOBS}/" in request.url


def status(page: Page, state: str) -> Locator:
    """What the page shows while its export is in a state."""
    return page.locator(f'[role=status][data-state="{state}"]')


class Fifth:
    """Whether a poll is the fifth that fails: about 10 s after the first one, because the pauses after failed polls
    are 1, 2, 4 and 5 s, give or take a fifth."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, request: Request) -> bool:
        assert is_poll(request), request.url
        self._count += 1
        return self._count == 5
