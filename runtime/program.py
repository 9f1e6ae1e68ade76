"""The shell of all three programs: settings, logging, tracing, the event loop, exit codes.

A program's `__main__.py` describes it as a Program and passes that to `run`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from runtime import tracing
from runtime.logs import configure_logging
from runtime.settings import ProgramSettings, SettingsError

SETTINGS_EXIT_CODE: Final = 2

# The kubelet mounts this file into each container and copies its text into the pod's status, where the controller
# reads why a renderer did not start, and `kubectl describe pod` shows it.
_TERMINATION_LOG = Path("/dev/termination-log")


S = TypeVar("S", bound=ProgramSettings)


@dataclass(frozen=True, kw_only=True)
class Program(Generic[S]):
    """One of the three programs."""

    name: str
    """What its message on stderr begins with; its traces come from the service pdf-export-NAME."""

    read_settings: Callable[[], S]
    """Reads the environment variables; SettingsError names the one that does not fit."""

    serve: Callable[[S], Coroutine[None, None, None]]
    """Does the work until the program is to end; SettingsError when the settings do not fit this machine."""


def run(program: Program[S]) -> int:
    """Read the settings, configure logging and tracing, and serve; the exit code.

    It is 2 when the settings are not valid: the message is then on stderr and in the container's termination log.
    Other exceptions pass through. The last spans are sent in each case.
    """
    try:
        settings = program.read_settings()
        configure_logging(settings.log_level)
        tracing.configure(f"pdf-export-{program.name}")
        # Not uvloop: when a connection that is being made is cancelled there, as aiohttp does at its timeouts, that may
        # fail. Then the task waits for ever, and its pod is ready and does nothing (MagicStack/uvloop, issue 653).
        asyncio.run(program.serve(settings))
    except SettingsError as e:
        _report(program.name, str(e))
        return SETTINGS_EXIT_CODE
    finally:
        tracing.stop()
    return 0


def _report(name: str, message: str) -> None:
    print(f"{name}: {message}", file=sys.stderr)
    # Outside a container there is no such file, and none is to be made.
    if _TERMINATION_LOG.exists():
        with suppress(OSError):
            _TERMINATION_LOG.write_text(message)
