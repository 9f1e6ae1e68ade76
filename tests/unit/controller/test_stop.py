"""The end of the controller: its own work first, then kopf, without kopf's five seconds for tasks that go on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from pathlib import Path

import kopf
import pytest

from controller.operator import run_beside_kopf
from controller.settings import Settings
from local.apiserver import ApiServer
from local.installation import free_port, write_kubeconfig

NAMESPACE = "pdf-export"


def registry() -> kopf.OperatorRegistry:
    """Without handlers, kopf only logs in and looks for the resources."""
    found = kopf.OperatorRegistry()
    kopf.on.login(registry=found)(kopf.login_with_kubeconfig)
    return found


@pytest.fixture
def settings() -> Settings:
    return Settings(namespace=NAMESPACE, release="r", deployment="d", pod_name="p", health_port=free_port())


async def test_a_signal_ends_the_work_and_then_kopf_at_once(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "kopf")
    # Given a controller at work, with tasks that are younger than kopf's own.
    at_work = asyncio.Event()
    subtasks: set[asyncio.Task[object]] = set()
    async with ApiServer(namespace=NAMESPACE) as server:
        monkeypatch.setenv("KUBECONFIG", str(write_kubeconfig(tmp_path, server.url, server.token_for("admin"))))

        async def work() -> None:
            await asyncio.sleep(0.1)
            async with asyncio.TaskGroup() as group:
                subtasks.add(group.create_task(asyncio.Event().wait()))
                at_work.set()

        controller = asyncio.create_task(run_beside_kopf(work(), registry(), settings))
        async with asyncio.timeout(30):
            await at_work.wait()
        # When the kubelet ends it.
        os.kill(os.getpid(), signal.SIGTERM)
        # Then it ends, and kopf has found no task that it would have to wait for and to cancel.
        async with asyncio.timeout(60):
            await controller
        assert all(task.cancelled() for task in subtasks)
        assert "Hung tasks stopping is skipped: no tasks given." in caplog.messages


async def test_the_controller_ends_with_the_error_that_ends_its_work(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ApiServer(namespace=NAMESPACE) as server:
        monkeypatch.setenv("KUBECONFIG", str(write_kubeconfig(tmp_path, server.url, server.token_for("admin"))))

        async def work() -> None:
            raise RuntimeError("a bug")

        with pytest.raises(RuntimeError, match="a bug"):
            await run_beside_kopf(work(), registry(), settings)
