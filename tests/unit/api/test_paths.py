"""Routing, the OpenAPI document and the metrics have the routes of api/paths.py, each of them and no other."""

from __future__ import annotations

from api.paths import RoutePath, route_label
from tests.unit.api_fakes import Service

TABLE = {path.value for path in RoutePath}


async def test_routing_has_the_routes_of_the_table() -> None:
    routes = {route.path.replace("{job_id:path}", "{jobId}") for route in Service().routes.table()}
    assert routes == TABLE


async def test_the_openapi_document_has_the_routes_of_the_table() -> None:
    document = (await Service().client.get(RoutePath.OPENAPI)).json()
    assert set(document["paths"]) == TABLE


def test_the_metrics_label_a_request_with_its_route_of_the_table() -> None:
    labels = {route_label(path.replace("{jobId}", "some-job"), b"") for path in TABLE}
    assert labels == TABLE
    assert route_label("/unknown", b"") == "other"
