"""A storage that refuses documents: what the client gets, and what operators see, on the real programs."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from local import release
from local.installation import Installation, install
from local.state_folder import state_folder
from tests.local.programs.conftest import Client, eventually, options

pytestmark = pytest.mark.asyncio(loop_scope="session")

CV = {"basics": {"name": "Ada Lovelace"}}


async def test_a_bucket_that_does_not_exist_is_told_to_operators_and_not_to_be_tried_again() -> None:
    settings = {"PDFEXPORT_STORAGE_BUCKET": "no-such-bucket"}
    with state_folder() as folder:
        async with install(folder, options(settings=settings)) as running:
            await running.wait_renderer(90)
            async with httpx.AsyncClient(base_url=running.url, timeout=40) as http:
                client = Client(http)
                answer = await client.finished(await client.post(CV, fileName="Ada_Lovelace"))

            # The client gets a sentence without the bucket, and is not told to try again.
            assert (answer["status"], answer["code"], answer["retryable"]) == ("error", "StorageRefused", False)
            assert "no-such-bucket" not in str(answer)

            # The cause is in a condition of the Deployment, and in an Event.
            cause = "the bucket no-such-bucket does not exist (HTTP 404"

            async def condition() -> dict[str, Any] | None:
                return await _storage_available(running)

            found = await eventually("the condition is set", condition)
            assert (found["status"], found["reason"]) == ("False", "DocumentNotStored")
            assert cause in found["message"]
            events = await running.kube.request("GET", f"/api/v1/namespaces/{release.NAMESPACE}/events")
            [event] = [each for each in events["items"] if each["reason"] == "StorageNotAvailable"]
            assert cause in event["message"]
            assert "Ada" not in str((found, event))


async def _storage_available(running: Installation) -> dict[str, Any] | None:
    path = f"/apis/apps/v1/namespaces/{release.NAMESPACE}/deployments/{release.CONTROLLER}"
    conditions = (await running.kube.request("GET", path)).get("status", {}).get("conditions", [])
    return next((each for each in conditions if each["type"] == "StorageAvailable"), None)
