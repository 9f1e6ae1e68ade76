"""The example application on an origin of its own, the API on another, and a browser.

What a test's page calls is its module's fixture `api_url`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.example import Example
from tests.browser.site import open_browser
from tests.e2e.conftest import installed

__all__ = ["installed"]

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "react"
# It stands for the application's address in the build: that is known when a test begins.
PLACEHOLDER = "http://api.invalid"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The example, built and served."""
    folder = tmp_path_factory.mktemp("example")
    command = ["npx", "vite", "build", "--logLevel", "error", "--outDir", str(folder)]
    subprocess.run(command, cwd=EXAMPLE, env={**os.environ, "VITE_API_URL": PLACEHOLDER}, check=True)
    example = Example(folder, PLACEHOLDER)
    yield example
    example.close()


@pytest.fixture
def page(browser: Browser, api_url: str, example: Example) -> Iterator[Page]:
    """The example in a fresh tab, with the API's address."""
    example.api_url = api_url
    context = browser.new_context()
    page = context.new_page()
    page.goto(example.url)
    page.locator("option").nth(1).wait_for(state="attached")
    yield page
    context.close()
