"""A process from the fork server is one like any other: its module, environment, output, folder, signals and end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.kubelet import fork_server
from local.kubelet.launch import Launch
from local.kubelet.process import MARK, Process, Start, execute, marked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")

MODULE = "forked_program"
SLEEPS = "import time; print('sleeping', flush=True); time.sleep(600)"
REPORTS = """
import os, sys
assert __name__ == "__main__" and os.getsid(0) == os.getpid() and not sys.stdin.read()
print(os.getcwd(), os.environ, sys.argv[1:], flush=True)
print("trouble", file=sys.stderr, flush=True)
sys.exit(3)
"""
WITH_CHILD = """
import subprocess, time
subprocess.Popen(["sleep", "600"], start_new_session=True)
print("born", flush=True)
time.sleep(600)
"""


class Stage:
    """Starts a module in its own folder, and collects its lines."""

    def __init__(self, folder: Path, by: Start) -> None:
        self.folder = folder
        self._by = by
        self.lines: list[str] = []
        self.mark = str(folder / "pods" / "uid")
        self._line = asyncio.Event()

    async def start(self, program: str, *command: str) -> Process:
        (self.folder / f"{MODULE}.py").write_text(program)
        env = {MARK: self.mark, "PATH": os.environ["PATH"]}
        launch = Launch(command=command or (sys.executable, "-m", MODULE), folder=self.folder, env=env, ports={})
        return await Process.start(launch, on_line=self._take, by=self._by)

    async def first_line(self) -> str:
        async with asyncio.timeout(60):
            await self._line.wait()
        return self.lines[0]

    def _take(self, line: str) -> None:
        self.lines.append(line)
        self._line.set()


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.syspath_prepend(str(tmp_path))
    return Stage(tmp_path, fork_server.start(["json"], mark=str(tmp_path)))


async def test_it_runs_its_module_in_its_environment_and_folder(stage: Stage) -> None:
    process = await stage.start(REPORTS)
    assert await process.wait() == 3
    report, trouble = stage.lines
    assert report.startswith(str(stage.folder))
    assert stage.mark in report
    assert "HOME" not in report
    assert report.endswith("[]")
    assert trouble == "trouble"


@pytest.mark.parametrize(
    ("end", "number"), [(Process.terminate, signal.SIGTERM), (Process.kill, signal.SIGKILL)], ids=["asked", "killed"]
)
async def test_it_is_ended_by_a_signal(stage: Stage, end: Callable[[Process], None], number: signal.Signals) -> None:
    process = await stage.start(SLEEPS)
    assert await stage.first_line() == "sleeping"
    end(process)
    assert await process.wait() == 128 + number


async def test_what_it_has_started_ends_with_it(stage: Stage) -> None:
    process = await stage.start(WITH_CHILD)
    assert await stage.first_line() == "born"
    assert len(marked(stage.mark)) == 1
    process.terminate()
    await process.wait()
    assert [each for each in marked(stage.mark) if each.status() != "zombie"] == []


async def test_another_command_is_executed(stage: Stage) -> None:
    process = await stage.start("", "sh", "-c", "echo executed; exit 4")
    assert await process.wait() == 4
    assert stage.lines == ["executed"]


def test_without_a_fork_server_programs_are_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError("AF_UNIX path too long")

    monkeypatch.setattr("multiprocessing.forkserver.ensure_running", refuse)
    assert fork_server.start([], mark="m") is execute
