"""Processes that die, and what is left of all when the installation ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from local.installation import PROJECT_FOLDER, Installation, free_port, is_ready
from local.kubelet.process import marked
from tests.local.programs.conftest import Client, eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_job_of_a_renderer_that_is_killed_while_it_prints_is_done_by_another(
    installation: Installation, client: Client, cv: dict[str, Any]
) -> None:
    # Given a renderer whose Chromium hangs, so that it is printing when it is killed.
    pids = {
        pod["metadata"]["name"]: installation.kubelet.pid(pod["metadata"]["name"]) for pod in await _ready(installation)
    }
    with _chromium_stopped([pid for pid in pids.values() if pid]) as browsers:
        job_id = await client.post(cv)
        killed = await eventually("the job is assigned", lambda: _renderer(installation, job_id))
        pid = pids[killed]
        assert pid is not None

        # When the process is killed from outside.
        os.kill(pid, signal.SIGKILL)

        # Then the kubelet sees its end at once, and nothing of it is left.
        async def ended() -> bool:
            return installation.kubelet.pid(killed) is None and not any(map(_lives, browsers[pid]))

        await eventually("the pod has ended", ended, seconds=10)

    # And the job is done by another renderer.
    answer = await client.finished(job_id)
    assert answer["status"] == "done", answer
    job = await _job(installation, job_id)
    assert job["status"]["attempt"] == 2
    assert job["status"]["renderer"] != killed


async def test_the_api_is_started_again_when_it_is_killed(installation: Installation, client: Client) -> None:
    before = installation.kubelet.pid("pdf-export-api")
    assert before is not None

    os.kill(before, signal.SIGKILL)

    async def ready_again() -> bool:
        try:
            response = await client.http.get("/readyz")
        except httpx.TransportError:
            return False
        return response.status_code == 200 and installation.kubelet.pid("pdf-export-api") != before

    await eventually("the API is ready again", ready_again)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_nothing_is_left_after_the_end(number: signal.Signals, tmp_path: Path) -> None:
    # Given `python -m local`, ready.
    port = free_port()
    environ = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "local", "--port", str(port)]
    process = await asyncio.to_thread(
        subprocess.Popen, command, cwd=PROJECT_FOLDER, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def serves() -> bool:
                try:
                    return (await http.get("/readyz")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually("the API is ready", serves)
        assert marked(str(tmp_path))

        # When it is asked to end.
        process.send_signal(number)

        # Then it does, with everything that it has started and written.
        assert await asyncio.to_thread(process.wait, 30) == 0
        assert marked(str(tmp_path)) == []
        assert os.listdir(tmp_path) == []
    finally:
        process.kill()
        process.wait()


@contextmanager
def _chromium_stopped(renderers: list[int]) -> Iterator[dict[int, list[psutil.Process]]]:
    """The processes of Chromium by renderer, none of which goes on meanwhile."""
    browsers = {
        pid: [
            child
            for child in psutil.Process(pid).children(recursive=True)
            if "chrom" in child.name() or "headless_shell" in child.name()
        ]
        for pid in renderers
    }
    assert all(browsers.values())
    for browser in chain(*browsers.values()):
        browser.suspend()
    try:
        yield browsers
    finally:
        for browser in chain(*browsers.values()):
            if _lives(browser):
                browser.resume()


def _lives(process: psutil.Process) -> bool:
    # A zombie has ended; whoever inherits it waits for it sooner or later.
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _ready(installation: Installation) -> list[dict[str, Any]]:
    return [pod for pod in await installation.renderers() if is_ready(pod)]


async def _job(installation: Installation, job_id: str) -> dict[str, Any]:
    return await installation.kube.request(
        "GET", f"/apis/pdfexport.dev/v1/namespaces/pdf-export/pdfexportjobs/{job_id}"
    )


async def _renderer(installation: Installation, job_id: str) -> str | None:
    status = (await _job(installation, job_id)).get("status", {})
    return status.get("renderer") if status.get("phase") == "Rendering" else None
