"""A CV in, a PDF out, on this machine."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from local.installation import Installation, install
from local.state_folder import state_folder
from tests.local.programs.conftest import JOBS, Client, eventually, options

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_cv_becomes_a_pdf_that_can_be_downloaded(client: Client, cv: dict[str, Any]) -> None:
    job_id = await client.post(cv, fileName="Ada Lovelace CV")

    answer = await client.finished(job_id)

    assert answer["status"] == "done", answer
    pdf = await client.http.get(answer["fileUrl"])
    assert pdf.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")


async def test_the_page_and_the_list_of_templates_are_served(client: Client) -> None:
    assert (await client.http.get("/")).headers["content-type"].startswith("text/html")
    assert {each["id"] for each in (await client.http.get("/api/export-pdf/templates")).json()["templates"]} >= {
        "modern"
    }


async def test_a_web_application_on_localhost_may_call_the_api(client: Client) -> None:
    preflight = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    allowed = await client.http.options(JOBS, headers=preflight)
    refused = await client.http.options(JOBS, headers={**preflight, "Origin": "https://example.com"})

    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert refused.status_code == 400


async def test_the_same_idempotency_key_is_the_same_job(client: Client, cv: dict[str, Any]) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}

    first = await client.post(cv, headers=key)
    second = await client.post(cv, headers=key)
    other = await client.http.post(JOBS, json={"resumeId": 2, "templateId": "classic", "cvData": cv}, headers=key)

    assert first == second
    assert other.status_code == 422


async def test_what_is_no_cv_is_refused_and_the_field_is_named(client: Client) -> None:
    response = await client.http.post(JOBS, json={"resumeId": 1, "templateId": "modern", "cvData": {"basics": 7}})

    assert response.status_code == 422
    assert "cvData.basics" in response.text


async def test_a_job_that_is_deleted_is_gone(client: Client, cv: dict[str, Any]) -> None:
    job_id = await client.post(cv)

    deleted = await client.http.delete(f"{JOBS}/{job_id}")

    assert deleted.status_code == 204

    async def gone() -> bool:
        return (await client.http.get(f"{JOBS}/{job_id}")).status_code == 404

    await eventually(f"job {job_id} is gone", gone, seconds=10)


async def test_a_job_is_deleted_at_its_expiry() -> None:
    short = options(settings={"PDFEXPORT_TTL_SECONDS": "2"})
    with state_folder() as folder:
        async with install(folder, short) as running, httpx.AsyncClient(base_url=running.url, timeout=40) as http:
            await running.wait_api(90)
            job_id = await Client(http).post({"basics": {"name": "Ada Lovelace"}})

            async def gone() -> bool:
                return await _jobs(running) == [] and (await http.get(f"{JOBS}/{job_id}")).status_code == 404

            await eventually(f"job {job_id} is deleted", gone, seconds=20)


async def _jobs(running: Installation) -> list[str]:
    items, _ = await running.kube.list("/apis/pdfexport.dev/v1/namespaces/pdf-export/pdfexportjobs")
    return [item["metadata"]["name"] for item in items]
