"""One pod, from its creation to its deletion: its process, its probes, its restarts, its status."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import shutil
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kube import paths
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from local.kubelet import probes
from local.kubelet.launch import CannotRun, Image, Launch, make_launch, only_container
from local.kubelet.process import MARK, Process, Start, execute, kill_marked
from local.kubelet.status import ContainerView, pod_status, restarts
from runtime.backoff import Backoff

_log = logging.getLogger(__name__)

_DEFAULT_GRACE_SECONDS: Final = 30.0
# A container that is not ready is asked more often than its probe says: a process here is ready within a second.
_SOON_SECONDS: Final = 0.1
_RESTART_BACKOFF_SECONDS: Final = (1.0, 30.0)
_RETRY_BACKOFF_SECONDS: Final = (0.05, 1.0)
# What a process has said last is the message of its end.
_MESSAGE_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What the pods of this machine share."""

    kube: KubeClient
    images: Mapping[str, Image]
    folder: Path
    """Each pod has a folder of its own in it, which goes with the pod."""
    base_env: Mapping[str, str]
    pod_env: Callable[[Mapping[str, Any], Path], Mapping[str, str]]
    """Variables for a Pod that the node itself sets, given the Pod and its folder: its way to the API server."""
    free_port: Callable[[], int]
    on_line: Callable[[str, str], None]
    """Called with a pod's name and a line of its output."""
    start: Start = execute
    """Starts the processes."""


