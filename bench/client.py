"""Clients of the API: what they do to export a document, and how long they wait for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp

from cluster.demo import JOBS
from cluster.progress import Failed

_WAIT_SECONDS = 30
_GIVE_UP_SECONDS = 120.0


@dataclass(slots=True)
class Load:
    """What clients have got done: milliseconds of each export, and how many ended a second while all were at it."""

    milliseconds: list[float] = field(default_factory=list)
    job_ids: list[str] = field(default_factory=list)
    jobs_per_second: float = 0.0


class Client:
    """Any number of clients, on one pool of connections. Failed when a job does not end as done."""

    def __init__(self, api_url: str, body: bytes) -> None:
        self._jobs_url = api_url + JOBS
        self._body = body
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        connector = aiohttp.TCPConnector(limit=0)
        self._http = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http:
            await self._http.close()

    async def post(self, body: bytes | None = None) -> str:
        """Order an export, of this document or of the client's own: its jobId."""
        assert self._http is not None
        headers = {"Content-Type": "application/json"}
        async with self._http.post(self._jobs_url, data=body or self._body, headers=headers) as answer:
            if answer.status != 202:
                raise Failed(f"POST {self._jobs_url}: {answer.status} {(await answer.text())[:300]}")
            return str((await answer.json())["jobId"])

    async def get(self, job_id: str, *, wait: int = 0) -> dict[str, Any]:
        """The job as the API shows it, at once or when it has ended."""
        assert self._http is not None
        url = f"{self._jobs_url}/{job_id}" + (f"?wait={wait}" if wait else "")
        async with self._http.get(url) as answer:
            job: dict[str, Any] = await answer.json()
            return job

    async def downloaded(self) -> bytes:
        """POST with `Prefer: wait`, as a backend does, and the document behind the link."""
        assert self._http is not None
        headers = {"Content-Type": "application/json", "Prefer": f"wait={_WAIT_SECONDS}"}
        async with self._http.post(self._jobs_url, data=self._body, headers=headers) as answer:
            if answer.status != 200:
                raise Failed(f"POST {self._jobs_url}: {answer.status} {(await answer.text())[:300]}")
            file_url = str((await answer.json())["fileUrl"])
        async with self._http.get(file_url) as answer:
            if answer.status != 200:
                raise Failed(f"GET {file_url}: {answer.status}")
            return await answer.read()

    async def export(self) -> str:
        """POST, then wait until it is done: the jobId."""
        job_id = await self.post()
        await self.done(job_id)
        return job_id

    async def done(self, job_id: str) -> None:
        """Wait with ?wait= until a job is done."""
        await self._until_done(job_id, wait=_WAIT_SECONDS, pause=0.0)

    async def polled(self, seconds: float) -> None:
        """POST, then ask every so many seconds, as the browser hook does."""
        await self._until_done(await self.post(), wait=0, pause=seconds)

    async def _until_done(self, job_id: str, *, wait: int, pause: float) -> None:
        ends = time.monotonic() + _GIVE_UP_SECONDS
        while time.monotonic() < ends:
            await asyncio.sleep(pause)
            job = await self.get(job_id, wait=wait)
            if job["status"] == "done":
                return
            if job["status"] != "processing":
                raise Failed(f"job {job_id} ended with {job}")
        raise Failed(f"job {job_id} was not done within {_GIVE_UP_SECONDS:.0f} s")

    async def closed_loop(self, *, clients: int, seconds: float) -> Load:
        """So many clients at once, each ordering its next export when it has the last; all that was ordered ends."""
        load = Load()
        began = time.perf_counter()
        ends = began + seconds
        in_time = 0

        async def work() -> None:
            nonlocal in_time
            while (start := time.perf_counter()) < ends:
                load.job_ids.append(await self.export())
                end = time.perf_counter()
                load.milliseconds.append((end - start) * 1000)
                in_time += end <= ends

        await asyncio.gather(*(work() for _ in range(clients)))
        load.jobs_per_second = in_time / seconds
        return load
