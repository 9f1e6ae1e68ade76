"""The React hook in a browser, on another origin than the API."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.site import Site
from tests.clients.network import Network
from tests.clients.polls import Fifth, is_poll


def export(page: Page) -> None:
    """Click Export, and wait until the job is polled."""
    with page.expect_request(is_poll):
        page.get_by_role("button", name="Export").click()


def status(page: Page, state: str) -> Locator:
    return page.locator(f'[role=status][data-state="{state}"]')


def expect_pdf(page: Page, site: Site) -> None:
    # After failures, the next poll comes within 6 s.
    expect(page.get_by_role("link", name="Open the PDF")).to_have_attribute("href", site.pdf_url, timeout=10_000)
    expect(page.get_by_role("alert")).to_have_count(0)


def jobs_made(site: Site) -> int:
    return sum(method == "POST" for method, _ in site.service.kube.requests)


def test_a_double_click_makes_one_job(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Export").dblclick()
    expect(status(page, "processing")).to_be_visible()

    site.end(phase="Done", fileUrl=site.pdf_url)

    expect_pdf(page, site)
    assert jobs_made(site) == 1


def test_a_network_that_is_cut_while_it_polls_is_survived(page: Page, site: Site, network: Network) -> None:
    export(page)
    with page.expect_event("requestfailed", Fifth(), timeout=30_000):
        network.cut()
    expect(status(page, "retrying")).to_be_visible()

    network.mend()
    site.end(phase="Done", fileUrl=site.pdf_url)

    expect_pdf(page, site)
    assert jobs_made(site) == 1


def test_a_browser_that_is_online_again_asks_at_once(page: Page, site: Site) -> None:
    export(page)
    page.context.set_offline(True)

    with page.expect_request(is_poll):
        page.context.set_offline(False)
    site.end(phase="Done", fileUrl=site.pdf_url)

    expect_pdf(page, site)


def test_a_reload_continues(page: Page, site: Site) -> None:
    export(page)
    page.reload()
    expect(status(page, "processing")).to_be_visible()

    site.end(phase="Done", fileUrl=site.pdf_url)

    expect_pdf(page, site)
    assert jobs_made(site) == 1


def test_cancel_deletes_the_job(page: Page, site: Site) -> None:
    export(page)

    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert site.service.kube.objects == {}


def test_fields_that_are_not_valid_are_shown(page: Page, site: Site) -> None:
    page.get_by_label("CV in the form").fill(
        json.dumps({"basics": {"name": "x" * 201}, "customSections": [{"summary": "x"}]})
    )

    page.get_by_role("button", name="Export").click()

    items = page.get_by_role("alert").get_by_role("listitem")
    expect(items.get_by_text("cvData.basics.name")).to_be_visible()
    expect(items.get_by_text("cvData.customSections[0].title")).to_be_visible()
    assert site.service.kube.objects == {}


def test_a_job_that_fails_is_shown(page: Page, site: Site) -> None:
    export(page)

    site.end(phase="Error", error={"code": "Timeout", "message": "Playwright timeout: rendering exceeded 60s"})

    expect(page.get_by_role("alert")).to_contain_text("rendering exceeded 60s. Try again")


@pytest.mark.parametrize(
    ("site", "message"),
    [
        pytest.param({"queue_limit": 1}, "The queue is full", id="503"),
        pytest.param({"rate_per_second": 1 / 60, "rate_burst": 1}, "too many requests", id="429"),
    ],
    indirect=["site"],
)
def test_a_refusal_is_shown_while_and_after_it_is_tried_again(page: Page, site: Site, message: str) -> None:
    page.clock.install()
    export(page)

    page.get_by_label("Template").select_option("classic")
    page.get_by_role("button", name="Export").click()

    expect(status(page, "retrying")).to_contain_text(message)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.clock.fast_forward(90_000)
    expect(page.get_by_role("alert")).to_contain_text(message)
    assert jobs_made(site) == 1
