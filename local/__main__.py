"""`python -m local`: the API on this machine, until Ctrl-C. `python -m local demo`: one PDF, then the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from local.kubelet import fork_server
from local.state_folder import state_folder

LIBRARIES: Final = (
    "aiohttp",
    "kubernetes.aio.client",
    "kubernetes.aio.config",
    "pydantic_settings",
    "prometheus_client",
    "yaml",
    "kopf",
    "playwright.async_api",
    "firebase_admin.storage",
    "babel",
    "jinja2.sandbox",
    "PIL.Image",
    "pikepdf",
    "starlette.applications",
    "uvicorn",
)
"""What takes the three programs longest to import, of other projects' code; first what they all need."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code."""
    with state_folder() as folder:
        # The programs' libraries are imported on another core while this process imports its own.
        start = fork_server.start(LIBRARIES, mark=str(folder))
        from local.command import run

        return run(arguments, folder, start)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
