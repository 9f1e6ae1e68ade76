"""The real application over an API server in memory, on a socket, with a browser in front and a bucket beside it."""

from __future__ import annotations

import asyncio
import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import pikepdf
from playwright.sync_api import Browser, sync_playwright

from api import __main__ as program
from cv.templates import load_pictures
from preview.paths import TEMPLATES
from tests.loopback import LoopbackServer
from tests.unit.api_fakes import Service

# The full browser: the headless shell has no PDF viewer.
CHROMIUM = os.environ.get("PDFEXPORT_TEST_CHROMIUM", "/usr/bin/chromium")


class Bucket(LoopbackServer):
    """Serves one PDF, as Firebase Storage does: for download, readable from other origins only when it is told so."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self.shared = True
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/pdf")
        request.send_header("Content-Disposition", "attachment")
        request.send_header("Content-Length", str(len(self._pdf)))
        if self.shared:
            request.send_header("Access-Control-Allow-Origin", "*")
        request.end_headers()
        request.wfile.write(self._pdf)


@dataclass
class Site:
    """The application, its address, and what a renderer would write."""

    url: str
    service: Service
    loop: asyncio.AbstractEventLoop
    bucket: Bucket

    @property
    def pdf_url(self) -> str:
        """Where the PDF is."""
        return f"{self.bucket.url}/v0/b/bucket/o/cv.pdf?alt=media&token=t"

    def spec(self) -> dict[str, Any]:
        """What the one job asks for; waits until there is one and no other."""
        self.wait_until(lambda: len(self.service.kube.objects) == 1)
        (job,) = self.service.kube.objects.values()
        spec: dict[str, Any] = job["spec"]
        return spec

    def wait_until(self, condition: Callable[[], bool], *, seconds: float = 15) -> None:
        """Return once the condition holds; AssertionError after so many seconds."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, f"not after {seconds} s; jobs: {list(self.service.kube.objects)}"
            time.sleep(0.02)

    def posts(self) -> int:
        """How many jobs were made."""
        return sum(method == "POST" for method, _ in self.service.kube.requests)

    def end(self, **status: Any) -> None:
        """Give the one job its final status."""

        def change() -> None:
            (name,) = self.service.kube.objects
            self.service.jobs.watch.put(self.service.kube.change(name, **status)["object"])

        self.loop.call_soon_threadsafe(change)


@contextmanager
def open_site(**settings: Any) -> Iterator[Site]:
    """A fresh application without jobs, with these settings."""
    bucket = Bucket(_pdf())
    pictures = {"modern": load_pictures([TEMPLATES])["modern"]}
    service = Service(storage_public_url=bucket.url, host="127.0.0.1", pictures=pictures, **settings)
    service.sync()
    started = threading.Event()
    found: dict[str, Any] = {}

    async def serve() -> None:
        shutdown = program.GracefulShutdown(service.health, service.jobs.waiters, drain_seconds=0)
        server = program.make_server(service.settings, service.app, shutdown, port=0)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        found.update(url=f"http://127.0.0.1:{port}", loop=asyncio.get_running_loop(), stop=server.stop)
        started.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert started.wait(10)
    yield Site(found["url"], service, found["loop"], bucket)
    found["loop"].call_soon_threadsafe(found["stop"])
    thread.join(15)
    bucket.close()


@contextmanager
def open_browser() -> Iterator[Browser]:
    """A Chromium. It holds an event loop, in which no asynchronous test can run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--headless=new"])
        yield browser
        browser.close()


def _pdf() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()
