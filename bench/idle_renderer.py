"""A renderer that prints nothing: takes the jobs assigned to its pod and says at once that they are done.

It runs in a pod of the renderer's image with the renderer's rights, and is the renderer but for the document: the
same watch, the same patch of the status, the same answers to the kubelet.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from crds.job import Status, done
from kube.client import KubeClient
from renderer.settings import Settings
from renderer.task import Assignment, Exporter
from renderer.worker import Worker
from runtime.health import serve

_NO_URL = "http://127.0.0.1/nothing.pdf"


class NoExporter(Exporter):
    """Every job is done at once, with a document of no pages that lies nowhere."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Needs neither documents nor storage."""
        self._now = now

    async def export(self, assignment: Assignment) -> Status:
        job = assignment.job
        queued = 0.0 if job.started is None else max(job.started - job.submitted, 0.0)
        return done(
            file_url=_NO_URL,
            storage_path=f"exports/{job.name}/nothing.pdf",
            size_bytes=0,
            pages=1,
            sha256="0" * 64,
            timings={"queueMs": round(queued * 1000, 1)},
            now=self._now(),
        )

    async def cleanup(self, assignment: Assignment, *, done: bool) -> None:
        """There is nothing to remove."""


async def run(settings: Settings) -> None:
    """Work until SIGTERM."""
    kube = await KubeClient.connect()
    worker = Worker(
        kube,
        NoExporter(kube.now),
        namespace=settings.namespace,
        pod_name=settings.pod_name,
        jobs_per_pod=settings.jobs_per_pod,
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.drain)
    health = await serve(settings.port, unready=lambda: "" if worker.accepting else "not ready")
    try:
        await worker.run()
    finally:
        await kube.close()
        await health.cleanup()


if __name__ == "__main__":
    asyncio.run(run(Settings.from_env()))
