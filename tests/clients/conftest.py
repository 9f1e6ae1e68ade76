"""The example application on an origin of its own, the real application on another, and a browser."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.example import Example
from tests.browser.site import Site, open_browser, open_site
from tests.clients.network import Network

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "react"
# It stands for the application's address in the build: that is known when a test begins.
PLACEHOLDER = "http://api.invalid"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A fresh application that pages of every origin may call; a parameter is more of its settings."""
    settings: dict[str, Any] = getattr(request, "param", {})
    with open_site(cors_origins=("*",), **settings) as site:
        yield site


@pytest.fixture
def network(site: Site) -> Iterator[Network]:
    """What lies between the page and the application."""
    network = Network(site.loop, site.url)
    yield network
    network.close()


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
def page(browser: Browser, network: Network, example: Example) -> Iterator[Page]:
    """The example in a fresh tab, with the application's address."""
    example.api_url = network.url
    context = browser.new_context()
    page = context.new_page()
    page.goto(example.url)
    page.locator("option").nth(1).wait_for(state="attached")
    yield page
    context.close()
