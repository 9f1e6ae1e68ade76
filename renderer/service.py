"""The renderer's work, from the templates to the end: everything but the start of Chromium.

Its imports take most of a second; __main__.py has Chromium start meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from kube.client import KubeClient
from renderer.chromium.browser import BrowserStuck, Printer
from renderer.document import Documents
from renderer.html.fill import TemplateBroken, Templates
from renderer.html.glyphs import Coverage
from renderer.metrics import TEMPLATES_BROKEN
from renderer.settings import Settings
from renderer.storage.deletions import DeletionFollower
from renderer.storage.firebase import Storage
from renderer.storage.garbage_collection import StorageGarbageCollector
from renderer.storage.signed_urls import UrlSigner
from renderer.storage.sweep import Sweeper
from renderer.task import Exporter
from renderer.worker import Worker
from runtime.health import serve
from runtime.memory import freeze_garbage_collector
from runtime.settings import TEMPLATES_DIR, SettingsError

log = logging.getLogger("renderer")


async def work(settings: Settings, starting: asyncio.Task[Printer], stopping: asyncio.Event) -> None:
    """Report the pod as ready once the printer has started, take jobs until `stopping` is set, and close everything."""
    worker: Worker | None = None
    health = await serve(settings.port, unready=lambda: "" if worker is not None and worker.accepting else "not ready")
    storage = Storage(
        project=settings.storage_project,
        bucket=settings.storage_bucket,
        public_url=settings.storage_public_url,
        threads=settings.slots,
        signer=UrlSigner(seconds=settings.storage_signed_seconds) if settings.storage_signed_seconds else None,
    )
    templates, kube, _, printer = await asyncio.gather(
        asyncio.to_thread(_read_templates, settings), KubeClient.connect(), storage.connect(), starting
    )
    TEMPLATES_BROKEN.set(len(templates.broken))
    documents = Documents(templates, printer)
    # The first print takes most of it; the other templates' fonts are read while jobs may come already.
    first, rest = templates.ids[:1], templates.ids[1:]
    await documents.warm_up(first)
    worker = Worker(
        kube,
        Exporter(documents, storage, kube.now, retention=settings.retention),
        namespace=settings.namespace,
        pod_name=settings.pod_name,
        jobs_per_pod=settings.jobs_per_pod,
    )
    beside = [
        asyncio.create_task(_warm_up(documents, rest)),
        asyncio.create_task(_drain(worker, stopping)),
        asyncio.create_task(StorageGarbageCollector(kube, storage, namespace=settings.namespace).run()),
        asyncio.create_task(DeletionFollower(kube, storage, namespace=settings.namespace).run()),
        asyncio.create_task(Sweeper(storage, settings.retention, kube.now).run()),
    ]
    freeze_garbage_collector()
    log.info("ready for %d jobs", settings.jobs_per_pod)
    try:
        await worker.run()
        log.info("no more jobs here")
    finally:
        for task in beside:
            task.cancel()
        await printer.stop()
        storage.close()
        await kube.close()
        await health.cleanup()


def _read_templates(settings: Settings) -> Templates:
    """The templates, those that are broken among them. SettingsError when what all of them share cannot be read."""
    try:
        return Templates(settings.templates_dirs, coverage=Coverage.of_system())
    except TemplateBroken as e:
        raise SettingsError(f"{TEMPLATES_DIR} is {settings.templates_dirs[0]}: {e}") from e


async def _warm_up(documents: Documents, template_ids: Sequence[str]) -> None:
    # A Chromium that is stuck is found by the next job, whose end is the worker's business.
    with suppress(BrowserStuck):
        await documents.warm_up(template_ids)


async def _drain(worker: Worker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.drain()
