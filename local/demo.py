"""`python -m local demo`: from a CV to a PDF in out/, by way of the API, as a client of it would."""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp

from cluster.progress import Failed, say
from local.installation import PROJECT_FOLDER, Installation

_JOBS: Final = "/api/export-pdf/job"
_CV: Final = PROJECT_FOLDER / "templates" / "modern" / "sample.json"
_WAIT_SECONDS: Final = 10
_TRIES: Final = 6


async def export_sample(installation: Installation) -> bytes:
    """Export a sample CV; its PDF. Failed when the job does not end with one."""
    cv = json.loads(_CV.read_text(encoding="utf-8"))
    request = {"resumeId": 123, "templateId": "modern", "cvData": cv, "fileName": f"{cv['basics']['name']} CV"}
    timeout = aiohttp.ClientTimeout(total=_WAIT_SECONDS + 30)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        say(f"POST {installation.api_url}{_JOBS}  ({_CV.relative_to(PROJECT_FOLDER)})")
        job = await _post(session, installation.api_url, request)
        for _ in range(_TRIES):
            if job["status"] != "processing":
                break
            job = await _get(session, f"{installation.api_url}{_JOBS}/{job['jobId']}?wait={_WAIT_SECONDS}")
            say(f"GET  {installation.api_url}{_JOBS}/{job['jobId']}?wait={_WAIT_SECONDS}: {job['status']}")
        if job["status"] != "done":
            raise Failed(f"the job ended with {json.dumps(job)}")
        async with session.get(job["fileUrl"]) as response:
            pdf = await response.read()
    if not pdf.startswith(b"%PDF-"):
        raise Failed(f"what the link gives is no PDF: {pdf[:60]!r}")
    return pdf


async def _post(session: aiohttp.ClientSession, url: str, request: dict[str, Any]) -> dict[str, Any]:
    async with session.post(f"{url}{_JOBS}", json=request) as response:
        if response.status != 202:
            raise Failed(f"POST was answered {response.status}: {await response.text()}")
        job: dict[str, Any] = await response.json()
        return job


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as response:
        job: dict[str, Any] = await response.json()
    if "status" not in job:
        raise Failed(f"GET {url} was answered {response.status}: {json.dumps(job)}")
    return job
