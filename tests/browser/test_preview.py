"""The preview of a template in a browser, with its own Chromium: warnings, and the place that one looks at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from cv.warnings import WarningCode
from local.installation import PROJECT_FOLDER, free_port
from tests.e2e.client import eventually
from tests.warned import ALL, CAUSES, own_template

LONG = CAUSES[WarningCode.PAGES_EXCEEDED].cv
LOOKED_AT = 700


@dataclass(frozen=True, slots=True)
class Running:
    """A preview, and the files that it shows."""

    url: str
    template: Path
    cv: Path


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A preview of a template of one's own."""
    folder = tmp_path_factory.mktemp("preview")
    cv = folder / "cv.json"
    cv.write_text(json.dumps(LONG), encoding="utf-8")
    with _serve(own_template(folder), cv) as running:
        yield running


@contextmanager
def _serve(template: Path, cv: Path) -> Iterator[Running]:
    port = free_port()
    command = (
        *(sys.executable, "-m", "preview", str(template), "--data", str(cv)),
        "--no-browser",
        "--port",
        str(port),
    )
    url = f"http://127.0.0.1:{port}/"

    def answers() -> bool:
        assert program.poll() is None, "the preview has ended"
        try:
            return httpx.get(url).is_success
        except httpx.TransportError:
            return False

    with subprocess.Popen(command, cwd=PROJECT_FOLDER, env=os.environ) as program:
        try:
            eventually("the preview answers", answers, seconds=60)
            yield Running(url, template, cv)
        finally:
            program.terminate()


@contextmanager
def _open(browser: Browser, preview: Running, cv: object) -> Iterator[Page]:
    """The preview's page with a CV, once it shows its pages."""
    preview.cv.write_text(json.dumps(cv), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    # Nobody reads what veraPDF says of these documents.
    context.route("**/conformance/*", lambda route: route.fulfill(body=""))
    page = context.new_page()
    page.goto(preview.url)
    expect(page.locator("figure")).not_to_have_count(0, timeout=30_000)
    yield page
    context.close()


@pytest.fixture(scope="module")
def short(browser: Browser, preview: Running) -> Iterator[Page]:
    """The page with a CV without warnings, open for all tests of this module."""
    with _open(browser, preview, {"basics": {"name": "Ada Lovelace"}}) as page:
        yield page


@pytest.mark.parametrize("code", WarningCode)
def test_the_preview_shows_each_warning(short: Page, preview: Running, code: WarningCode) -> None:
    body = json.dumps({"cvData": ALL[code].cv, "options": ALL[code].options})

    preview.cv.write_text(body, encoding="utf-8")

    warning = short.locator(".warnings li", has_text=code)
    expect(warning.locator("> code")).to_have_text(ALL[code].field, timeout=30_000)


@pytest.fixture
def page(browser: Browser, preview: Running) -> Iterator[Page]:
    """The page with a CV of several pages."""
    with _open(browser, preview, LONG) as page:
        yield page


def place(page: Page) -> int:
    """How far the pages are scrolled, in CSS pixels."""
    return int(page.evaluate("document.querySelector('main').scrollTop"))


def look_at(page: Page, pixels: int) -> None:
    """Scroll there, and return once the page has noticed."""
    page.evaluate(
        """pixels => new Promise((noticed) => {
          const main = document.querySelector("main");
          main.addEventListener("scroll", noticed, { once: true });
          main.scrollTop = pixels;
        }).then(() => undefined)""",
        pixels,
    )
    assert place(page) == pixels


def test_a_change_leaves_the_pages_where_they_are(page: Page, preview: Running) -> None:
    look_at(page, LOOKED_AT)
    before = page.locator("#pdf").get_attribute("href") or ""

    preview.cv.write_text(json.dumps({**LONG, "basics": {"name": "Augusta Ada King"}}), encoding="utf-8")

    expect(page.locator("#pdf")).not_to_have_attribute("href", before, timeout=30_000)
    assert place(page) == LOOKED_AT


def test_a_reload_leaves_the_pages_where_they_are(page: Page) -> None:
    look_at(page, LOOKED_AT)

    page.reload()

    page.wait_for_function("pixels => document.querySelector('main').scrollTop === pixels", arg=LOOKED_AT)


def test_a_mistake_that_is_mended_leads_back_to_the_same_place(page: Page, preview: Running) -> None:
    look_at(page, LOOKED_AT)

    preview.cv.write_text('{"basics": ', encoding="utf-8")
    expect(page.locator("#problem")).to_be_in_viewport(timeout=30_000)
    preview.cv.write_text(json.dumps(LONG), encoding="utf-8")
    expect(page.locator("#problem")).to_be_hidden(timeout=30_000)

    page.wait_for_function("pixels => document.querySelector('main').scrollTop === pixels", arg=LOOKED_AT)
