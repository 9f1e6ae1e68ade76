"""A CV in, a PDF out, on this machine; tests/contract tests all that the API promises on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.programs.conftest import JOBS, Client

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
