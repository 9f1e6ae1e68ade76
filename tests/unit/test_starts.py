"""What the programs do not import as they start: each import is time that a new pod, or `make demo`, waits."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import pytest

from local.__main__ import LIBRARIES

_SCRIPT = "import json, sys, {module}; print(json.dumps([name for name in sys.modules if '.' not in name]))"

# What only some installations have need of.
OPTIONAL = {"firebase_admin", "opentelemetry"}
RENDERING = {"jinja2", "babel", "eld", "PIL", "pikepdf", "pyromark", "nh3"}
WEB = {"starlette", "uvicorn"}


@pytest.mark.parametrize(
    ("module", "left_out"),
    [
        ("api.__main__", OPTIONAL | RENDERING | {"kopf", "kubernetes", "google", "requests", "playwright"}),
        ("controller.__main__", OPTIONAL | RENDERING | WEB | {"playwright"}),
        # Chromium starts after these imports, and beside all others.
        ("renderer.__main__", OPTIONAL | RENDERING | WEB | {"kopf", "aiohttp", "google", "requests", "yaml"}),
        ("renderer.service", WEB | {"kopf"}),
        (
            "local.command",
            OPTIONAL | RENDERING | {"kopf", "kubernetes", "google", "requests", "playwright", "pydantic"},
        ),
    ],
)
def test_a_program_starts_without_what_it_does_not_need(module: str, left_out: set[str]) -> None:
    command = [sys.executable, "-c", _SCRIPT.format(module=module)]
    started = subprocess.run(command, capture_output=True, text=True, check=True)
    assert left_out.isdisjoint(json.loads(started.stdout))


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_is_imported_ahead_of_the_programs_is_there_and_not_of_this_project(library: str) -> None:
    spec = importlib.util.find_spec(library)
    assert spec is not None
    assert "site-packages" in str(spec.origin)
