"""The client of the resource: what it sends to the API server, what it reads from the answers, and its errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio import client

from crds.client import PdfExportJobClient
from crds.job import API_VERSION, KIND, PLURAL, Phase
from kube.client import METADATA, METADATA_LIST, TABLE, JsonObject, KubeClient
from kube.errors import KubeError
from tests.unit.builders import job

JOBS = f"/apis/{API_VERSION}/namespaces/team/{PLURAL}"


class ApiServer:
    """Gives the prepared answers in turn, and records each request as method, path, query, body and Accept."""

    def __init__(self, *answers: Mapping[str, Any], status: int = 200) -> None:
        self._answers = list(answers)
        self._status = status
        self.calls: list[tuple[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[Any] = []
        self.accepts: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, request.path))
        self.queries.append(dict(request.query))
        self.bodies.append(await request.json() if request.can_read_body else None)
        self.accepts.append(request.headers["Accept"])
        return web.json_response(self._answers.pop(0), status=self._status)


@asynccontextmanager
async def connected(server: ApiServer) -> AsyncIterator[PdfExportJobClient]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    async with TestServer(app) as listening:
        configuration = client.Configuration()
        configuration.host = str(listening.make_url("")).rstrip("/")
        kube = KubeClient(client.ApiClient(configuration))
        try:
            yield PdfExportJobClient(kube, "team")
        finally:
            await kube.close()


def an_object(name: str, version: str = "1") -> JsonObject:
    return {"metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": version}}


def refusal(code: int, reason: str) -> ApiServer:
    """An API server that refuses every request."""
    status = {"kind": "Status", "code": code, "reason": reason, "message": "no", "details": {"kind": PLURAL}}
    return ApiServer(*[status] * 6, status=code)


async def test_create_sends_the_manifest_and_returns_the_metadata() -> None:
    server = ApiServer(an_object("1", "7"))
    async with connected(server) as jobs:
        metadata = await jobs.create({"spec": {"templateId": "modern"}})
    assert metadata == {"name": "1", "uid": "uid-1", "resourceVersion": "7"}
    assert server.calls == [("POST", JOBS)]
    assert server.bodies == [{"spec": {"templateId": "modern"}}]
    assert server.accepts == [METADATA]


async def test_get_returns_the_object() -> None:
    server = ApiServer(an_object("1"))
    async with connected(server) as jobs:
        assert await jobs.get("1") == an_object("1")
    assert server.calls == [("GET", f"{JOBS}/1")]


async def test_list_reads_every_page_of_what_the_selector_matches() -> None:
    server = ApiServer(
        {"items": [an_object("1")], "metadata": {"resourceVersion": "9", "continue": "more"}},
        {"items": [an_object("2")], "metadata": {"resourceVersion": "9"}},
    )
    async with connected(server) as jobs:
        assert await jobs.list("status.phase=Done") == [an_object("1"), an_object("2")]
    assert [query["fieldSelector"] for query in server.queries] == ["status.phase=Done"] * 2
    assert [query.get("continue") for query in server.queries] == [None, "more"]


async def test_list_versions_asks_for_metadata_only() -> None:
    server = ApiServer({"items": [an_object("1", "3"), an_object("2", "4")], "metadata": {"resourceVersion": "9"}})
    async with connected(server) as jobs:
        assert await jobs.list_versions() == ({"1": 3, "2": 4}, 9)
    assert server.accepts == [METADATA_LIST]


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [([{"cells": ["1", "Error", "RendererLost"]}], {"1": "RendererLost"}), ([], {}), (None, {})],
)
async def test_list_reasons_reads_the_columns_by_name(rows: list[JsonObject] | None, reasons: dict[str, str]) -> None:
    columns = [{"name": name} for name in ("Name", "Phase", "Reason")]
    server = ApiServer({"columnDefinitions": columns, "rows": rows})
    async with connected(server) as jobs:
        assert await jobs.list_reasons("status.phase=Error") == reasons
    assert server.queries == [{"fieldSelector": "status.phase=Error", "includeObject": "None"}]
    assert server.accepts == [TABLE]


async def test_put_status_sends_the_whole_status_and_what_must_not_have_changed() -> None:
    this = job("1", phase=Phase.RENDERING, renderer="pod", attempt=1, resource_version=5)
    server = ApiServer(an_object("1", "6"))
    async with connected(server) as jobs:
        assert await jobs.put_status(this, {"phase": Phase.PENDING, "renderer": None}) == 6
    assert server.calls == [("PUT", f"{JOBS}/1/status")]
    (body,) = server.bodies
    assert body["metadata"] == {"name": "1", "uid": "uid-1", "resourceVersion": "5"}
    assert (body["apiVersion"], body["kind"]) == (API_VERSION, KIND)
    assert body["status"]["phase"] == "Pending"
    assert body["status"]["attempt"] == 1, "what was not changed is sent too"
    assert "renderer" not in body["status"], "None removes a field"
    assert "spec" not in body


@pytest.mark.parametrize(
    ("uid", "body"), [("uid-1", {"preconditions": {"uid": "uid-1"}}), (None, None)], ids=["this one", "any"]
)
async def test_delete_has_the_uid_as_precondition_if_one_is_given(uid: str | None, body: JsonObject | None) -> None:
    server = ApiServer({"kind": "Status", "details": {"name": "1", "uid": "uid-1"}})
    async with connected(server) as jobs:
        assert await jobs.delete("1", uid=uid) == "uid-1"
    assert server.calls == [("DELETE", f"{JOBS}/1")]
    assert server.bodies == [body]


async def test_a_deletion_whose_answer_has_no_uid_reports_none() -> None:
    async with connected(ApiServer({"kind": "Status"})) as jobs:
        assert await jobs.delete("1") is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [(404, "NotFound"), (409, "AlreadyExists"), (409, "Conflict"), (422, "Invalid"), (500, "InternalError")],
)
async def test_every_request_raises_the_refusal_of_the_api_server(code: int, reason: str) -> None:
    async with connected(refusal(code, reason)) as jobs:
        for request in (
            jobs.create({}),
            jobs.get("1"),
            jobs.list(""),
            jobs.list_reasons(""),
            jobs.put_status(job("1"), {}),
            jobs.delete("1", uid="uid-1"),
        ):
            with pytest.raises(KubeError) as caught:
                await request
            assert (caught.value.status, caught.value.reason) == (code, reason)


async def test_an_api_server_that_cannot_be_reached_is_status_0() -> None:
    configuration = client.Configuration()
    configuration.host = "http://127.0.0.1:1"
    kube = KubeClient(client.ApiClient(configuration))
    try:
        with pytest.raises(KubeError) as caught:
            await PdfExportJobClient(kube, "team").get("1")
    finally:
        await kube.close()
    assert caught.value.status == 0
    assert caught.value.temporary
