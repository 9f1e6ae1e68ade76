"""Part i: the same export with no other jobs in the cluster, and with ten thousand finished ones."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from bench import rows
from bench.bare import timed
from bench.client import Client
from bench.figures import Figures, Rows, spread, under
from bench.meter import cost
from bench.stage import Stage
from cluster.progress import Failed, say
from crds.client import KubeClient, KubeError, change_job_status, jobs_path
from crds.job import Job, assigned, done, manifest

LIVE_JOBS = 10_000
_JOBS = 100
_WARM_UP = 10
_POLLS = 200
_WRITERS = 16
_TTL_SECONDS = 3600
_CACHED = re.compile(r"^pdf_export_api_cache_jobs (\S+)$", re.MULTILINE)


async def measure(stage: Stage) -> Rows:
    """Without other jobs and with them."""
    stage.settle(1)
    found = {rows.NO_OTHER_JOBS: await _exports(stage)}
    count = stage.count(LIVE_JOBS)
    async with _kube() as kube:
        try:
            await create_finished(kube, stage, count)
            await _until_cached(stage.api_url(), count)
            found[rows.MANY_LIVE_JOBS] = await _exports(stage) | {"live_jobs": count}
        finally:
            await _delete(kube, stage, count)
    return found


async def _exports(stage: Stage) -> Figures:
    async with Client(stage.api_url(), stage.sample.body) as client:
        for _ in range(_WARM_UP):
            job_id = await client.export()
        polls = [await timed(lambda: client.get(job_id)) for _ in range(stage.count(_POLLS))]
        before = stage.meter.before()
        times = [await timed(client.export) for _ in range(stage.count(_JOBS))]
        after = stage.meter.after()
    return {**spread(times), **under("poll", spread(polls)), **cost(before, after, len(times))}


async def create_finished(kube: KubeClient, stage: Stage, count: int) -> None:
    """Jobs as they are when they are done, made at the API server; they expire long after the measurement."""
    say(f"creating {count} finished jobs")
    namespace = stage.release.namespace
    numbers = iter(range(count))

    async def write() -> None:
        for n in numbers:
            name = _name(n)
            spec = {**stage.sample.spec, "ttlSeconds": _TTL_SECONDS, "userId": f"user-{n % 500}"}
            created = await kube.request("POST", jobs_path(namespace), body=manifest(name, spec, annotations={}))
            await change_job_status(kube, namespace, Job.from_object(created), _done(name))

    await asyncio.gather(*(write() for _ in range(_WRITERS)))


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


async def _until_cached(api_url: str, count: int) -> None:
    """Wait until the API has heard of them."""
    deadline = time.monotonic() + 60
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            async with http.get(f"{api_url}/metrics") as answer:
                found = _CACHED.search(await answer.text())
            if found and float(found[1]) >= count:
                return
            await asyncio.sleep(0.2)
    raise Failed(f"the API has not heard of {count} jobs within a minute")


async def _delete(kube: KubeClient, stage: Stage, count: int) -> None:
    """One by one: the answer to a deletion of all would hold them all."""
    say("deleting them")
    numbers = iter(range(count))

    async def delete() -> None:
        for n in numbers:
            try:
                await kube.request("DELETE", jobs_path(stage.release.namespace, _name(n)))
            except KubeError as e:
                if e.status != 404:
                    raise

    await asyncio.gather(*(delete() for _ in range(_WRITERS)))


def _name(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


@asynccontextmanager
async def _kube() -> AsyncIterator[KubeClient]:
    kube = await KubeClient.connect()
    try:
        yield kube
    finally:
        await kube.close()
