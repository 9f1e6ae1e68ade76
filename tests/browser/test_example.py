"""The page that the docs begin with: a button on another origin, an installation on this machine, and a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.example import Example

PRINTED_MS = 60_000


@pytest.fixture
def page(browser: Browser, example: Example, installation: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    example.api_url = installation
    page.goto(example.url)
    yield page
    context.close()


def test_a_click_gives_the_pdf(page: Page) -> None:
    page.get_by_role("button", name="Export as PDF").click()
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the PDF").click(timeout=PRINTED_MS)

    pdf = Path(downloaded.value.path()).read_bytes()
    assert downloaded.value.suggested_filename == "John Doe_CV.pdf"
    assert "Initech" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_refusal_is_shown_in_the_words_of_the_api(page: Page) -> None:
    page.route(
        "**/api/export-pdf/job", lambda route: route.continue_(post_data='{"resumeId": 1, "templateId": "none"}')
    )

    page.get_by_role("button", name="Export as PDF").click()

    expect(page.get_by_role("status")).to_contain_text("templateId: unknown template")
