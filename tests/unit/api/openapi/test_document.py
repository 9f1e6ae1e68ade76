"""The OpenAPI document holds together, and says what the page and the models say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from api.http.errors import ApiError
from api.jobs.models import validate_request
from api.openapi.cv_schema import DATE_PATTERN, DIALECT
from api.page.page import Page, load_page
from cv.dates import PartialDate
from tests.unit.api_fakes import BODY, TEMPLATES, Service

ORIGIN = "https://firebasestorage.googleapis.com"


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


async def test_no_field_has_null_as_its_default_and_a_job_id_has_one_type() -> None:
    document = await fetch()
    assert '"default": null' not in json.dumps(document)
    schemas = document["components"]["schemas"]
    types = [schema["properties"]["jobId"] for schema in schemas.values() if "jobId" in schema.get("properties", {})]
    parameter = document["paths"]["/api/export-pdf/job/{jobId}"]["parameters"][0]["schema"]
    assert {(each["type"], each.get("format")) for each in [*types, parameter]} == {("string", None)}


def bodies(template: str, **options: Any) -> dict[str, Any]:
    return {**BODY, "templateId": template, "options": options}


async def test_the_document_knows_which_template_takes_what() -> None:
    document = await fetch()
    schema = {**document["components"]["schemas"]["ExportRequest"], "components": document["components"]}
    jsonschema_rs.meta.validate({"$schema": DIALECT, **schema})
    validator = jsonschema_rs.Draft202012Validator(schema)
    for good in (
        BODY,
        {**BODY, "options": None},
        bodies("modern", locale="de", density="compact", photo=None, sectionTitles={"work": "Career"}),
        bodies("classic", locale="de", pageFormat="A4"),
    ):
        assert validator.is_valid(good), [error.message for error in validator.iter_errors(good)]
        validate_request(good, templates=TEMPLATES)
    for bad in (
        bodies("classic", density="compact"),
        bodies("classic", pageFormat="Letter"),
        bodies("modern", density="spacious"),
        bodies("modern", later=1),
        bodies("modern", sectionTitles={"work": " "}),
        {**BODY, "options": []},
        {**BODY, "cvData": {}},
    ):
        assert not validator.is_valid(bad), bad
        with pytest.raises(ApiError):
            validate_request(bad, templates=TEMPLATES)


async def test_the_example_can_be_sent() -> None:
    service = Service()
    operation = (await fetch())["paths"]["/api/export-pdf/job"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    assert (await service.post(example)).status_code == 202


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


def make_page() -> Page:
    return load_page(files_from=ORIGIN, ttl_seconds=600, pictures={"modern": b"a picture"})


def test_the_page_loads_nothing_from_elsewhere() -> None:
    html = make_page().html
    assert not re.search(r"""\b(src|action)\s*=|url\(|@import|<link(?! rel="icon" href="data:)""", html)


def test_the_pages_policy_allows_its_own_script_and_style_only() -> None:
    page = make_page()
    policy = page.content_security_policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert f"connect-src 'self' {ORIGIN};" in policy
    assert policy.count("'sha256-") == 2
    for tag in ("script", "style"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page.html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(r"\son[a-z]+=|\sstyle=", page.html), "inline handlers and styles would be blocked"


@pytest.mark.parametrize(("resume_id", "fits"), [(2**53, True), (2**53 + 2, False), (-(2**60), False), (1.5, False)])
async def test_the_document_and_the_api_take_the_same_numbers(resume_id: float, fits: bool) -> None:
    schema = (await fetch())["components"]["schemas"]["ExportRequest"]["properties"]["resumeId"]
    assert jsonschema_rs.is_valid(schema, resume_id) is fits
    answer = await Service().post({**BODY, "resumeId": resume_id})
    assert answer.status_code == (202 if fits else 422)


async def test_every_operation_has_a_described_tag_and_every_schema_is_used() -> None:
    whole = await fetch()
    operations = [item[method] for item in whole["paths"].values() for method in item if method != "parameters"]
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in whole["tags"]}
    assert all(len(operation["tags"]) == 1 for operation in operations)
    text = json.dumps(whole)
    assert [name for name in whole["components"]["schemas"] if f'"#/components/schemas/{name}"' not in text] == []
