"""One `python -m local` for all clients, and how a program is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.installation import PROJECT_FOLDER
from tests.local.serve import serve

SOURCES = Path(__file__).parent
# What compiles or installs something may take minutes on a small machine that does it for the first time.
_SECONDS = 600


def run(*command: str | Path, folder: Path | None = None) -> str:
    """Run a program, whose tools are those of this environment; what it prints. Its errors fail the test."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skips a test of a client whose tools are not on this machine."""
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {', '.join(missing)}")


@pytest.fixture(scope="session")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an API on this machine."""
    with serve(tmp_path_factory.mktemp("local")) as served:
        yield served.url


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """The body of a POST."""
    cv = json.loads((PROJECT_FOLDER / "tests" / "data" / "cv-one-page.json").read_text())
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"resumeId": "real-client", "templateId": "modern", "cvData": cv}))
    return file


@pytest.fixture
def pdf_file(tmp_path: Path) -> Path:
    """Where a client is to write the PDF."""
    return tmp_path / "cv.pdf"
