"""Chromium under Playwright: one hot page that prints HTML to PDF, reused from job to job."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Playwright, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

from crds.errors import ErrorCode, JobError

log = logging.getLogger("renderer")

# How long a page or browser that has hung is given to close before the process gives up on it.
_CLOSE_SECONDS = 5.0
# How long Chromium may take to start and make a page, which takes a fraction of a second on a machine that has time.
_READY_SECONDS = 30.0
_JOBS_PER_PAGE = 100
_ARGUMENTS = [
    # The page needs no GPU, no network and nothing that runs beside it.
    "--disable-gpu",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--font-render-hinting=none",
]


# Of the Chrome DevTools Protocol's Page.printToPDF; margins are the CSS's.
_PDF = {
    "printBackground": True,
    "preferCSSPageSize": True,
    "generateTaggedPDF": True,
    "generateDocumentOutline": True,
    **dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0),
}


class BrowserStuck(Exception):
    """Chromium answers no more and cannot be closed: only a new process helps."""


class Printer:
    """Prints one document at a time. JavaScript is off, the page is offline and every request is refused.

    The page is replaced after an error and after 100 jobs, a Chromium that died is started again. `sandbox`: in
    Chromium's own, see sandbox.py beside this; where the machine does not allow it, or for root, Chromium does not
    start.
    """

    def __init__(self, executable: Path, *, sandbox: bool = False) -> None:
        self._executable = executable
        self._sandbox = sandbox
        self._lock = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._context: BrowserContext | None = None
        self._page: _HotPage | None = None
        self._printed = 0

    async def start(self) -> None:
        """Start Chromium and make the page."""
        async with self._lock:
            await self._ready_page()

    async def stop(self) -> None:
        """Close everything; what does not close in time is left to the end of the process."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                if self._browser:
                    await self._browser.close()
                if self._playwright:
                    await self._playwright.stop()
        except (PlaywrightError, TimeoutError):
            log.warning("Chromium did not close in time")

    async def print(self, html: str) -> bytes:
        """The PDF of a document, tagged and with an outline; its CSS sets the page size.

        When cancelled (the job's deadline) the page is replaced, whatever it is doing. A document whose page crashes
        is tried once more in a new Chromium; JobError PageCrashed when that crashes too.
        """
        async with self._lock:
            try:
                return await self._print(html)
            except PlaywrightError:
                log.warning("the page crashed; once more in a new Chromium")
            try:
                return await self._print(html)
            except PlaywrightError as e:
                raise JobError(ErrorCode.PAGE_CRASHED, "Chromium crashed twice while it printed this document.") from e

    async def _print(self, html: str) -> bytes:
        page = await self._ready_page()
        finished = crashed = False
        try:
            pdf = await page.print(html)
            finished = True
        except PlaywrightError:
            crashed = True
            raise
        finally:
            self._printed += 1
            if crashed:
                # What killed the page may have killed what Chromium makes pages from.
                await self._drop(self._browser)
            elif not finished or self._printed >= _JOBS_PER_PAGE:
                await self._drop(self._context, self._browser)
        return pdf

    async def _ready_page(self) -> _HotPage:
        """The page, from a new Chromium if the one that is there makes no more pages."""
        if self._browser:
            try:
                return await self._made_in_time()
            except (PlaywrightError, TimeoutError):
                log.warning("Chromium makes no more pages; starting another")
                await self._drop(self._browser)
        try:
            return await self._made_in_time()
        except (PlaywrightError, TimeoutError) as e:
            # No Chromium or no driver: no job can be done here, and none must be ended for it.
            # The page is empty yet: the text has no word of a CV.
            log.error("Chromium cannot be started or asked for a page: %s", _first_line(e))
            raise BrowserStuck from e

    async def _made_in_time(self) -> _HotPage:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                return await self._make_ready()
        except asyncio.CancelledError:
            # The job's time is over. What does not make pages in time must not cost the next one its time too.
            if self._browser:
                await self._drop(self._browser)
            raise

    async def _make_ready(self) -> _HotPage:
        if self._browser is None or not self._browser.is_connected():
            self._context = self._page = None
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=self._executable, args=_ARGUMENTS, chromium_sandbox=self._sandbox
            )
        if self._page is None:
            self._context = await self._browser.new_context(
                java_script_enabled=False, offline=True, service_workers="block", accept_downloads=False
            )
            await self._context.route("**/*", _refuse)
            self._page = await _HotPage.of(await self._context.new_page())
            self._printed = 0
        return self._page

    async def _drop(self, *targets: BrowserContext | Browser | None) -> None:
        """Close the page with the first of these that closes. Not cut short by the job's own deadline."""
        self._context = self._page = None
        closing = asyncio.ensure_future(self._close(targets))
        while not closing.done():
            try:
                await asyncio.shield(closing)
            except asyncio.CancelledError:
                if closing.cancelled():
                    raise
        closing.result()

    async def _close(self, targets: Iterable[BrowserContext | Browser | None]) -> None:
        for target in targets:
            if target is None:
                continue
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await target.close()
                return
            except PlaywrightError:
                return
            except TimeoutError:
                log.warning("%s did not close in time", type(target).__name__)
        raise BrowserStuck


class _HotPage:
    """A page that is filled and printed by the Chrome DevTools Protocol itself: two round trips a document.

    Playwright's set_content and pdf take more, and half as much again of its driver's time.
    """

    def __init__(self, session: CDPSession, frame: str) -> None:
        self._session = session
        self._frame = frame
        self._loaded = asyncio.Event()
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def of(cls, page: Page) -> _HotPage:
        """Take a page over."""
        session = await page.context.new_cdp_session(page)
        tree = await session.send("Page.getFrameTree")
        hot = cls(session, tree["frameTree"]["frame"]["id"])
        session.on("Page.loadEventFired", lambda _: hot._loaded.set())
        page.on("crash", lambda _: hot._end())
        page.on("close", lambda _: hot._end())
        # Playwright reports nothing when a page's process ends in a way that Chromium takes for an orderly one.
        session.on("Inspector.detached", lambda _: hot._end())
        await session.send("Inspector.enable")
        await session.send("Page.enable")
        return hot

    async def print(self, html: str) -> bytes:
        """The PDF of a document, once all that belongs to it is loaded; PlaywrightError when the page crashes."""
        printing = asyncio.ensure_future(self._print(html))
        either: set[asyncio.Future[Any]] = {printing, self._gone}
        try:
            # A session of a page that has crashed answers no more.
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not printing.done():
                raise PlaywrightError("the page has crashed")
            return printing.result()
        finally:
            printing.cancel()

    async def _print(self, html: str) -> bytes:
        self._loaded.clear()
        await self._session.send("Page.setDocumentContent", {"frameId": self._frame, "html": html})
        await self._loaded.wait()
        return base64.b64decode((await self._session.send("Page.printToPDF", _PDF))["data"])

    def _end(self) -> None:
        if not self._gone.done():
            self._gone.set_result(None)


async def _refuse(route: Route) -> None:
    await route.abort("blockedbyclient")


def _first_line(error: Exception) -> str:
    """What happened, without the browser's output."""
    return next(iter(str(error).splitlines()), type(error).__name__)
