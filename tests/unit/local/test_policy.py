"""The chart's admission policy on local's API server: a renderer may only end the jobs that are assigned to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from local.apiserver.policy_file import Unreadable, read_policy
from tests.unit.local.conftest import JOBS, PODS, Here, job

STARTED = "2026-01-01T00:00:00.000000Z"
RENDERING = {"phase": "Rendering", "renderer": "renderer-1", "attempt": 1, "startedAt": STARTED}
DONE = {**RENDERING, "phase": "Done", "fileUrl": "https://example.com/cv.pdf"}


async def assigned(here: Here) -> dict[str, Any]:
    """A job that is assigned to the pod renderer-1."""
    admin = await here.client()
    created = (await admin.post(JOBS, json=job("a"))).json()
    answer = await admin.put(f"{JOBS}/a/status", json={**created, "status": RENDERING})
    assigned: dict[str, Any] = answer.json()
    return assigned


async def end(client: httpx.AsyncClient, current: dict[str, Any], status: dict[str, Any]) -> httpx.Response:
    return await client.put(f"{JOBS}/a/status", json={**current, "status": status})


async def renderer(here: Here, name: str) -> httpx.AsyncClient:
    return await here.client(here.server.token_for(await here.pod(name)))


async def test_a_renderer_ends_its_own_job(here: Here) -> None:
    answer = await end(await renderer(here, "renderer-1"), await assigned(here), DONE)

    assert answer.status_code == 200
    assert answer.json()["status"] == DONE


async def test_a_renderer_does_not_end_anothers_job(here: Here) -> None:
    answer = await end(await renderer(here, "renderer-2"), await assigned(here), DONE)

    assert (answer.status_code, answer.json()["reason"]) == (403, "Forbidden")
    assert "denied request: the job is not assigned to renderer-2 but to renderer-1" in answer.json()["message"]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ({**DONE, "renderer": "renderer-2"}, "renderer, attempt and startedAt are the controller's to change"),
        ({"phase": "Pending"}, "renderer, attempt and startedAt are the controller's to change"),
        ({**RENDERING, "pages": 1}, "a renderer takes a job from Rendering to Done or Error, not from Rendering to"),
    ],
)
async def test_a_renderer_ends_jobs_and_does_nothing_else_with_them(
    here: Here, status: dict[str, Any], message: str
) -> None:
    answer = await end(await renderer(here, "renderer-1"), await assigned(here), status)

    assert answer.status_code == 403
    assert message in answer.json()["message"]


async def test_a_renderer_neither_creates_nor_deletes_jobs(here: Here) -> None:
    await assigned(here)
    client = await renderer(here, "renderer-1")

    created, deleted = await client.post(JOBS, json=job("b")), await client.delete(f"{JOBS}/a")

    assert (created.status_code, deleted.status_code) == (403, 403)
    assert "a renderer may only change the status of jobs" in deleted.json()["message"]


async def test_the_policy_concerns_renderers_only(here: Here) -> None:
    controller = await here.pod("controller", account="pdf-export-controller")
    client = await here.client(here.server.token_for(controller))

    answer = await end(client, await assigned(here), DONE)

    assert answer.status_code == 200


async def test_a_token_is_void_when_its_pod_is_gone(here: Here) -> None:
    client = await renderer(here, "renderer-1")
    admin = await here.client()

    before = await client.get(JOBS)
    await admin.request("DELETE", f"{PODS}/renderer-1", json={"gracePeriodSeconds": 0})
    after = await client.get(JOBS)
    await here.pod("renderer-1")
    another = await client.get(JOBS)

    assert [answer.status_code for answer in (before, after, another)] == [200, 401, 401]


async def test_nothing_is_answered_without_a_token(here: Here) -> None:
    none, wrong = await here.client(""), await here.client("wrong")

    assert (await none.get(JOBS)).json()["reason"] == "Unauthorized"
    assert (await wrong.get("/api")).status_code == 401
    assert (await none.get("/readyz")).status_code == 200


def test_a_template_that_only_helm_can_read_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "policy.yaml"
    template.write_text("kind: ValidatingAdmissionPolicy\nmetadata: {name: {{ .Values.name | quote }}}\n")

    with pytest.raises(Unreadable, match=r"\.Values\.name"):
        read_policy(template, namespace="n", fullname="f")
