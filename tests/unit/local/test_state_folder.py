"""A run's folder: what a run that was killed has left behind is removed by the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from local.kubelet.process import MARK
from local.state_folder import state_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def sleeper(folder: Path) -> subprocess.Popen[bytes]:
    """A process that was started for a run with this folder."""
    return subprocess.Popen(["sleep", "600"], env={**os.environ, MARK: f"{folder}/pods/uid"})


def test_at_its_end_neither_the_folder_nor_a_process_of_it_is_left() -> None:
    with state_folder() as folder:
        process = sleeper(folder)

    assert process.wait(10) == -signal.SIGKILL
    assert not folder.exists()


def test_the_next_run_removes_what_a_killed_one_has_left(temporary: Path) -> None:
    left = temporary / "pdf-export-local-killed"
    left.mkdir()
    (left / "lock").touch()
    process = sleeper(left)

    with state_folder():
        assert process.wait(10) == -signal.SIGKILL
        assert not left.exists()


def test_a_run_that_lives_keeps_its_own() -> None:
    with state_folder() as first:
        process = sleeper(first)
        with state_folder():
            assert first.exists()
            assert process.poll() is None
    assert process.wait(10) == -signal.SIGKILL
