"""The cluster's processes are found by their mark, and no others are ever touched."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from cluster import process
from cluster.progress import wait_until

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def test_a_component_is_found_by_its_mark_and_stopped(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "sleeper.log"
    argv = ["sh", "-c", "echo started; sleep 1000 & wait"]
    process.start("sleeper", argv, state=tmp_path, log=log, env=ENVIRONMENT)
    try:
        wait_until("the component and its child to run", lambda: len(process.find(tmp_path)) == 2, seconds=10)
        leader = process.find_leaders(tmp_path)["sleeper"]
        assert log.read_text() == "started\n"
        assert process.find(tmp_path / "other") == []

        process.stop([leader])

        assert "sleeper" not in process.find_leaders(tmp_path)
        assert [each.component for each in process.find(tmp_path)] == ["sleeper"]
    finally:
        process.stop(process.find(tmp_path), number=signal.SIGKILL)
    assert process.find(tmp_path) == []


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    argv = ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"]
    process.start("deaf", argv, state=tmp_path, log=tmp_path / "log", env=ENVIRONMENT)
    wait_until("the component to run", lambda: (tmp_path / "log").read_text() == "deaf\n", seconds=10)

    process.stop(process.find_leaders(tmp_path).values(), seconds=0.2)

    assert process.find_leaders(tmp_path) == {}
    process.stop(process.find(tmp_path), number=signal.SIGKILL)


def test_a_number_that_another_process_has_now_is_not_signalled() -> None:
    with subprocess.Popen(["sleep", "1000"]) as stranger:
        recycled = process.Process(stranger.pid, process.started_at(stranger.pid) - 1, "etcd", leads=True)

        process.stop([recycled], number=signal.SIGKILL, seconds=0.1)

        assert stranger.poll() is None
        stranger.kill()
