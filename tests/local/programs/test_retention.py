"""Documents go with their jobs, on the real programs."""

from __future__ import annotations

import os
import signal

import httpx
import pytest

from kube import paths
from local.installation import Installation, install, is_ready
from local.release import NAMESPACE, RENDERER
from local.state_folder import state_folder
from tests.local.programs.conftest import JOBS, Client, eventually, options

pytestmark = pytest.mark.asyncio(loop_scope="session")

CV = {"basics": {"name": "Ada Lovelace"}}
MANY = 100
COMPONENT = "app.kubernetes.io/component"


async def test_the_link_of_a_done_job_that_is_deleted_ends_within_ten_seconds(
    installation: Installation, client: Client
) -> None:
    # Given a done job of an installation that keeps documents beyond their jobs.
    job_id = await client.post(CV, fileName="Ada_Lovelace", userId="user-123")
    url = (await client.finished(job_id))["fileUrl"]
    assert "Ada" not in url
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(url)
        assert answer.status_code == 200
        assert 'filename="Ada_Lovelace.pdf"' in answer.headers["content-disposition"]

        # When it is deleted, then its document goes along.
        assert (await client.http.delete(f"{JOBS}/{job_id}")).status_code == 204

        async def gone() -> bool:
            return (await browser.get(url)).status_code == 404

        await eventually("the link ends", gone, seconds=10)


async def test_the_link_ends_as_soon_when_the_renderer_that_printed_the_job_has_ended(
    installation: Installation, client: Client
) -> None:
    # Given a done job, and in place of its renderer another one.
    job_id = await client.post(CV)
    url = (await client.finished(job_id))["fileUrl"]
    job = f"/apis/pdfexport.dev/v1/namespaces/{NAMESPACE}/pdfexportjobs/{job_id}"
    ended = (await installation.kube.request("GET", job))["status"]["renderer"]
    pid = installation.kubelet.pid(ended)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)

    async def replaced() -> bool:
        pods = (await installation.kube.request("GET", paths.pods(NAMESPACE)))["items"]
        renderers = {pod["metadata"]["name"]: pod for pod in pods if pod["metadata"]["labels"][COMPONENT] == RENDERER}
        return ended not in renderers and any(map(is_ready, renderers.values()))

    await eventually("another renderer is ready", replaced, seconds=90)
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(url)).status_code == 200

        # When the job is deleted, then another renderer removes its document.
        assert (await client.http.delete(f"{JOBS}/{job_id}")).status_code == 204

        async def gone() -> bool:
            return (await browser.get(url)).status_code == 404

        await eventually("the link ends", gone, seconds=10)


async def test_a_hundred_jobs_leave_no_document_when_documents_go_with_their_jobs() -> None:
    settings = {"PDFEXPORT_RETENTION": "withJob", "PDFEXPORT_TTL_SECONDS": "60"}
    with state_folder() as folder:
        async with install(folder, options(settings=settings)) as running:
            await running.wait_renderer(90)
            async with httpx.AsyncClient(base_url=running.url, timeout=40) as http:
                client = Client(http)
                jobs = [await client.post(CV) for _ in range(MANY)]
                answers = [await client.finished(job) for job in jobs]
                assert {answer["status"] for answer in answers} == {"done"}
                stored = folder / "storage"
                assert any(stored.iterdir())

                async def empty() -> bool:
                    return not any(stored.iterdir())

                await eventually("no document is left", empty, seconds=120)
