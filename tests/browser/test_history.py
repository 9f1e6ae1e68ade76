"""The exports of a browser: listed until their jobs expire, without the URLs of the PDFs."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser.site import Site

EXPORTS = "#exports li"


def export(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Export PDF").click()
    site.spec()
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.get_by_role("link", name="Download Maya Lindqvist_CV.pdf")).to_be_visible()


def test_an_export_is_listed_after_a_reload_and_can_be_shown(page: Page, site: Site) -> None:
    expect(page.get_by_text("None yet.")).to_be_visible()
    export(page, site)
    page.reload()
    expect(page.locator(EXPORTS)).to_have_text(["Maya Lindqvist_CV.pdfClassic, expires in 10 minutesShow"])
    page.get_by_role("button", name="Show Maya Lindqvist_CV, Classic").click()
    expect(page.get_by_role("link", name="Download Maya Lindqvist_CV.pdf")).to_have_attribute("href", site.pdf_url)
    expect(page.locator("#preview iframe")).to_have_count(1)


def test_the_url_of_the_pdf_is_not_kept(page: Page, site: Site) -> None:
    export(page, site)
    assert site.bucket.url not in page.evaluate("JSON.stringify(localStorage)")


def test_what_has_expired_is_not_listed(page: Page, site: Site) -> None:
    export(page, site)
    page.evaluate(
        "localStorage['pdf-export.history'] = localStorage['pdf-export.history'].replace(/(?<=expires.:)\\d+/, '1')"
    )
    page.reload()
    expect(page.locator(EXPORTS)).to_have_count(0)


def test_an_export_that_the_service_has_deleted_leaves_the_list(page: Page, site: Site) -> None:
    one = {"jobId": "0a0cbe3e-8d5c-4b1e-9a4e-000000000000", "name": "Old", "template": "Modern", "expires": 9e12}
    page.evaluate("(history) => localStorage.setItem('pdf-export.history', history)", json.dumps([one]))
    page.reload()
    page.get_by_role("button", name="Show Old, Modern").click()
    expect(page.get_by_text("Old has expired.")).to_be_visible()
    expect(page.locator(EXPORTS)).to_have_count(0)


def test_the_list_can_be_cleared(page: Page, site: Site) -> None:
    export(page, site)
    page.get_by_role("button", name="Clear the list").click()
    expect(page.locator(EXPORTS)).to_have_count(0)
    assert page.evaluate("localStorage['pdf-export.history']") == "[]"


def test_a_cancelled_export_is_not_listed(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Export PDF").click()
    site.spec()
    expect(page.locator(EXPORTS)).to_have_count(1)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(EXPORTS)).to_have_count(0)
