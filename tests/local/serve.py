"""`python -m local` for a test: a process of its own, with an API that is ready."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.installation import PROJECT_FOLDER, free_port
from tests.e2e.client import eventually


@dataclass(frozen=True, slots=True)
class Served:
    """What a test reaches of it."""

    url: str
    """The base URL of the API."""
    kubeconfig: Path
    """The administrator's, for its API server."""


@contextmanager
def serve(folder: Path, *arguments: str) -> Iterator[Served]:
    """Run it with further arguments; `folder`, which is empty, holds what it writes. At the end it has ended."""
    port = free_port()
    command = [sys.executable, "-m", "local", "--port", str(port), *arguments]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=PROJECT_FOLDER, env={**os.environ, "TMPDIR": str(folder)}) as program:
        try:
            eventually("the API is ready", lambda: _is_ready(program, url), seconds=120)
            (kubeconfig,) = folder.glob("*/kubeconfig")
            yield Served(url, kubeconfig)
        finally:
            program.terminate()


def _is_ready(program: subprocess.Popen[bytes], url: str) -> bool:
    assert program.poll() is None, "python -m local has ended"
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.TransportError:
        return False
