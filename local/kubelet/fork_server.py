"""Python programs that start with their libraries imported: forked from one process that has done it for all of them.

Most of a program's start is the import of libraries, which the three programs largely share. Each is a process of its
own all the same, of a session of its own, and runs its module as `python -m` does. Nothing of a program itself is
imported ahead: what it registers when it is imported, such as its metrics, is in its own process only.

It is Python's own fork server (multiprocessing), which reports a process's end when it has reaped it. Linux only:
system libraries of macOS do not survive a fork.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Final

from local.kubelet.launch import Launch
from local.kubelet.process import MARK, Child, Start, execute

_CONTEXT: Final = multiprocessing.get_context("forkserver")
_PYTHON: Final = (sys.executable, "-m")
# One thread for all: multiprocessing looks at all of its processes in each call.
_CALLS: Final = ThreadPoolExecutor(1, thread_name_prefix="fork server")


def start(libraries: Sequence[str], *, mark: str) -> Start:
    """Start the fork server, which imports the libraries meanwhile; what starts processes by it.

    A library that is not installed is left out. Where there can be no fork server, processes are executed. It ends with
    this process. By the `mark` it is found, and what is forked from it, when this process was killed.
    """
    if sys.platform != "linux":
        return execute
    _CONTEXT.set_forkserver_preload([__name__, *libraries])
    try:
        with _exported(MARK, mark), _blocked(signal.SIGINT):
            forkserver.ensure_running()
    except OSError:
        # It listens on a socket in the folder for temporary files, whose path may be too long for one.
        return execute
    return _fork


async def _fork(launch: Launch, output: int) -> Child:
    *python, module = launch.command
    if tuple(python) != _PYTHON:
        # No Python program.
        return await execute(launch, output)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_CALLS, _start, module, launch, output, loop)


def _start(module: str, launch: Launch, output: int, loop: asyncio.AbstractEventLoop) -> Child:
    pipe = Connection(os.dup(output), readable=False)
    with pipe:
        process = _CONTEXT.Process(target=_become, args=(module, str(launch.folder), dict(launch.env), pipe))
        # Waits until the libraries are imported.
        process.start()
    return _Forked(process, loop)


class _Forked:
    """A process that the fork server has made."""

    def __init__(self, process: ForkServerProcess, loop: asyncio.AbstractEventLoop) -> None:
        self.pid = process.pid or 0
        self.returncode: int | None = None
        self._process = process
        self._loop = loop
        self._ended = asyncio.Event()
        loop.call_soon_threadsafe(loop.add_reader, process.sentinel, self._end)

    async def wait(self) -> int:
        """Wait for its end; the exit code, -n for signal n."""
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def _end(self) -> None:
        self._loop.remove_reader(self._process.sentinel)
        self._loop.run_in_executor(_CALLS, self._exit_code).add_done_callback(self._set)

    def _exit_code(self) -> int | None:
        code = self._process.exitcode
        self._process.close()
        return code

    def _set(self, code: asyncio.Future[int | None]) -> None:
        self.returncode = code.result()
        self._ended.set()


def _become(module: str, folder: str, env: Mapping[str, str], output: Connection) -> None:
    """What `execute` and the start of Python do."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.setsid()
    for number in (1, 2):
        os.dup2(output.fileno(), number)
    output.close()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = []
    runpy.run_module(module, run_name="__main__", alter_sys=True)


@contextmanager
def _exported(name: str, value: str) -> Iterator[None]:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]


@contextmanager
def _blocked(number: signal.Signals) -> Iterator[None]:
    """Children begin with the signal blocked: Ctrl-C in the terminal, which reaches the fork server, is for us."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
