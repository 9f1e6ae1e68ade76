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
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built example."""
    folder = tmp_path_factory.mktemp("example")
    command = ["npx", "vite", "build", "--logLevel", "error", "--outDir", str(folder)]
    subprocess.run(command, cwd=EXAMPLE, env={**os.environ, "VITE_API_URL": PLACEHOLDER}, check=True)
    return folder


@pytest.fixture
def page(browser: Browser, network: Network, build: Path) -> Iterator[Page]:
    """The example in a fresh tab, with the application's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = build / (self.path.removeprefix("/") or "index.html")
            found = file.is_file()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            self.end_headers()
            self.wfile.write(file.read_bytes().replace(PLACEHOLDER.encode(), network.url.encode()) if found else b"")

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.locator("option").nth(1).wait_for(state="attached")
    yield page
    context.close()
    server.shutdown()
    server.server_close()
