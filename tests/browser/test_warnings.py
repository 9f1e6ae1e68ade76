"""A reader of the page sees each warning that a CV can cause: the page of an installation that prints them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from cv.warnings import WarningCode
from tests.warned import ALL, Warned

PRINTED_MS = 60_000


@pytest.fixture
def page(browser: Browser, installation: str) -> Iterator[Page]:
    """That page in a fresh tab, without live preview."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script("localStorage?.setItem('pdf-export.live', 'off')")
    page = context.new_page()
    page.goto(installation)
    page.get_by_role("radio", name="Own").check()
    yield page
    context.close()


def fill_in(page: Page, caused: Warned) -> None:
    """As a visitor does: the CV as JSON, the options in their form."""
    page.get_by_role("radio", name="JSON").check()
    page.get_by_label("JSON", exact=True).and_(page.locator("textarea")).fill(json.dumps(caused.cv))
    page.locator("#foldedOptions > summary").click()
    for name, value in caused.options.items():
        control = page.locator(f"#option-{name}")
        if name == "locale":
            control.select_option("other")
            page.get_by_label("Language tag (BCP 47)").fill(value)
        elif name == "fontFamily":
            control.select_option(value)
        else:
            control.fill(str(value))


def is_done(response: Response) -> bool:
    return "details=true" in response.url and response.ok and response.json()["status"] != "processing"


@pytest.mark.parametrize("code", WarningCode)
def test_the_page_shows_each_warning(page: Page, code: WarningCode) -> None:
    fill_in(page, ALL[code])

    with page.expect_response(is_done, timeout=PRINTED_MS) as found:
        page.get_by_role("button", name="Export PDF").click()

    answer: dict[str, Any] = found.value.json()
    assert (code, ALL[code].field) in [(warning["code"], warning["field"]) for warning in answer["warnings"]], answer
    expect(page.locator("#warnings li")).to_have_text(
        [f"{warning['field']} {warning['message']}" for warning in answer["warnings"]]
    )
    expect(page.locator("#warnings")).to_be_visible()
