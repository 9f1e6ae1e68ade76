"""One installation for all tests of this folder, in the session's event loop."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
import pytest_asyncio

from local import chromium
from local.installation import PROJECT_FOLDER, Installation, Options, free_port, install
from local.output import Output
from local.state_folder import state_folder

T = TypeVar("T")
JOBS = "/api/export-pdf/job"


async def eventually(what: str, check: Callable[[], Awaitable[T | None]], *, seconds: float = 60.0) -> T:
    """The first true result of `check`; fails, naming what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        result = await check()
        if result:
            return result
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        await asyncio.sleep(0.05)


def options(**chosen: Any) -> Options:
    """Options of an installation at a free port; lines of the programs are in the test's output."""
    path = chromium.find()
    assert path is not None, "no Chromium on this machine: make tools"
    return Options(chromium=path, on_line=Output("info").take, port=free_port(), **chosen)


class Client:
    """Posts and polls as the web application does."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, cv: dict[str, Any], *, headers: dict[str, str] | None = None, **fields: Any) -> str:
        """Create a job and return its jobId."""
        body = {"resumeId": 1, "templateId": "modern", "cvData": cv, **fields}
        response = await self.http.post(JOBS, json=body, headers=headers)
        assert response.status_code == 202, response.text
        return str(response.json()["jobId"])

    async def finished(self, job_id: str) -> dict[str, Any]:
        """The answer of the first poll that says done or error."""

        async def poll() -> dict[str, Any] | None:
            response = await self.http.get(f"{JOBS}/{job_id}", params={"wait": 10})
            assert response.status_code == 200, response.text
            answer: dict[str, Any] = response.json()
            return answer if answer["status"] != "processing" else None

        return await eventually(f"job {job_id} ends", poll)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def installation() -> AsyncIterator[Installation]:
    """The release, with a renderer that is ready."""
    with state_folder() as folder:
        async with install(folder, options()) as running:
            await running.wait_api(90)
            await running.wait_renderer(90)
            yield running


@pytest_asyncio.fixture(loop_scope="session")
async def client(installation: Installation) -> AsyncIterator[Client]:
    """A client of the API."""
    async with httpx.AsyncClient(base_url=installation.url, timeout=40) as http:
        yield Client(http)


@pytest.fixture
def cv() -> dict[str, Any]:
    """A CV of the project's samples."""
    sample: dict[str, Any] = json.loads((PROJECT_FOLDER / "templates" / "modern" / "sample.json").read_text())
    return sample