class PodWorker:
    """Runs a pod in a task: `run` ends when the pod is gone."""

    def __init__(self, node: Node, pod: JsonObject) -> None:
        self._node = node
        self._pod = pod
        self._policy: str = pod["spec"].get("restartPolicy", "Always")
        container = pod["spec"]["containers"][0]
        self._view = ContainerView(container["name"], container["image"])
        self._reported: JsonObject = pod.get("status") or {}
        self._folder = node.folder / pod["metadata"]["uid"]
        self._reporting = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._deadline = math.inf
        self._gone = False
        self._tail: deque[str] = deque(maxlen=1)
        self.update(pod)

    @property
    def name(self) -> str:
        """The pod's name."""
        name: str = self._pod["metadata"]["name"]
        return name

    @property
    def pid(self) -> int | None:
        """The process id of its container while it runs."""
        return self._view.pid

    def update(self, pod: JsonObject) -> None:
        """The pod as it is now: with a deletionTimestamp it is to be ended."""
        metadata = pod["metadata"]
        if "deletionTimestamp" in metadata:
            self.stop(float(metadata.get("deletionGracePeriodSeconds", _DEFAULT_GRACE_SECONDS)))

    def stop(self, grace_seconds: float) -> None:
        """End the process: SIGTERM, and SIGKILL after the grace period."""
        self._deadline = min(self._deadline, time.monotonic() + grace_seconds)
        self._stopping.set()

    def forget(self) -> None:
        """The API server has no such pod any more: end the process at once, report nothing."""
        self._gone = True
        self.stop(0)

    async def run(self) -> None:
        """Run the pod, wait for its deletion, and complete it."""
        try:
            await self._live()
            await self._stopping.wait()
            await self._complete_deletion()
        finally:
            kill_marked(self._mark)
            shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _mark(self) -> str:
        return str(self._folder)

    async def _live(self) -> None:
        try:
            launch = self._launch()
        except CannotRun as e:
            self._view = self._view.waiting(e.reason, e.message)
            await self._report()
            return
        backoff = Backoff(*_RESTART_BACKOFF_SECONDS)
        while not self._stopping.is_set():
            code = await self._run_once(launch)
            if self._stopping.is_set() or not restarts(self._policy, code):
                return
            self._view = self._view.waiting("CrashLoopBackOff").restarted()
            await self._report()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), backoff.next())

    def _launch(self) -> Launch:
        probes.check(only_container(self._pod))
        tmp = self._folder / "tmp"
        tmp.mkdir(parents=True, exist_ok=True)
        own = self._node.pod_env(self._pod, self._folder)
        base = {**self._node.base_env, **own, MARK: self._mark}
        return make_launch(self._pod, self._node.images, base_env=base, tmp=tmp, free_port=self._node.free_port)

    async def _run_once(self, launch: Launch) -> int:
        """Start the process and stay with it to its end; the exit code."""
        try:
            process = await Process.start(launch, on_line=self._take_line, by=self._node.start)
        except OSError as e:
            return await self._ended(127, f"{launch.command[0]}: {e.strerror}")
        self._view = self._view.running(process.pid, time.time())
        await self._report()
        ending = asyncio.create_task(process.wait())
        async with self._probing(launch) as unhealthy:
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({ending, stopping, unhealthy}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
        if not ending.done():
            await self._end(process, ending)
        return await self._ended(ending.result(), self._tail[-1] if self._tail else "")

    async def _end(self, process: Process, ending: asyncio.Task[int]) -> None:
        grace = float(self._pod["spec"].get("terminationGracePeriodSeconds", _DEFAULT_GRACE_SECONDS))
        latest = time.monotonic() + grace
        process.terminate()
        self._view = replace(self._view, ready=False)
        await self._report()
        # A second deletion, or the end of this program, may bring the deadline forward.
        while not ending.done() and (left := min(latest, self._deadline) - time.monotonic()) > 0:
            await asyncio.wait({ending}, timeout=min(_SOON_SECONDS, left))
        if not ending.done():
            process.kill()
            await ending

    async def _ended(self, code: int, message: str) -> int:
        self._view = self._view.terminated(code, message[:_MESSAGE_CHARACTERS], time.time())
        await self._report()
        return code

    def _take_line(self, line: str) -> None:
        self._tail.append(line)
        self._node.on_line(self.name, line)

    @contextlib.asynccontextmanager
    async def _probing(self, launch: Launch) -> AsyncIterator[asyncio.Task[None]]:
        """Tries the container's probes meanwhile; the task ends when the container is to be restarted."""
        prober = probes.Prober(launch)
        task = asyncio.create_task(self._probe(prober, only_container(self._pod)))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await prober.close()

    async def _probe(self, prober: probes.Prober, container: Mapping[str, Any]) -> None:
        if (startup := container.get("startupProbe")) and not await self._starts(prober, startup):
            return
        self._view = replace(self._view, started=True)
        ready = asyncio.create_task(self._follow_readiness(prober, container.get("readinessProbe")))
        try:
            await self._until_unhealthy(prober, container.get("livenessProbe"))
        finally:
            ready.cancel()

    async def _starts(self, prober: probes.Prober, probe: Mapping[str, Any]) -> bool:
        limit = time.monotonic() + probe.get("failureThreshold", 3) * probe.get("periodSeconds", 10)
        while time.monotonic() < limit:
            if await prober.succeeds(probe):
                return True
            await asyncio.sleep(_SOON_SECONDS)
        return False

    async def _follow_readiness(self, prober: probes.Prober, probe: Mapping[str, Any] | None) -> None:
        if probe is None:
            return await self._set_ready(True)
        await asyncio.sleep(probe.get("initialDelaySeconds", 0))
        threshold = probes.Threshold(probe)
        while True:
            verdict = threshold.note(await prober.succeeds(probe))
            await self._set_ready(bool(verdict))
            await asyncio.sleep(probe.get("periodSeconds", 10) if verdict else _SOON_SECONDS)

    async def _until_unhealthy(self, prober: probes.Prober, probe: Mapping[str, Any] | None) -> None:
        if probe is None:
            await asyncio.Event().wait()
            return
        threshold = probes.Threshold(probe)
        while threshold.verdict is not False:
            await asyncio.sleep(probe.get("periodSeconds", 10))
            threshold.note(await prober.succeeds(probe))
        _log.warning("%s: its liveness probe fails; it is restarted", self.name)

    async def _set_ready(self, ready: bool) -> None:
        if ready != self._view.ready:
            self._view = replace(self._view, ready=ready)
            await self._report()

    async def _report(self) -> None:
        """Write the status; retried until the API server has it, or has the pod no longer."""
        metadata = self._pod["metadata"]
        identity = {key: metadata[key] for key in ("name", "namespace", "uid")}
        path = f"{paths.pod(metadata['namespace'], self.name)}/status"
        # One after the other: the last one sent is what is so.
        async with self._reporting:
            self._reported = pod_status(self._view, policy=self._policy, before=self._reported, now=time.time())
            body = {"apiVersion": "v1", "kind": "Pod", "metadata": identity, "status": self._reported}
            await self._send("PUT", path, body)

    async def _complete_deletion(self) -> None:
        metadata = self._pod["metadata"]
        body = {"gracePeriodSeconds": 0, "preconditions": {"uid": metadata["uid"]}}
        await self._send("DELETE", paths.pod(metadata["namespace"], self.name), body)

    async def _send(self, method: str, path: str, body: JsonObject) -> None:
        backoff = Backoff(*_RETRY_BACKOFF_SECONDS)
        while not self._gone:
            try:
                await self._node.kube.request(method, path, body=body)
                return
            except KubeError as e:
                if e.status in (404, 409):
                    # The pod is gone, or the name is another one's.
                    self.forget()
                elif not e.temporary:
                    raise
                else:
                    await backoff.pause()
