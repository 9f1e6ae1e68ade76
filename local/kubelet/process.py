"""One process of a container: started in a session of its own, ended with all that it has started.

A container's processes end with it, since they share a PID namespace. Here they are found by a mark in their
environment, which children inherit, whatever session or parent they have by then. (Playwright starts Chromium in a
session of its own, and Chromium's own children overwrite their environment: those are found as descendants.)
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import psutil

from local.kubelet.launch import Launch

MARK: Final = "PDFEXPORT_LOCAL_MARK"
_LINE_BYTES = 1 << 20
_DRAIN_SECONDS = 1.0


class Child(Protocol):
    """A process, as asyncio has it."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def returncode(self) -> int | None:
        """The exit code of one that has ended, -n for signal n."""

    async def wait(self) -> int:
        """Wait for its end; the exit code."""


Start = Callable[[Launch, int], Awaitable[Child]]
"""Starts the process of a launch, in a session of its own, with a file descriptor as its output.

OSError when the command cannot be run.
"""


async def execute(launch: Launch, output: int) -> Child:
    """Start the process of a launch by executing its command."""
    return await asyncio.create_subprocess_exec(
        *launch.command,
        cwd=launch.folder,
        env=launch.env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        # Ctrl-C in the terminal is for us: we end our processes in good order.
        start_new_session=True,
    )


class Process:
    """A running process and its output. Make it with `start`; `wait` for it in each case."""

    def __init__(self, process: Child, mark: str, output: asyncio.Task[None]) -> None:
        self._process = process
        self._mark = mark
        self._output = output

    @classmethod
    async def start(cls, launch: Launch, *, on_line: Callable[[str], None], by: Start = execute) -> Process:
        """Start it; OSError when the command cannot be run. `on_line` is called with each line of its output.

        The launch's environment has the MARK by which the processes of this container are found.
        """
        # A pipe of our own: asyncio's would keep `wait` waiting while a grandchild has it open.
        read, write = os.pipe()
        try:
            process = await by(launch, write)
        except BaseException:
            os.close(read)
            raise
        finally:
            os.close(write)
        return cls(process, launch.env[MARK], asyncio.create_task(_read_lines(read, on_line)))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def wait(self) -> int:
        """Wait for its end and end whatever it has left; the exit code, 128 + n for signal n."""
        code = await self._process.wait()
        kill_marked(self._mark)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._output
        return 128 - code if code < 0 else code

    def terminate(self) -> None:
        """Ask it to end, as the kubelet does: SIGTERM to the process itself."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and all that it has started."""
        kill_marked(self._mark)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # Not by asyncio's own: Popen.send_signal polls first, which may take the exit code before asyncio's watcher
        # does (python/cpython#87744, mended in 3.13); that then reports 255.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


def marked(mark: str) -> list[psutil.Process]:
    """The processes whose mark begins so, and their descendants."""
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK, "").startswith(mark):
                found |= {each.pid: each for each in (process, *process.children(recursive=True))}
    return list(found.values())


def kill_marked(mark: str) -> None:
    """End all processes whose mark begins so, by SIGKILL."""
    for process in marked(mark):
        with contextlib.suppress(psutil.Error):
            process.kill()


async def _read_lines(descriptor: int, on_line: Callable[[str], None]) -> None:
    reader = asyncio.StreamReader(limit=_LINE_BYTES)
    pipe = os.fdopen(descriptor, "rb")
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        while line := await reader.readline():
            on_line(line.decode(errors="replace").rstrip("\n"))
    finally:
        transport.close()
