"""The client's shapes are those of the API's OpenAPI document: a change of one without the other breaks here."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
import yaml
from pdf_export_client import Done, ExportRequest, Failed, FieldProblem, Options, Processing, TemplateInfo, TemplateList
from pdf_export_client.models import Section
from pdf_export_client.protocol import MAX_WAIT_SECONDS

from api.jobs.endpoints import MAX_WAIT_SECONDS as MAX_WAIT_OF_THE_API
from api.jobs.models import validate_request
from api.openapi.document import document
from charts.release import ROOT
from tests.unit.api_fakes import TEMPLATES

DOCUMENT = document(templates=TEMPLATES, max_body_bytes=1)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
# Only with ?details=true, which the client does not send.
DETAILS = {"pages", "sizeBytes", "sha256", "expiresAt", "timings"}


@pytest.mark.parametrize("shape", [ExportRequest, Options, TemplateInfo, TemplateList])
def test_objects_have_the_fields_of_their_schemas(shape: Any) -> None:
    schema = SCHEMAS[shape.__name__]
    required = set(schema.get("required", []))
    assert shape.__required_keys__ == required
    assert shape.__optional_keys__ == set(schema["properties"]) - required


@pytest.mark.parametrize(
    ("shape", "name", "only_when_there"),
    [
        (Processing, "JobProcessing", set()),
        (Done, "JobDone", {"warnings", *DETAILS}),
        (Failed, "JobFailed", DETAILS),
        (FieldProblem, "ErrorDetail", set()),
    ],
)
def test_answers_have_the_fields_of_their_schemas(shape: Any, name: str, only_when_there: set[str]) -> None:
    names = {"".join(word.title() if i else word for i, word in enumerate(f.name.split("_"))) for f in fields(shape)}
    assert names - only_when_there == set(SCHEMAS[name]["properties"]) - {"status"} - only_when_there


@pytest.mark.parametrize("option", ["pageFormat", "density"])
def test_options_take_the_values_of_their_schemas(option: str) -> None:
    literal = get_args(get_type_hints(Options)[option])[0]
    assert list(get_args(literal)) == SCHEMAS["Options"]["properties"][option]["anyOf"][0]["enum"]


def test_sections_are_those_of_the_schema() -> None:
    items = SCHEMAS["Options"]["properties"]["sectionOrder"]["anyOf"][0]["items"]
    assert list(get_args(Section)) == items["enum"]


def test_the_client_waits_no_longer_than_the_api_does() -> None:
    assert MAX_WAIT_SECONDS <= MAX_WAIT_OF_THE_API


def test_the_example_manifest_is_a_job_that_the_api_would_print() -> None:
    manifest = yaml.safe_load((ROOT / "examples" / "manifest.yaml").read_text())
    assert (manifest["apiVersion"], manifest["kind"]) == ("pdfexport.dev/v1", "PdfExportJob")
    validate_request(manifest["spec"], templates=TEMPLATES)
