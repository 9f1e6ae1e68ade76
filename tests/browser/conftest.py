"""The API's page in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from api.settings import BEARER
from local.installation import PROJECT_FOLDER
from preview.paths import TEMPLATES
from tests.browser.example import Example
from tests.browser.site import Site, open_browser, open_site
from tests.local.serve import serve
from tests.warned import own_template

# A 401, a 422 and a bucket that does not let others read are told in the console too.
EXPECTED = ("status of 401", "status of 422", "status of 404", "blocked by CORS policy", "net::ERR_FAILED")


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """A fresh application without jobs; a parameter is the token that it asks for."""
    auth: dict[str, Any] = {}
    if token := getattr(request, "param", ""):
        auth = {"auth_mode": BEARER, "auth_tokens_file": tmp_path / "tokens"}
        auth["auth_tokens_file"].write_text(f"page: {token}\n")
    with open_site(**auth) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, started once for a module."""
    with open_browser() as browser:
        yield browser


@contextmanager
def open_page(browser: Browser, site: Site, *, live: bool) -> Iterator[Page]:
    """The page, loaded, with or without its live preview; fails at the end when the browser complained of something."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    if not live:
        context.add_init_script("localStorage?.setItem('pdf-export.live', 'off')")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda e: complaints.append(str(e)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(site.url)
    page.wait_for_selector("input[name=template]")
    yield page
    context.close()
    assert not [text for text in complaints if not any(words in text for words in EXPECTED)]


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """The page without live preview: the only jobs are those of the button."""
    with open_page(browser, site, live=False) as page:
        yield page


@pytest.fixture
def live_page(browser: Browser, site: Site) -> Iterator[Page]:
    """The page as a visitor finds it."""
    with open_page(browser, site, live=True) as page:
        yield page


@pytest.fixture(scope="session")
def example() -> Iterator[Example]:
    """The page that the docs begin with, in which the API has the address that `make serve` gives it."""
    example = Example(PROJECT_FOLDER / "examples" / "html", "http://127.0.0.1:8080")
    yield example
    example.close()


@pytest.fixture(scope="session")
def installation(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an installation that prints: with a template of one's own, and open to the example's origin."""
    templates = own_template(tmp_path_factory.mktemp("templates")).parent
    setting = f"PDFEXPORT_TEMPLATES_DIR={TEMPLATES}:{templates}"
    with serve(tmp_path_factory.mktemp("local"), "--origin", example.url, "--set", setting) as served:
        yield served.url
