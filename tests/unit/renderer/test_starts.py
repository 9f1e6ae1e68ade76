"""A renderer that cannot start says why in one line: from there it gets into its pod's status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cluster.paths import CHECKOUT
from local.installation import free_port, write_kubeconfig


def test_templates_whose_shared_files_cannot_be_read(tmp_path: Path) -> None:
    variables = {
        "PDFEXPORT_POD_NAME": "pod",
        "PDFEXPORT_NAMESPACE": "n",
        "PDFEXPORT_PORT": str(free_port()),
        "PDFEXPORT_STORAGE_PROJECT": "p",
        "PDFEXPORT_STORAGE_BUCKET": "b",
        "PDFEXPORT_CHROMIUM": str(_chromium(tmp_path)),
        "PDFEXPORT_TEMPLATES_DIR": str(tmp_path),
        "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
        "KUBECONFIG": str(write_kubeconfig(tmp_path, "http://127.0.0.1:1", "token")),
    }

    command = [sys.executable, "-m", "renderer"]
    ended = subprocess.run(command, cwd=CHECKOUT, env={**os.environ, **variables}, capture_output=True, text=True)

    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert last.startswith(f"renderer: PDFEXPORT_TEMPLATES_DIR is {tmp_path}: "), last
    assert "labels.json:1: " in last


def _chromium(folder: Path) -> Path:
    """One that is still starting."""
    file = folder / "chromium"
    file.write_text("#!/bin/sh\nexec sleep 60\n")
    file.chmod(0o755)
    return file
