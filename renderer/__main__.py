"""python -m renderer: print the jobs that are assigned to this pod until SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

from kube.client import KubeClient
from renderer.chromium.browser import BrowserStuck
from renderer.chromium.sandbox import start_printer
from renderer.document import Documents
from renderer.html.fill import Templates
from renderer.html.glyphs import Coverage
from renderer.metrics import TEMPLATES_BROKEN
from renderer.settings import Settings
from renderer.storage.firebase import Storage
from renderer.storage.garbage_collection import StorageGarbageCollector
from renderer.storage.signed_urls import UrlSigner
from renderer.storage.sweep import Sweeper
from renderer.task import Exporter
from renderer.worker import Worker
from runtime import build_info
from runtime.health import serve
from runtime.memory import freeze_garbage_collector
from runtime.program import Program, run

log = logging.getLogger("renderer")


async def work(settings: Settings) -> None:
    """Start the browser, report the pod as ready, work, and close everything."""
    stopping = asyncio.Event()
    worker: Worker | None = None

    def terminate() -> None:
        stopping.set()
        if worker:
            worker.drain()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
    # The image starts this program with SIGTERM blocked: a pod may have jobs before it can drain them.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    build_info.publish(PROGRAM.name)
    health = await serve(settings.port, unready=lambda: "" if worker is not None and worker.accepting else "not ready")
    storage = Storage(
        project=settings.storage_project,
        bucket=settings.storage_bucket,
        public_url=settings.storage_public_url,
        threads=settings.slots,
        signer=UrlSigner(seconds=settings.storage_signed_seconds) if settings.storage_signed_seconds else None,
    )
    # Chromium starts on another core while this process reads the templates.
    printer, templates, kube, _ = await asyncio.gather(
        start_printer(settings.chromium, settings.sandbox),
        asyncio.to_thread(_read_templates, settings),
        KubeClient.connect(),
        storage.connect(),
    )
    TEMPLATES_BROKEN.set(len(templates.broken))
    documents = Documents(templates, printer)
    await documents.warm_up()
    worker = Worker(
        kube,
        Exporter(documents, storage, kube.now, retention=settings.retention),
        namespace=settings.namespace,
        pod_name=settings.pod_name,
        jobs_per_pod=settings.jobs_per_pod,
    )
    if stopping.is_set():
        worker.drain()
    storage_care = [
        asyncio.create_task(StorageGarbageCollector(kube, storage, namespace=settings.namespace).run()),
        asyncio.create_task(Sweeper(storage, settings.retention, kube.now).run()),
    ]
    freeze_garbage_collector()
    log.info("ready for %d jobs", settings.jobs_per_pod)
    try:
        await worker.run()
        log.info("no more jobs here")
    finally:
        for task in storage_care:
            task.cancel()
        await printer.stop()
        storage.close()
        await kube.close()
        await health.cleanup()


def _read_templates(settings: Settings) -> Templates:
    return Templates(settings.templates_dirs, coverage=Coverage.of_system())


PROGRAM = Program(name="renderer", read_settings=Settings.from_env, serve=work)


def main() -> int:
    """Run the program; the exit code is 1 when only a new process helps the browser."""
    try:
        return run(PROGRAM)
    except BrowserStuck:
        return 1


if __name__ == "__main__":
    sys.exit(main())
