"""Guarantee 5 for the lines that others write: no message of an exception, no request of a library is logged."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, get_args

import pytest

from runtime.logs import LogLevel

# Each program runs in an interpreter of its own: logging and the last hooks are the process's.
START = """
import asyncio, logging, sys, threading
from runtime.logs import configure_logging
configure_logging(sys.argv[1])
"""
SECRET = "s3cret"
LEVELS = get_args(LogLevel)


def run(program: str, level: str = "debug") -> tuple[str, list[dict[str, Any]]]:
    """What a program writes to stderr, and its lines."""
    done = subprocess.run(
        [sys.executable, "-c", START + program, level], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == ""
    return done.stderr, [json.loads(line) for line in done.stderr.splitlines()]


RAISES = f"""
def parse(text):
    try:
        int(text)
    except ValueError as e:
        raise RuntimeError("no number: " + text) from e
secret = "{SECRET}"
async def left_alone():
    await asyncio.wait([asyncio.create_task(asyncio.to_thread(parse, secret))])
"""


def test_an_exception_is_logged_by_its_types_and_places_without_its_message() -> None:
    text, (line,) = run(
        RAISES
        + """
try:
    parse(secret)
except RuntimeError:
    logging.getLogger("api.jobs.service").exception("it failed")
"""
    )
    assert line["message"] == "it failed"
    assert line["exception"].startswith("RuntimeError at <string>:")
    assert "from ValueError at <string>:" in line["exception"]
    assert SECRET not in text


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        ("parse(secret)", "ended by RuntimeError"),
        ("t = threading.Thread(target=parse, args=[secret], name='upload'); t.start(); t.join()", "upload ended by"),
        ("asyncio.run(left_alone())", "Task exception was never retrieved"),
    ],
    ids=["program", "thread", "task"],
)
def test_what_nobody_caught_is_logged_without_its_message(ending: str, said: str) -> None:
    text, (line,) = run(RAISES + ending)
    assert said in line["message"]
    assert "RuntimeError at <string>:" in line["exception"]
    assert SECRET not in text


@pytest.mark.parametrize("level", LEVELS)
def test_libraries_tell_of_no_request_at_any_level(level: str) -> None:
    """urllib3 logs the paths it asks for, google-auth and kopf whole bodies."""
    _, lines = run(
        """
for name in ("urllib3.connectionpool", "google.auth.transport", "kopf.objects", "uvicorn.access", "aiohttp.access"):
    logging.getLogger(name).debug("GET /upload?token=s3cret")
    logging.getLogger(name).info("GET /upload?token=s3cret")
for name in ("api.jobs.service", "controller", "cv.templates", "renderer", "tracing"):
    for level in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger(name), level)(level)
""",
        level,
    )
    expected = LEVELS[LEVELS.index(level) :]
    assert [line["message"] for line in lines] == list(expected) * 5
