"""A pod from its creation to its deletion, with real processes and an API server that only takes notes."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest_asyncio

from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from local.kubelet.launch import Image
from local.kubelet.pod_worker import Node, PodWorker
from local.kubelet.process import MARK, marked

SLEEPS = "import time; print('sleeping', flush=True); time.sleep(600)"
SERVES = """
import http.server, os
port = int(os.environ["LOCAL_PORT_HTTP"])
http.server.HTTPServer(("127.0.0.1", port), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
# It does not end when it is asked to.
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
# Its child is in a session of its own, as Chromium is.
WITH_CHILD = """
import subprocess, time
subprocess.Popen(["sleep", "600"], start_new_session=True)
print("born", flush=True)
time.sleep(600)
"""


class Notes:
    """An API server that keeps the last status, and whether the pod was deleted."""

    def __init__(self) -> None:
        self.status: JsonObject = {}
        self.deleted = False
        self.failures: list[KubeError] = []
        self._changed = asyncio.Event()

    async def request(self, method: str, path: str, *, body: JsonObject) -> JsonObject:
        if self.failures:
            raise self.failures.pop(0)
        if method == "DELETE":
            assert body == {"gracePeriodSeconds": 0, "preconditions": {"uid": "u-1"}}
            self.deleted = True
        else:
            assert (method, path) == ("PUT", "/api/v1/namespaces/ns/pods/p/status")
            self.status = body["status"]
        self.changed()
        return {}

    def changed(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await self._changed.wait()

    @property
    def phase(self) -> str:
        return str(self.status.get("phase", ""))

    @property
    def container(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.status["containerStatuses"][0]
        return found


class Stage:
    """One pod, its worker and the notes."""

    def __init__(self, folder: Path) -> None:
        self.notes = Notes()
        self.lines: list[str] = []
        self.folder = folder
        self._tasks: list[asyncio.Task[None]] = []

    def run(self, program: str, **spec: Any) -> PodWorker:
        container = {
            "name": "c",
            "image": "i",
            "args": [program],
            "ports": [{"name": "http", "containerPort": 8080}],
            **spec.pop("container", {}),
        }
        self.pod: JsonObject = {
            "metadata": {"name": "p", "namespace": "ns", "uid": "u-1"},
            "spec": {"restartPolicy": "Never", "containers": [container], **spec},
        }
        worker = PodWorker(self._node(), self.pod)
        self.task = asyncio.create_task(worker.run())
        self._tasks.append(self.task)
        return worker

    def delete(self, worker: PodWorker, grace_seconds: float) -> None:
        """What the kubelet receives after a DELETE of the pod."""
        metadata = {**self.pod["metadata"], "deletionTimestamp": "…", "deletionGracePeriodSeconds": grace_seconds}
        worker.update({**self.pod, "metadata": metadata})

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def mark(self) -> str:
        return str(self.folder / "u-1")

    def _node(self) -> Node:
        return Node(
            kube=cast(KubeClient, self.notes),
            images={"i": Image(entrypoint=(sys.executable, "-c"), folder=Path("/"), env={})},
            folder=self.folder,
            base_env=dict(os.environ),
            pod_env=lambda pod, folder: {},
            free_port=_free_port,
            on_line=self._take,
        )

    def _take(self, pod: str, line: str) -> None:
        self.lines.append(line)
        self.notes.changed()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose processes end with the test."""
    made = Stage(tmp_path)
    yield made
    await made.close()


def ready(notes: Notes) -> bool:
    return any(each["type"] == "Ready" and each["status"] == "True" for each in notes.status.get("conditions", ()))


async def test_a_pod_is_ready_when_its_probe_succeeds(stage: Stage) -> None:
    probe = {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 1}
    stage.run(SERVES, container={"readinessProbe": probe})
    await stage.notes.until(lambda: ready(stage.notes))
    assert stage.notes.phase == "Running"
    assert stage.notes.container["ready"]


async def test_a_process_that_is_killed_from_outside_is_terminated_at_once(stage: Stage) -> None:
    worker = stage.run(SLEEPS)
    await stage.notes.until(lambda: stage.lines == ["sleeping"])
    assert worker.pid is not None

    os.kill(worker.pid, signal.SIGKILL)

    await stage.notes.until(lambda: stage.notes.phase == "Failed")
    assert stage.notes.container["state"]["terminated"]["exitCode"] == 137


async def test_what_a_killed_process_has_started_ends_with_it(stage: Stage) -> None:
    worker = stage.run(WITH_CHILD)
    await stage.notes.until(lambda: stage.lines == ["born"])
    assert worker.pid is not None
    assert len(marked(stage.mark)) == 2

    os.kill(worker.pid, signal.SIGKILL)

    await stage.notes.until(lambda: stage.notes.phase == "Failed")
    assert [each for each in marked(stage.mark) if each.status() != "zombie"] == []


async def test_a_deletion_asks_the_process_to_end_and_completes_when_it_has(stage: Stage) -> None:
    worker = stage.run(SLEEPS)
    await stage.notes.until(lambda: stage.lines == ["sleeping"])

    stage.delete(worker, 600)

    await stage.notes.until(lambda: stage.notes.deleted)
    assert stage.notes.container["state"]["terminated"]["exitCode"] == 128 + signal.SIGTERM
    await stage.task
    assert os.listdir(stage.folder) == []


async def test_a_process_that_does_not_end_is_killed_after_the_grace_period(stage: Stage) -> None:
    worker = stage.run(STUBBORN)
    await stage.notes.until(lambda: stage.lines == ["deaf"])

    stage.delete(worker, 600)
    # A second deletion may shorten it.
    stage.delete(worker, 0)

    await stage.notes.until(lambda: stage.notes.deleted)
    assert stage.notes.container["state"]["terminated"]["exitCode"] == 128 + signal.SIGKILL


async def test_a_pod_that_has_ended_stays_until_it_is_deleted(stage: Stage) -> None:
    worker = stage.run("print('the reason'); raise SystemExit(3)")
    await stage.notes.until(lambda: stage.notes.phase == "Failed")
    assert stage.notes.container["state"]["terminated"]["message"] == "the reason"
    assert not stage.notes.deleted

    stage.delete(worker, 30)

    await stage.notes.until(lambda: stage.notes.deleted)


async def test_a_container_is_started_again_where_the_pod_says_so(stage: Stage) -> None:
    stage.run("raise SystemExit(1)", restartPolicy="Always")
    await stage.notes.until(lambda: stage.notes.phase == "Running" and stage.notes.container["restartCount"] == 2)


async def test_a_container_whose_liveness_probe_fails_is_restarted(stage: Stage) -> None:
    probe = {"exec": {"command": ["false"]}, "periodSeconds": 0.01, "failureThreshold": 2}
    stage.run(SLEEPS, restartPolicy="Always", container={"livenessProbe": probe})
    await stage.notes.until(lambda: bool(stage.notes.status) and stage.notes.container["restartCount"] == 1)


async def test_what_cannot_be_run_waits_with_its_reason(stage: Stage) -> None:
    worker = stage.run("", container={"image": "other"})
    await stage.notes.until(lambda: stage.notes.phase == "Pending")
    assert stage.notes.container["state"]["waiting"]["reason"] == "ErrImageNeverPull"

    stage.delete(worker, 30)

    await stage.notes.until(lambda: stage.notes.deleted)


async def test_a_status_is_sent_again_while_the_api_server_does_not_answer(stage: Stage) -> None:
    stage.notes.failures = [KubeError(0, "Unreachable", ""), KubeError(503, "ServiceUnavailable", "")]
    stage.run("pass")
    await stage.notes.until(lambda: stage.notes.phase == "Succeeded")


async def test_a_pod_that_is_gone_takes_its_process_with_it(stage: Stage) -> None:
    worker = stage.run(STUBBORN)
    await stage.notes.until(lambda: stage.lines == ["deaf"])

    worker.forget()

    await stage.task
    assert not stage.notes.deleted
    assert [each for each in marked(stage.mark) if each.environ().get(MARK)] == []
