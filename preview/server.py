"""The page's server, on 127.0.0.1: the page, what it shows, and word of every change."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import time
import webbrowser
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from preview import conformance, fonts, html, pictures
from preview.controls import controls_of, form_of_options, options_of_form
from preview.cvs import Unreadable, read_cv
from preview.paths import NotFound, Workspace
from preview.render import Previews, RenderResult, coverage_here
from preview.watch import Watcher
from renderer.chromium.browser import Printer
from renderer.html.languages import TRANSLATED

log = logging.getLogger("preview")

_HOST = "127.0.0.1"
# Names that this machine's own browser asks by. Any other is of a page that had its name point here.
_HOSTS = {_HOST, "localhost", "::1"}
_HEARTBEAT_SECONDS = 15.0
_SHUTDOWN_SECONDS = 1.0
# Pixels a CSS pixel of the pages' pictures: sharp on screens of today.
_SCALE = 2.0
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Setup:
    """What to show and how. `cvs` gives the CVs to choose from; the page begins with the first and `options`."""

    workspace: Workspace
    cvs: Callable[[], dict[str, Path]]
    options: Mapping[str, Any]
    chromium: Path
    verapdf: Path | None
    port: int | None
    default_port: int
    open_browser: bool


async def serve(setup: Setup) -> None:
    """Serve until Ctrl-C or SIGTERM. BrowserStuck when Chromium does not start, NotFound when the port is taken."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    printer = Printer(setup.chromium)
    coverage, installed = await asyncio.gather(
        asyncio.to_thread(coverage_here), asyncio.to_thread(fonts.installed_families)
    )
    previews = Previews(setup.workspace, printer, coverage)
    watcher = Watcher(lambda: [*setup.workspace.sources(), *setup.cvs().values()])
    server = Server(setup, previews, watcher, installed)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    watching = asyncio.ensure_future(watcher.run())
    try:
        await printer.start()
        await runner.setup()
        port = await _listen(runner, setup)
        url = f"http://{_HOST}:{port}/"
        log.info("%s  (Ctrl-C ends it)", url)
        if setup.open_browser:
            await asyncio.to_thread(webbrowser.open, url)
        await asyncio.wait([watching, asyncio.ensure_future(ended.wait())], return_when=asyncio.FIRST_COMPLETED)
        if watching.done():
            watching.result()
    finally:
        watching.cancel()
        server.stop()
        await runner.cleanup()
        await printer.stop()
        previews.close()


async def _listen(runner: web.AppRunner, setup: Setup) -> int:
    """The port that is listened on: the one asked for, or the usual one, or any when that is taken."""
    try:
        await web.TCPSite(runner, _HOST, setup.default_port if setup.port is None else setup.port).start()
    except OSError as e:
        if setup.port is not None or e.errno != errno.EADDRINUSE:
            raise NotFound(
                f"port {setup.port or setup.default_port} cannot be listened on: {os.strerror(e.errno or 0)}"
            ) from e
        await web.TCPSite(runner, _HOST, 0).start()
    taken: int = runner.addresses[0][1]
    return taken


