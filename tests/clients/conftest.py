"""The example application on an origin of its own, the real application on another, and a browser."""

from __future__ import annotations

import mimetypes
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.site import Site, open_browser, open_site
from tests.clients.network import Network

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "react"
# It stands for the application's address in the build: that is known when a test begins.
PLACEHOLDER = "http://api.invalid"


class Example:
    """Serves the built example."""

    def __init__(self, folder: Path) -> None:
        self.api_url = ""
        """What the example takes for the address of the API."""
        example = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                file = folder / (self.path.removeprefix("/") or "index.html")
                found = file.is_file()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                content = file.read_bytes() if found else b""
                self.wfile.write(content.replace(PLACEHOLDER.encode(), example.api_url.encode()))

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


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
    example = Example(folder)
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
