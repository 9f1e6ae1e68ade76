"""Makes the documents with a release on a cluster: posted to its API, downloaded from its storage."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

import httpx

from tests.documents.samples import Case, Made
from tests.e2e.client import JOBS
from tests.e2e.conftest import Run

_IN_FLIGHT = 4
# Statuses are read before the jobs expire, many with one call.
_BATCH = 48
_SECONDS_A_JOB = 90.0
_STATUSES = "jsonpath={range .items[*]}{.metadata.name}{'\\t'}{.status}{'\\n'}{end}"


def make(cases: Sequence[Case], *, api_url: str, kubectl: Run) -> dict[Case, Made]:
    """All documents, each by two jobs; 4 jobs are under way at a time."""
    made: dict[Case, Made] = {}
    left = iter(cases)
    while batch := list(islice(left, _BATCH)):
        jobs = asyncio.run(_export_all(api_url, batch))
        names = [name for one in jobs.values() for name in one.names]
        statuses = _statuses(kubectl, names) if names else {}
        made |= {case: _made(job, statuses) for case, job in jobs.items()}
    return made


class _Jobs:
    """The two jobs of one document: their names, the PDF of the first, and what went wrong."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.pdf = b""
        self.error = ""


async def _export_all(api_url: str, cases: Sequence[Case]) -> dict[Case, _Jobs]:
    slots = asyncio.Semaphore(_IN_FLIGHT)
    async with httpx.AsyncClient(base_url=api_url, timeout=40) as http:

        async def export(case: Case) -> _Jobs:
            jobs = _Jobs()
            async with slots:
                for _ in range(2):
                    jobs.error = jobs.error or await _export(http, case, jobs)
            return jobs

        return dict(zip(cases, await asyncio.gather(*map(export, cases)), strict=True))


async def _export(http: httpx.AsyncClient, case: Case, jobs: _Jobs) -> str:
    """Post one job and wait for its end; what went wrong, or ""."""
    body = {"resumeId": str(case), "fileName": str(case), **case.spec}
    response = await http.post(JOBS, json=body)
    if response.status_code != 202:
        return f"{response.status_code}: {response.text[:500]}"
    name = response.json()["jobId"]
    try:
        async with asyncio.timeout(_SECONDS_A_JOB):
            answer = await _finished(http, name)
    except TimeoutError:
        return f"job {name} did not end within {_SECONDS_A_JOB:g} s"
    if answer["status"] != "done":
        return f"{answer.get('code')}: {answer.get('error')}"
    jobs.names.append(name)
    if not jobs.pdf:
        download = await http.get(answer["fileUrl"])
        if download.status_code != 200:
            return f"the download answers {download.status_code}"
        jobs.pdf = download.content
    return ""


async def _finished(http: httpx.AsyncClient, name: str) -> dict[str, Any]:
    while True:
        response = await http.get(f"{JOBS}/{name}", params={"wait": 20})
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        if answer["status"] != "processing":
            return answer


def _statuses(kubectl: Run, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    lines = kubectl("get", "pdfexportjobs", *names, "-o", _STATUSES).splitlines()
    # kubectl gives one job by itself, not in a list.
    if len(names) == 1:
        return {names[0]: json.loads(kubectl("get", "pdfexportjobs", *names, "-o", "jsonpath={.status}"))}
    return {name: json.loads(status) for name, _, status in (line.partition("\t") for line in lines)}


def _made(jobs: _Jobs, statuses: dict[str, dict[str, Any]]) -> Made:
    if jobs.error:
        return Made(error=jobs.error)
    own = [statuses[name] for name in jobs.names]
    warnings = tuple((one["code"], one["field"]) for one in own[0].get("warnings", []))
    return Made(jobs.pdf, tuple(status["sha256"] for status in own), warnings)
