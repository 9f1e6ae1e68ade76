"""The baselines: the same HTML printed on this machine's Chromium with no cluster, no queue and no upload.

Filling the template and finishing the PDF, which the service does too, are left out: what is measured is the least
that any service would need.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Protocol

from playwright.async_api import Browser, Playwright, async_playwright
from pypdf import PdfReader

from local import chromium
from renderer.chromium.browser import Printer

_WARM_UP = 10


class Bare(Protocol):
    """A way to print."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def print(self, html: str) -> bytes: ...


class NewContext:
    """Playwright as its documentation shows it: one browser, a new context and page for each document."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def start(self) -> None:
        """Start the browser, with Playwright's own flags."""
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=chromium.require(), chromium_sandbox=False
        )

    async def stop(self) -> None:
        """Close it."""
        if self._browser:
            await self._browser.close()
        if self._playwright:
            await self._playwright.stop()

    async def print(self, html: str) -> bytes:
        """The PDF, with the options that renderer/chromium/browser.py gives."""
        assert self._browser is not None
        context = await self._browser.new_context()
        try:
            page = await context.new_page()
            await page.set_content(html, wait_until="load")
            return await page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        finally:
            await context.close()


def reused_page() -> Bare:
    """The renderer's own printer, on a page that is reused: the floor."""
    return Printer(chromium.require())


async def warmed(bare: Bare, html: str) -> int:
    """Start it and print until it is as fast as it gets; the number of the document's pages."""
    await bare.start()
    for _ in range(_WARM_UP - 1):
        await bare.print(html)
    return len(PdfReader(BytesIO(await bare.print(html))).pages)


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def throughput(lanes: list[Bare], html: str, *, seconds: float) -> tuple[list[float], float]:
    """Print one document after another on each lane at once: milliseconds of each, and how many were done a second."""
    times: list[float] = []
    ends = time.perf_counter() + seconds

    async def work(lane: Bare) -> None:
        while time.perf_counter() < ends:
            times.append(await timed(lambda: lane.print(html)))

    began = time.perf_counter()
    await asyncio.gather(*(work(lane) for lane in lanes))
    return times, len(times) / (time.perf_counter() - began)
