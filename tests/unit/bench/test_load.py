"""The clients, the renderer that prints nothing, and the pod that it runs in."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bench.client import Client
from bench.idle_renderer import NoExporter
from bench.testbed import idle_pod, is_ready
from cluster.demo import JOBS
from cluster.progress import Failed
from crds.job import Phase
from renderer.task import Assignment
from tests.unit import builders


@asynccontextmanager
async def _api(*answers: dict[str, Any]) -> AsyncIterator[str]:
    """An API whose jobs answer these one after another, the last for ever."""
    numbers = itertools.count()
    asked: dict[str, int] = {}

    async def post(request: web.Request) -> web.Response:
        assert await request.json() == {"cv": 1}
        return web.json_response({"jobId": f"job-{next(numbers)}"}, status=202)

    async def get(request: web.Request) -> web.Response:
        job_id = request.match_info["job"]
        n = asked[job_id] = asked.get(job_id, -1) + 1
        return web.json_response(answers[min(n, len(answers) - 1)])

    app = web.Application()
    app.add_routes([web.post(JOBS, post), web.get(JOBS + "/{job}", get)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_an_export_ends_when_the_job_is_done() -> None:
    async with (
        _api({"status": "processing"}, {"status": "done"}) as url,
        Client(url, b'{"cv": 1}') as client,
    ):
        assert await client.export() == "job-0"


async def test_a_job_that_fails_ends_the_measurement() -> None:
    async with _api({"status": "error", "error": "no"}) as url, Client(url, b'{"cv": 1}') as client:
        with pytest.raises(Failed, match="job-0 ended with"):
            await client.export()


async def test_a_refused_request_ends_the_measurement() -> None:
    async with _api({}) as url, Client(url + "/elsewhere", b'{"cv": 1}') as client:
        with pytest.raises(Failed, match="404"):
            await client.post()


async def test_a_closed_loop_ends_in_time_with_all_that_it_has_ordered() -> None:
    async with _api({"status": "done"}) as url, Client(url, b'{"cv": 1}') as client:
        load = await client.closed_loop(clients=3, seconds=0.3)
    assert len(load.milliseconds) == len(set(load.job_ids)) > 3
    assert len(load.milliseconds) - 3 <= load.jobs_per_second * 0.3 <= len(load.milliseconds)


async def test_a_renderer_that_prints_nothing_ends_its_jobs() -> None:
    job = builders.job(phase=Phase.RENDERING, renderer="pod", attempt=1, started=builders.NOW + 0.25)
    status = await NoExporter(lambda: builders.NOW).export(Assignment(job, {}))
    assert (status["phase"], status["pages"], status["timings"]) == ("Done", 1, {"queueMs": 250.0})


def test_its_pod_is_the_renderers_but_for_the_command() -> None:
    container = {"name": "renderer", "image": "r", "args": ["renderer"], "env": [{"name": "A"}], "volumeMounts": []}
    manifest = {
        "metadata": {"labels": {}},
        "spec": {"serviceAccountName": "x", "containers": [container], "volumes": []},
    }
    idle = idle_pod(manifest)
    [changed] = idle["spec"]["containers"]
    assert changed["image"] == "r"
    assert changed["command"][-1] == "/bench/idle_renderer.py"
    assert {"name": "A"} in changed["env"]
    assert idle["spec"]["volumes"][0]["configMap"]["name"] == changed["volumeMounts"][0]["name"]
    assert container["args"] == ["renderer"]


def test_a_pod_that_is_about_to_end_is_not_ready() -> None:
    pod: dict[str, Any] = {"metadata": {}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    assert is_ready(pod)
    assert not is_ready({**pod, "metadata": {"deletionTimestamp": "2030-01-01T00:00:00Z"}})
    assert not is_ready({"metadata": {}})
