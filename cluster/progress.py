"""Telling on stdout what is being done and how long it has taken so far."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEARTBEAT_SECONDS = 15.0

_STARTED = time.monotonic()


class Failed(Exception):
    """A step that did not work; its text is for the user and says what to look at."""


def say(text: str) -> None:
    """One line, after the seconds since the program's start."""
    print(f"[{time.monotonic() - _STARTED:6.1f}s] {text}", flush=True)


@contextmanager
def heartbeat(describe: Callable[[], str]) -> Iterator[None]:
    """While the body runs, says `describe()` every HEARTBEAT_SECONDS."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            say(describe())

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def run_long(
    title: str,
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    summary: Callable[[int, str], str] = lambda _count, last: last,
) -> list[str]:
    """Runs a command that may take minutes: announces it, and every 15 s says `summary(lines so far, last line)`.

    Gives its output's lines, stdout and stderr together. Raises Failed with the last lines of a failing command.
    """
    say(title)
    began = time.monotonic()
    lines: list[str] = []
    with subprocess.Popen(
        argv,
        env=None if env is None else dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        with heartbeat(
            lambda: f"  {title}: {time.monotonic() - began:.0f} s, {summary(len(lines), (lines or ['…'])[-1])}"
        ):
            for line in process.stdout:
                if line.strip():
                    lines.append(line.rstrip())
            code = process.wait()
    if code != 0:
        tail = "\n  ".join(lines[-25:])
        raise Failed(f"{title}: `{' '.join(argv)}` ended with {code}:\n  {tail}")
    return lines


def run(argv: Sequence[str], *, timeout: float = 60.0, stdin: str | None = None) -> str:
    """Runs a short command and gives its stdout. Raises Failed with its stderr when it fails or takes too long."""
    try:
        done = subprocess.run(argv, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{argv[0]} is not installed: `python3 -m cluster build` installs what is missing") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"`{' '.join(argv)}` took more than {timeout:.0f} s") from error
    if done.returncode != 0:
        raise Failed(f"`{' '.join(argv)}` ended with {done.returncode}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def wait_until(what: str, condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> None:
    """Waits for a condition. Raises Failed, naming it, after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
