"""Routing, the OpenAPI document and the metrics have the operations of api/operations.py, each of them and no other."""

from __future__ import annotations

import pytest
from starlette.routing import Route

from api.operations import Operation, RoutePath, route_label
from tests.unit.api_fakes import Service

TABLE = {(operation.path.value, operation.method) for operation in Operation}


def test_each_path_has_an_operation() -> None:
    assert {path for path, _ in TABLE} == set(RoutePath)
    assert len(TABLE) == len(Operation)


async def test_routing_has_the_operations_of_the_table() -> None:
    routed = {
        (route.path.replace("{jobId:path}", "{jobId}"), method)
        for route in Service().app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routed == TABLE


@pytest.mark.parametrize("operation", Operation)
async def test_each_operation_is_answered(operation: Operation) -> None:
    service = Service()
    service.sync()
    url = operation.path.replace("{jobId}", "no-job")
    answer = await service.client.request(operation.method, url)
    # What the operation itself answers: 415 to a POST without a body, 404 for a job that does not exist.
    assert answer.status_code in (200, 404, 415)
    assert answer.status_code != 404 or answer.json()["error"] == "Job not found"


async def test_the_openapi_document_has_the_operations_of_the_table() -> None:
    document = (await Service().client.get(RoutePath.OPENAPI)).json()
    documented = {
        (path, method.upper(), item[method]["operationId"], item[method]["summary"])
        for path, item in document["paths"].items()
        for method in item.keys() - {"parameters"}
    }
    assert documented == {
        (operation.path.value, operation.method, operation.operation_id, operation.summary) for operation in Operation
    }


def test_the_metrics_label_a_request_with_its_path_of_the_table() -> None:
    def label(path: str, query: bytes = b"", *headers: tuple[bytes, bytes]) -> str:
        return route_label({"path": path.replace("{jobId}", "some-job"), "query_string": query, "headers": headers})

    assert {label(path) for path, _ in TABLE} == {path for path, _ in TABLE}
    assert label("/unknown") == "other"
    assert label(RoutePath.JOB, b"wait=3") == RoutePath.JOB + "?wait"
    assert label(RoutePath.JOBS, b"", (b"prefer", b"wait=3")) == RoutePath.JOBS + "?wait"
