"""`python -m api`: serve until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from api.app import make_app, make_jobs
from api.health import HealthEndpoints
from api.http.protocol import BoundedProtocol
from api.jobs.definition import require_definition
from api.jobs.service import Jobs
from api.jobs.waiters import Waiters
from api.metrics import Metrics
from api.settings import KEEP_ALIVE_SECONDS, Settings
from cv.templates import load_pictures, load_templates
from kube.client import JsonObject, KubeClient, deployment_owner
from kube.errors import KubeError
from runtime.memory import freeze_garbage_collector
from runtime.program import Program, run
from runtime.settings import PREFIX, SettingsError
from runtime.text import counted

_log = logging.getLogger("api")

# After SIGTERM the endpoints of the Service still lead here for a moment, those of a load balancer longer.
_ENDPOINT_SECONDS = 5.0
_CHECK_SECONDS = 0.2
_GRACEFUL_SECONDS = 10


class GracefulShutdown:
    """From SIGTERM to the end: the program is not ready and no request waits, but each still gets an answer.

    A server cannot take back a connection that is idle: a client may be sending a request on it while the server closes
    it, and many clients then fail. So each answer says `Connection: close` (api/http/middleware.py), and connections
    that nobody uses stay open until they have been idle for as long as they may be at any other time.
    """

    def __init__(self, health: HealthEndpoints, waiters: Waiters, *, drain_seconds: float) -> None:
        """`drain_seconds` is how long connections may keep the program from ending."""
        self._health = health
        self._waiters = waiters
        self._drain_seconds = drain_seconds
        self._loop = asyncio.get_running_loop()
        self._draining: asyncio.Task[None] | None = None
        self.begun = False

    def begin(self, server: _Server) -> None:
        """Called from a signal handler."""
        self.begun = True
        self._loop.call_soon_threadsafe(self._begin, server)

    def _begin(self, server: _Server) -> None:
        _log.info("Shutting down")
        self._health.shutting_down = True
        self._waiters.stop()
        self._draining = self._loop.create_task(self._drain(server))

    async def _drain(self, server: _Server) -> None:
        end = self._loop.time() + self._drain_seconds
        await asyncio.sleep(min(_ENDPOINT_SECONDS, self._drain_seconds))
        while server.server_state.connections and self._loop.time() < end:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(_CHECK_SECONDS)
        if left := len(server.server_state.connections):
            _log.info("Closing %s at the end of the drain", counted(left, "connection"))
        server.stop()


class _Server(uvicorn.Server):
    """uvicorn that serves on after the first SIGTERM, until its connections are drained."""

    def __init__(self, config: uvicorn.Config, shutdown: GracefulShutdown) -> None:
        super().__init__(config)
        self._shutdown = shutdown

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and not self._shutdown.begun:
            self._shutdown.begin(self)
        else:
            self.stop()

    def stop(self) -> None:
        """Take no new connections, finish the requests under way, and return from serve()."""
        self.should_exit = True


def make_server(settings: Settings, app: ASGIApp, shutdown: GracefulShutdown, *, port: int | None = None) -> _Server:
    """The HTTP server; `port` 0 takes a free one instead of the settings'."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port if port is None else port,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is read where it counts, in limits.py, and trusted as the settings define it.
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACEFUL_SECONDS,
    )
    return _Server(config, shutdown)


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; SettingsError when the settings do not fit this machine."""
    try:
        templates = load_templates(settings.templates_dirs)
        pictures = load_pictures(settings.templates_dirs)
    except OSError as e:
        raise SettingsError(f"{PREFIX}TEMPLATES_DIR: {e}") from None
    kube = await KubeClient.connect()
    try:
        await require_definition(kube)
        jobs = make_jobs(settings, kube, owner=await _owner(settings, kube))
        health = HealthEndpoints(lambda: jobs.watch.in_sync)
        metrics = Metrics(jobs.figures)
        metrics.serve(settings.metrics_port)
        app = make_app(settings, jobs=jobs, templates=templates, pictures=pictures, health=health, metrics=metrics)
        shutdown = GracefulShutdown(health, jobs.waiters, drain_seconds=settings.drain_seconds)
        server = make_server(settings, app, shutdown)
        watching = asyncio.create_task(jobs.watch.run())
        # Without the watch the program cannot work: it ends, and the kubelet starts it again.
        watching.add_done_callback(lambda _: server.stop())
        checking = asyncio.create_task(_check_templates(settings, jobs, templates))
        freeze_garbage_collector()
        _log.info("Serving %s on port %d", counted(len(templates), "template"), settings.port)
        await server.serve()
        checking.cancel()
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    finally:
        await kube.close()


async def _check_templates(settings: Settings, jobs: Jobs, ids: Collection[str]) -> None:
    """Offer no template that no renderer can use. Takes a fifth of a second, for which no request waits."""
    jobs.faulty_templates = await asyncio.to_thread(_faulty_templates, settings.templates_dirs, ids)


def _faulty_templates(folders: Sequence[Path], ids: Collection[str]) -> frozenset[str]:
    # Jinja2 is used for nothing else here.
    from cv.template_files import faulty_templates

    return faulty_templates(folders, ids)


async def _owner(settings: Settings, kube: KubeClient) -> JsonObject | None:
    """The owner reference of the jobs; waits until the API server can be reached."""
    while settings.deployment:
        try:
            return await deployment_owner(kube, settings.namespace, settings.deployment)
        except KubeError as e:
            if not e.temporary:
                raise SettingsError(f"{PREFIX}DEPLOYMENT is {settings.deployment!r}: {e.message}") from None
            _log.warning("Waiting for the API server: %s %s", e.status, e.reason)
            await asyncio.sleep(1)
    return None


PROGRAM = Program(name="api", read_settings=Settings.from_env, serve=serve)

if __name__ == "__main__":
    sys.exit(run(PROGRAM))
