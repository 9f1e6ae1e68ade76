"""The kubelet: follows the pods of a namespace and has a PodWorker for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from kube import paths
from kube.client import JsonObject
from kube.informer import Informer
from local.kubelet.pod_worker import Node, PodWorker

_log = logging.getLogger(__name__)


class Kubelet:
    """Runs the pods of one namespace on this machine. It is the handler of an informer of its own."""

    def __init__(self, node: Node, *, namespace: str) -> None:
        self._node = node
        self._informer = Informer(node.kube, paths.pods(namespace), self)
        self._workers: dict[str, PodWorker] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._shutting_down = False

    async def run(self) -> None:
        """Follow the pods until cancelled. Their processes go on until `shut_down`."""
        await self._informer.run()

    async def shut_down(self, grace_seconds: float) -> None:
        """End the processes of all pods: SIGTERM, and SIGKILL after the grace period (a graceful node shutdown)."""
        self._shutting_down = True
        for worker in self._workers.values():
            worker.stop(grace_seconds)
        if self._tasks:
            await asyncio.wait(set(self._tasks))

    def pid(self, pod: str) -> int | None:
        """The process id of a pod's container; None when it does not run."""
        return next((worker.pid for worker in self._workers.values() if worker.name == pod), None)

    def put(self, obj: JsonObject) -> None:
        """A pod was created or has changed."""
        uid = obj["metadata"]["uid"]
        if worker := self._workers.get(uid):
            worker.update(obj)
        elif not self._shutting_down and not _finished(obj):
            worker = self._workers[uid] = PodWorker(self._node, obj)
            task = asyncio.create_task(worker.run(), name=f"pod {worker.name}")
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._ended(uid, done))

    def deleted(self, obj: JsonObject) -> None:
        """A pod is gone: by our own deletion, or by a deletion without a grace period."""
        if worker := self._workers.get(obj["metadata"]["uid"]):
            worker.forget()

    def relisted(self, uids: Mapping[str, str], resource_version: int) -> None:
        """Pods that are not listed are gone."""
        for uid in self._workers.keys() - set(uids.values()):
            self._workers[uid].forget()

    def _ended(self, uid: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        worker = self._workers.pop(uid)
        if not task.cancelled() and (error := task.exception()):
            _log.error("pod %s: %s", worker.name, error, exc_info=error)


def _finished(pod: JsonObject) -> bool:
    """A pod that has ended before we were there: there is nothing to run."""
    return "deletionTimestamp" not in pod["metadata"] and (pod.get("status") or {}).get("phase") in (
        "Succeeded",
        "Failed",
    )
