"""The React hook in a browser over an API server in memory: what no installation does when a test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site, open_site
from tests.clients.polls import is_poll


@pytest.fixture
def site() -> Iterator[Site]:
    """A fresh application that pages of every origin may call."""
    with open_site(cors_origins=("*",)) as site:
        yield site


@pytest.fixture
def api_url(site: Site) -> str:
    """The address of the application."""
    return site.url


def export(page: Page) -> None:
    """Click Export, and wait until the job is polled."""
    with page.expect_request(is_poll):
        page.get_by_role("button", name="Export").click()


def test_a_browser_that_is_online_again_asks_at_once(page: Page, site: Site) -> None:
    export(page)
    page.context.set_offline(True)

    with page.expect_request(is_poll):
        page.context.set_offline(False)
    site.end(phase="Done", fileUrl=site.pdf_url)

    # After failures, the next poll comes within 6 s.
    expect(page.get_by_role("link", name="Open the PDF")).to_have_attribute("href", site.pdf_url, timeout=10_000)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_job_that_fails_is_shown(page: Page, site: Site) -> None:
    export(page)

    site.end(phase="Error", error={"code": "Timeout", "message": "Playwright timeout: rendering exceeded 60s"})

    expect(page.get_by_role("alert")).to_contain_text("rendering exceeded 60s. Try again")
