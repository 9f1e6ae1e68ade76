"""The OpenAPI document holds together, and says what the page and the models say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from api.cv_schema import DATE_PATTERN
from api.page import load_page
from crds.partialdate import PartialDate
from tests.unit.api_fakes import Service


async def fetch() -> dict[str, Any]:
    document: dict[str, Any] = (await Service().client.get("/openapi.json")).json()
    return document


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


async def test_every_reference_leads_somewhere() -> None:
    document = await fetch()
    for reference in set(references(document)):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


async def test_it_lists_every_route_with_its_methods() -> None:
    service = Service()
    operations = {
        (path.replace("{jobId}", "{job_id}"), method.upper())
        for path, item in (await fetch())["paths"].items()
        for method in item
        if method != "parameters"
    }
    routes = {
        (route.path.replace(":path", ""), method)
        for route in service.routes.table()
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert operations == routes


async def test_the_template_ids_are_those_installed() -> None:
    schemas = (await fetch())["components"]["schemas"]
    assert schemas["ExportRequest"]["properties"]["templateId"]["enum"] == ["classic", "modern"]
    assert schemas["ExportRequest"]["required"] == ["resumeId", "templateId", "cvData"]


def test_the_published_pattern_of_a_date_is_exact() -> None:
    days = [f"{year}-{month:02}-{day:02}" for year in (1000, 1900, 2000, 2023, 2024, 2100, 2999)
            for month in range(14) for day in range(33)]  # fmt: skip
    months = [f"2024-{month:02}" for month in range(14)]
    for text in [*days, *months, "0999", "1000", "2999", "3000", "2024-1", "20240101", "2024-", "x2024"]:
        try:
            PartialDate.parse(text)
            exists = True
        except ValueError:
            exists = False
        assert (re.search(DATE_PATTERN, text) is not None) == exists, text


def test_the_page_loads_nothing_from_elsewhere() -> None:
    html = load_page().html
    assert not re.search(r"""(src|action)\s*=|url\(|@import|<link(?! rel="icon" href="data:)""", html)


def test_the_pages_policy_allows_its_own_script_and_style_only() -> None:
    policy = load_page().content_security_policy
    assert "unsafe" not in policy
    assert policy.count("'sha256-") == 2
    assert len(re.findall(r"<script>", load_page().html)) == 1
    assert not re.search(r"\son[a-z]+=|\sstyle=", load_page().html), "inline handlers and styles would be blocked"
