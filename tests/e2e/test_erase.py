"""`kubectl pdfexport erase`: what a user has asked to be removed is gone, from the cluster and from the storage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cluster.paths import CHECKOUT
from tests.e2e.client import ApiClient, download, eventually, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.test_export import load

# With what separates field selectors, and a program's options from its arguments.
USER = "erased, user=1"
OTHER = "kept-user"


@pytest.fixture
def plugin(namespace: str, tmp_path: Path) -> Callable[..., str]:
    """What `kubectl pdfexport` prints, with the cluster's kubectl as the administrator."""
    script = tmp_path / "kubectl"
    script.write_text(f'#!/bin/sh\ncd {CHECKOUT} && exec {sys.executable} -m cluster kubectl "$@"\n')
    script.chmod(0o755)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "pdf_export_client.operators", *arguments, "--namespace", namespace]
        env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        folder = CHECKOUT / "clients" / "python"
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_erase_removes_all_that_a_user_has_and_nothing_else(
    api: ApiClient, kubectl: Run, plugin: Callable[..., str], cvs: Path
) -> None:
    # Given two documents of a user and one of another.
    cv = load(cvs, "cv-minimal")
    erased, kept = {api.post(cv, userId=USER) for _ in range(2)}, api.post(cv, userId=OTHER)
    links = {job: api.finished(job)["fileUrl"] for job in (*erased, kept)}
    assert {download(link).status_code for link in links.values()} == {200}

    # It takes its first jobs before the API server knows that it is ready.
    eventually("a renderer is ready", lambda: ready_pods(kubectl, "renderer"))

    # When the user is erased, then the user's jobs and links are gone, and only these.
    printed = plugin("erase", USER)
    assert "deleted 2 jobs" in printed
    assert "removed" in printed
    assert {api.get(job).status_code for job in erased} == {404}
    # The emulator's rules refuse what is not there by 403.
    eventually("the links end", lambda: all(download(links[job]).is_client_error for job in erased), seconds=10)
    assert download(links[kept]).status_code == 200
    left = json.loads(kubectl("get", "pej", "--field-selector", f"spec.userId={OTHER}", "-o", "json"))["items"]
    assert kept in {job["metadata"]["name"] for job in left}