class Server:
    """The handlers. What a page shows is in its own address, so that two pages can show two things."""

    def __init__(self, setup: Setup, previews: Previews, watcher: Watcher, installed: frozenset[str] | None) -> None:
        self._setup = setup
        self._previews = previews
        self._watcher = watcher
        self._installed = installed
        self._verdicts: dict[str, str] = {}
        self._checking = asyncio.Lock()
        # A page that comes back after a restart is to see that it was one.
        self._began = time.time_ns()
        self._stopping = False
        self._told = ""

    def app(self) -> web.Application:
        """The application with its routes."""
        app = web.Application(middlewares=[_guard])
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/{name:page\\.(?:css|js)}", self._file),
                web.get("/favicon.ico", self._nothing),
                web.get("/view", self._view),
                web.get("/events", self._events),
                web.get("/documents/{sha256:[0-9a-f]{64}}.pdf", self._pdf),
                web.get("/documents/{sha256:[0-9a-f]{64}}/{page:[0-9]{1,4}}.png", self._picture),
                web.get("/conformance/{sha256:[0-9a-f]{64}}", self._conformance),
            ]
        )
        return app

    def stop(self) -> None:
        """Let those go who wait for changes."""
        self._stopping = True
        self._watcher.report()

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(
            text=html.page(self._setup.workspace.template_id),
            content_type="text/html",
            headers={"Content-Security-Policy": html.CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"},
        )

    async def _file(self, request: web.Request) -> web.FileResponse:
        name = request.match_info["name"]
        # Not what the system's own list of types says: a browser runs nothing of another type.
        headers = {"Content-Type": _TYPES[Path(name).suffix], "Cache-Control": "no-cache"}
        return web.FileResponse(html.FOLDER / name, headers=headers)

    async def _nothing(self, _: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _view(self, request: web.Request) -> web.Response:
        cvs = self._setup.cvs()
        form = dict(request.query) or form_of_options(self._setup.options)
        name = form.pop("cv", "")
        if name not in cvs:
            name = next(iter(cvs))
        result = await self._previews.render(cvs[name], options_of_form(form))
        controls = controls_of(
            self._previews.schema, form, asked=await asyncio.to_thread(_asked, cvs[name]), locales=sorted(TRANSLATED)
        )
        self._log_result(name, result)
        document = result.document
        sizes = (
            await asyncio.to_thread(pictures.page_sizes, document.pdf) if document and pictures.available() else None
        )
        offered = self._previews.schema["properties"].get("fontFamily", {}).get("enum", [])
        return web.json_response(
            {
                "sha256": document.sha256 if document else None,
                "stage": html.stage(result, sizes),
                "report": html.report(result, missing_fonts=fonts.missing(offered, self._installed)),
                "problem": html.problem(result),
                "form": html.form(controls, cvs=list(cvs), cv=name),
                # The form is put in anew when it is another one, not for each value that is typed into it.
                "shape": html.form([control.emptied() for control in controls], cvs=list(cvs), cv=""),
            },
            headers={"Cache-Control": "no-store"},
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        version = -1
        with suppress(ConnectionResetError):
            while not self._stopping:
                version = await self._watcher.wait(version, seconds=_HEARTBEAT_SECONDS)
                await response.write(f"data: {self._began}.{version}\n\n".encode())
        return response

    async def _pdf(self, request: web.Request) -> web.Response:
        document = self._previews.document(request.match_info["sha256"])
        if document is None:
            raise web.HTTPNotFound
        name = f"{self._setup.workspace.template_id}.pdf"
        return web.Response(
            body=document.pdf,
            content_type="application/pdf",
            headers={**_FOREVER, "Content-Disposition": f'inline; filename="{name}"'},
        )

    async def _picture(self, request: web.Request) -> web.Response:
        document = self._previews.document(request.match_info["sha256"])
        if document is None or not pictures.available():
            raise web.HTTPNotFound
        number = int(request.match_info["page"]) - 1
        try:
            picture = await asyncio.to_thread(
                lambda: pictures.png(pictures.page_image(document.pdf, number, scale=_SCALE))
            )
        except IndexError:
            raise web.HTTPNotFound from None
        return web.Response(body=picture, content_type="image/png", headers=_FOREVER)

    async def _conformance(self, request: web.Request) -> web.Response:
        sha256 = request.match_info["sha256"]
        document = self._previews.document(sha256)
        if document is None:
            raise web.HTTPNotFound
        async with self._checking:
            # Whoever waited may have gone meanwhile, with the document long replaced.
            if sha256 not in self._verdicts and request.transport is not None:
                self._verdicts[sha256] = await self._judged(document.pdf)
        return web.Response(text=self._verdicts.get(sha256, ""), content_type="text/html")

    async def _judged(self, pdf: bytes) -> str:
        if self._setup.verapdf is None:
            return html.verdict([], note=conformance.HOW_TO_GET)
        try:
            return html.verdict(await conformance.check(self._setup.verapdf, pdf))
        except conformance.NotChecked as e:
            return html.verdict([], note=str(e))

    def _log_result(self, name: str, result: RenderResult) -> None:
        """A line in the terminal for each new document or problem."""
        key = result.document.sha256 if result.document else f"{name} {result.problem}"
        if key != self._told:
            self._told = key
            log.info("%s: %s", name, result)


def _asked(cv: Path) -> Mapping[str, Any]:
    """The options in a CV's file; none when it cannot be read, which the rendering reports."""
    try:
        options = read_cv(cv).options
    except Unreadable:
        return {}
    return options if isinstance(options, Mapping) else {}


@web.middleware
async def _guard(request: web.Request, handler: _Handler) -> web.StreamResponse:
    if request.url.host not in _HOSTS:
        raise web.HTTPForbidden(text=f"The preview answers to {_HOST} and localhost only.")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_EVERYWHERE)
    return response
