"""The load of the soak: every template with every sample CV in turn, one job in a hundred made to fail."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any
from uuid import uuid4

import aiohttp
from yarl import URL

from bench.client import Client
from cluster.progress import Failed
from crds.client import PdfExportJobClient
from crds.errors import ErrorCode
from crds.job import manifest
from kube.client import KubeClient
from kube.errors import KubeError
from tests.documents.samples import cases

DONE = "done"
_FAILING_EVERY = 100
_DOWNLOAD_EVERY = 50
_USERS = 50
_TEMPLATE = "modern"
# It takes as long as many others: one template's is enough.
_LONG = "twenty-pages"
_WAIT_SECONDS = 30
# Of the jobs that are made to fail; the release gives the others its own.
_TTL_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Order:
    """A job and how it may end: as `done`, or with the code of an error."""

    spec: dict[str, Any]
    ends: frozenset[str] = frozenset({DONE})


@dataclass(slots=True)
class Outcome:
    """What has become of the jobs: how many ended in which way, and what went wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def renders(self) -> int:
        """How many have ended."""
        return self.ends.total()


def orders() -> Iterator[Order]:
    """Without end, always the same ones."""
    documents = [Order(case.spec) for case in cases() if case.sample != _LONG or case.template == _TEMPLATE]
    random.Random(1).shuffle(documents)
    untitled = {"basics": {"name": "Ada"}, "customSections": [{"summary": "of a section without a title"}]}
    invalid = Order({"templateId": _TEMPLATE, "cvData": untitled}, frozenset({ErrorCode.INVALID_DATA}))
    late = frozenset({ErrorCode.TIMEOUT, DONE})
    longest = Order({"templateId": _TEMPLATE, "cvData": _longest(), "timeoutSeconds": 1}, late)
    failing = cycle([longest, invalid, invalid, invalid, invalid])
    for n in count(1):
        order = next(failing) if n % _FAILING_EVERY == 0 else documents[n % len(documents)]
        yield Order({**order.spec, "resumeId": n, "fileName": "soak", "userId": f"user-{n % _USERS}"}, order.ends)


def _longest() -> dict[str, Any]:
    """As many list items as a CV may have: 190 pages, of which no usual machine is done in a second."""
    return {"basics": {"name": "Ada"}, "work": [{"position": f"{n}", "highlights": ["Item"] * 100} for n in range(84)]}


class Exporter:
    """Orders jobs, waits for them, and takes each PDF away from storage: what is left there at the end is too much."""

    def __init__(self, client: Client, kube: KubeClient, http: aiohttp.ClientSession, *, namespace: str) -> None:
        self._client = client
        self._jobs = PdfExportJobClient(kube, namespace)
        self._http = http
        self._buckets: set[URL] = set()
        self.outcome = Outcome()

    async def run(self, renders: int, *, clients: int) -> None:
        """So many jobs, so many at once. What goes wrong is in `outcome`."""
        numbered = zip(range(1, renders + 1), orders(), strict=False)

        async def work() -> None:
            for n, order in numbered:
                try:
                    end = await self._export(order, download=n % _DOWNLOAD_EVERY == 1)
                except (Failed, KubeError, aiohttp.ClientError, TimeoutError) as e:
                    end = "failed"
                    self.outcome.failures.append(f"job {n}: {type(e).__name__} {e}")
                self.outcome.ends[end] += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(work())

    async def left_in_storage(self) -> list[str]:
        """The names of objects that are in the buckets still; at most a page of each."""
        names: list[str] = []
        for bucket in self._buckets:
            async with self._http.get(bucket) as answer:
                answer.raise_for_status()
                names += [item["name"] for item in (await answer.json()).get("items", ())]
        return names

    async def _export(self, order: Order, *, download: bool) -> str:
        """How the job has ended; Failed when it should have done so differently."""
        job_id = await self._order(order)
        job = await self._ended(job_id)
        end = DONE if job.get("status") == DONE else str(job.get("code"))
        if end not in order.ends:
            raise Failed(f"{job_id} is to end as {' or '.join(sorted(order.ends))}, and is {job}")
        if end == DONE:
            await self._take(job_id, URL(job["fileUrl"], encoded=True), download=download)
        return end

    async def _order(self, order: Order) -> str:
        if order.ends == {DONE}:
            return await self._client.post(json.dumps(order.spec).encode())
        # The API refuses what is wrong, and lets nobody choose the time.
        job_id = str(uuid4())
        body = manifest(job_id, {"ttlSeconds": _TTL_SECONDS, **order.spec}, annotations={})
        await self._jobs.create(body)
        return job_id

    async def _ended(self, job_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + _TTL_SECONDS
        while time.monotonic() < deadline:
            job = await self._client.get(job_id, wait=_WAIT_SECONDS)
            if job.get("status") != "processing":
                return job
        raise Failed(f"{job_id} has not ended within {_TTL_SECONDS} s")

    async def _take(self, job_id: str, url: URL, *, download: bool) -> None:
        """Look at the PDF now and then, and delete it."""
        if download:
            async with self._http.get(url) as answer:
                if answer.status != 200 or not (await answer.read()).startswith(b"%PDF-"):
                    raise Failed(f"{job_id}: its link gives {answer.status} and no PDF")
        as_admin = URL(str(url.with_query(None)).replace("/v0/", "/storage/v1/", 1), encoded=True)
        self._buckets.add(as_admin.parent)
        async with self._http.delete(as_admin) as answer:
            if answer.status not in (200, 204):
                raise Failed(f"{job_id}: it is not in storage, {answer.status}")
