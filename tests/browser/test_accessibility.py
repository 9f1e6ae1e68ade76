"""axe-core finds nothing on the page: WCAG 2.2 A and AA, and its best practices."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import open_page
from tests.browser.site import Site


def violations(page: Page) -> list[str]:
    """What axe-core complains of, with the elements; the frame with the PDF is the browser's own."""
    found = Axe().run(page, context={"exclude": [["iframe"]]}).response["violations"]
    return [f"{rule['id']}: {node['html']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_found_on_the_whole_page(browser: Browser, site: Site, scheme: str, width: int) -> None:
    with open_page(browser, site, live=False) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        page.get_by_role("radio", name="Modern").check()
        page.get_by_role("radio", name="Both").check()
        page.locator("#option-locale").select_option("other")
        unfold(page)
        assert violations(page) == []


def test_nothing_is_found_when_fields_are_not_valid(page: Page) -> None:
    page.locator("#cv").fill('{"basics": {"name": "A"}, "work": [{"startDate": {}}]}')
    page.get_by_role("radio", name="Modern").check()
    page.get_by_role("textbox", name="Colour", exact=True).fill("red")
    page.get_by_role("button", name="Export PDF").click()
    expect(page.get_by_role("alert")).to_be_visible()
    unfold(page)
    assert violations(page) == []


def test_nothing_is_found_when_there_is_a_pdf(page: Page, site: Site) -> None:
    page.get_by_role("button", name="Export PDF").click()
    site.spec()
    site.end(phase="Done", fileUrl=site.pdf_url)
    expect(page.locator("#preview iframe")).to_have_count(1)
    assert violations(page) == []


def test_nothing_is_found_while_the_json_is_not_valid(page: Page) -> None:
    page.locator("#cv").fill("{")
    assert violations(page) == []
