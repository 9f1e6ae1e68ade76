"""python -m renderer: print the jobs that are assigned to this pod until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable

from renderer.chromium.browser import BrowserStuck, Printer
from renderer.chromium.sandbox import start_printer
from renderer.settings import Settings
from runtime import build_info
from runtime.program import Program, run

Work = Callable[[Settings, asyncio.Task[Printer], asyncio.Event], Awaitable[None]]


async def serve(settings: Settings) -> None:
    """Start the browser, and beside it all else; then work until SIGTERM, or until the pod has had its jobs."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    # The image starts this program with SIGTERM blocked: a pod may have jobs before it can drain them.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    build_info.publish(PROGRAM.name)
    # Chromium starts on another core while this process imports what is left, and reads the templates.
    starting = asyncio.create_task(start_printer(settings.chromium, settings.sandbox))
    work = await asyncio.to_thread(_import_work)
    await work(settings, starting, stopping)


def _import_work() -> Work:
    from renderer.service import work

    return work


PROGRAM = Program(name="renderer", read_settings=Settings.from_env, serve=serve)


def main() -> int:
    """Run the program; the exit code is 1 when only a new process helps the browser."""
    try:
        return run(PROGRAM)
    except BrowserStuck:
        return 1


if __name__ == "__main__":
    sys.exit(main())
