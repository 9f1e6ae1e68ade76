"""Part i: the same export with no other jobs in the cluster, and with ten thousand finished ones.

While these are made the controller is away, so that it does not have them printed; its start afterwards, until a job
that waits is done, is measured too.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bench import rows
from bench.bare import timed
from bench.client import Client
from bench.figures import Figures, Rows, spread, under
from bench.meter import cost
from bench.testbed import Testbed
from cluster.progress import Failed, say
from cluster.release import Release
from crds.client import PdfExportJobClient
from crds.job import Job, assigned, done, manifest
from kube.client import KubeClient
from kube.errors import KubeError

LIVE_JOBS = 10_000
_JOBS = 100
_WARM_UP = 10
_POLLS = 200
_WRITERS = 16
_TTL_SECONDS = 3600
_CACHED = re.compile(r"^pdf_export_api_cache_jobs (\S+)$", re.MULTILINE)


async def measure(testbed: Testbed) -> Rows:
    """Without other jobs and with them."""
    # A job that waits for the controller must outlive its start.
    testbed.settle(1, jobs_ttlSeconds=60)
    found = {rows.NO_OTHER_JOBS: await _exports(testbed)}
    names = [str(uuid.uuid4()) for _ in range(testbed.count(LIVE_JOBS))]
    async with _kube() as kube:
        try:
            testbed.scale_controller(0)
            await create_finished(kube, testbed, names)
            await _until_cached(testbed.release, len(names))
            restart_ms = await _restart(testbed)
            found[rows.MANY_LIVE_JOBS] = await _exports(testbed) | {
                "live_jobs": len(names),
                "controller_restart_ms": restart_ms,
            }
        finally:
            testbed.scale_controller(1)
            await _delete(kube, testbed, names)
    return found


async def _restart(testbed: Testbed) -> float:
    """Milliseconds from the order to start the controller until a job that waited for it is done."""
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        job_id = await client.post()

        async def start() -> None:
            testbed.scale_controller(1, wait=False)
            await client.done(job_id)

        return await timed(start)


async def _exports(testbed: Testbed) -> Figures:
    async with Client(testbed.api_url(), testbed.sample.body) as client:
        for _ in range(_WARM_UP):
            job_id = await client.export()
        polls = [await timed(lambda: client.get(job_id)) for _ in range(testbed.count(_POLLS))]
        before = testbed.meter.before()
        times = [await timed(client.export) for _ in range(testbed.count(_JOBS))]
        after = testbed.meter.after()
    return {**spread(times), **under("poll", spread(polls)), **cost(before, after, len(times))}


async def create_finished(kube: KubeClient, testbed: Testbed, names: list[str]) -> None:
    """Jobs as they are when they are done, made at the API server; they expire long after the measurement."""
    say(f"creating {len(names)} finished jobs")
    jobs = PdfExportJobClient(kube, testbed.release.namespace)

    async def create(n: int, name: str) -> None:
        spec = {**testbed.sample.spec, "ttlSeconds": _TTL_SECONDS, "userId": f"user-{n % 500}"}
        body = manifest(name, spec, annotations={})
        metadata = await jobs.create(body)
        await jobs.put_status(Job.from_object({**body, "metadata": metadata}), _done(name))

    await _some_at_once(names, create)


async def _some_at_once(names: list[str], work: Callable[[int, str], Awaitable[None]]) -> None:
    """Do it for each name."""
    numbered = iter(enumerate(names))

    async def take() -> None:
        for n, name in numbered:
            await work(n, name)

    async with asyncio.TaskGroup() as group:
        for _ in range(_WRITERS):
            group.create_task(take())


def _done(name: str) -> dict[str, object]:
    now = time.time()
    return {
        **assigned(renderer="bench", attempt=1, now=now, expires=now + _TTL_SECONDS),
        **done(
            file_url=f"http://127.0.0.1/v0/b/bench/o/exports%2F{name}%2Fbench.pdf?alt=media&token={name}",
            storage_path=f"exports/{name}/bench.pdf",
            size_bytes=90_000,
            pages=2,
            sha256="0" * 64,
            timings={"queueMs": 5.0, "renderMs": 40.0, "uploadMs": 10.0},
            now=now,
        ),
    }


async def _until_cached(release: Release, count: int) -> None:
    """Wait until the API has them in its cache."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = _CACHED.search(await asyncio.to_thread(_api_metrics, release))
        if found and float(found[1]) >= count:
            return
        await asyncio.sleep(0.2)
    raise Failed(f"the API has not cached {count} jobs within a minute")


def _api_metrics(release: Release) -> str:
    jsonpath = "jsonpath={.items[0].metadata.name}"
    name = release.kubectl("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", jsonpath)
    return release.kubectl("get", "--raw", f"/api/v1/namespaces/{release.namespace}/pods/{name}:9090/proxy/metrics")


async def _delete(kube: KubeClient, testbed: Testbed, names: list[str]) -> None:
    """One by one: the answer to a deletion of all would hold them all."""
    say("deleting them")
    jobs = PdfExportJobClient(kube, testbed.release.namespace)

    async def delete(_: int, name: str) -> None:
        try:
            await jobs.delete(name)
        except KubeError as e:
            if e.status != 404:
                raise

    await _some_at_once(names, delete)


@asynccontextmanager
async def _kube() -> AsyncIterator[KubeClient]:
    kube = await KubeClient.connect()
    try:
        yield kube
    finally:
        await kube.close()
