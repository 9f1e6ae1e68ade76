"""`python -m api`: serve until SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from types import FrameType

import uvicorn
import uvloop

from api.app import make_app, make_jobs, make_routes
from api.settings import Settings
from crds.client import KubeClient
from crds.env import SettingsError
from crds.logs import configure_logging
from crds.templates import load_templates

_log = logging.getLogger("api")

# After SIGTERM the service's endpoints still lead here for a moment.
_DRAIN_SECONDS = 3.0
_GRACEFUL_SECONDS = 10
# Longer than what proxies keep idle connections for, so that they close first.
_KEEP_ALIVE_SECONDS = 75


class _Server(uvicorn.Server):
    """uvicorn that goes on serving for a moment after the first SIGTERM."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig == signal.SIGTERM and not self._stopping.is_set():
            self._loop.call_soon_threadsafe(self._stopping.set)
        else:
            self.should_exit = True


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; SettingsError when the settings do not fit this machine."""
    templates = load_templates(settings.templates_dir)
    kube = await KubeClient.connect()
    try:
        jobs = make_jobs(settings, kube)
        routes = make_routes(settings, jobs, templates)
        config = uvicorn.Config(
            make_app(settings, routes),
            host=settings.host,
            port=settings.port,
            loop="none",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
        )
        stopping = asyncio.Event()
        server = _Server(config, stopping)

        async def drain() -> None:
            await stopping.wait()
            _log.info("Stopping")
            routes.stopping = True
            jobs.waiters.stop()
            await asyncio.sleep(_DRAIN_SECONDS)
            server.should_exit = True

        watching = asyncio.create_task(jobs.watch.run())
        watching.add_done_callback(lambda _: server.handle_exit(signal.SIGINT, None))
        draining = asyncio.create_task(drain())
        _log.info("Serving %d templates on port %d", len(templates), settings.port)
        await server.serve()
        for task in (watching, draining):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    finally:
        await kube.close()


def main() -> int:
    """Read the settings and serve; the exit status."""
    try:
        settings = Settings.from_env()
        configure_logging(settings.log_level)
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
        uvloop.run(serve(settings))
    except SettingsError as e:
        print(f"pdf-export api: {e}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
