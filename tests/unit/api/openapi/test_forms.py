"""What the OpenAPI document allows as cvData is taken: each name of each field, in each form that it may have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from api.http.errors import ApiError
from api.jobs.models import validate_request
from api.openapi.cv_schema import cv_schema
from cv import resume
from cv.fields import Part
from cv.names import field_names
from tests.unit.api_fakes import BODY, TEMPLATES, Service

SCHEMA = jsonschema_rs.validator_for(cv_schema())
LISTS: dict[str, type[Part]] = {
    "work": resume.Work,
    "volunteer": resume.Volunteer,
    "education": resume.Education,
    "awards": resume.Award,
    "certificates": resume.Certificate,
    "publications": resume.Publication,
    "skills": resume.Skill,
    "languages": resume.Language,
    "interests": resume.Interest,
    "references": resume.Reference,
    "projects": resume.Project,
    "customSections": resume.CustomSection,
}
# Where a part stands in a CV: {"work": [PART]}.
PLACES: dict[type[Part], Any] = {
    resume.Resume: lambda part: part,
    resume.Basics: lambda part: {"basics": part},
    resume.Location: lambda part: {"basics": {"location": part}},
    resume.Profile: lambda part: {"basics": {"profiles": [part]}},
    resume.CustomEntry: lambda part: {"customSections": [{"title": "Own", "entries": [part]}]},
    **{part: (lambda value, name=name: {name: [value]}) for name, part in LISTS.items()},
}
FORMS: tuple[Any, ...] = (
    *("2019-05", "Acme, Ltd", "- one\n- two", "<p>One &amp; two</p>", "", None, True, 7, 2.5, 20190501),
    *(["One", "Two"], [["One"], None, 3], {"name": "One", "level": 2}, [{"name": "One"}, {"title": "Two"}], [], {}),
    *({"start": "2019", "end": "Present"}, {"year": 2019, "month": 5}, [None, {}, ""], {"One": ["a"], "Two": "b"}),
)


# As the description of the schema says: nothing of a CV, and a section of one's own without a title.
DOCUMENTED = ("holds nothing of a CV", "is required")


def cvs(part: type[Part]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for name in field_names(part):
        for form in FORMS:
            cv = PLACES[part]({name: form})
            yield name, form, {**cv, "basics": {"name": "Ann", **(cv.get("basics") or {})}} if is_open(cv) else cv


def is_open(cv: dict[str, Any]) -> bool:
    """Whether the name of the person may be put into it."""
    return isinstance(cv.get("basics", {}), dict)


def with_cv(cv: dict[str, Any]) -> dict[str, Any]:
    return {**BODY, "cvData": cv}


@pytest.mark.parametrize("part", PLACES, ids=lambda part: part.__name__)
def test_each_name_of_each_field_is_taken_in_each_form(part: type[Part]) -> None:
    refused = []
    for name, form, cv in cvs(part):
        assert SCHEMA.is_valid(cv), cv
        try:
            validate_request(with_cv(cv), templates=TEMPLATES)
        except ApiError as e:
            if not any(problem.message.startswith(DOCUMENTED) for problem in e.details):
                refused.append(f"{name}: {form!r}: {e}")
    assert refused == []


@pytest.mark.parametrize("part", [part for part in PLACES if part is not resume.Resume], ids=lambda part: part.__name__)
def test_a_text_under_each_name_is_taken_or_named(part: type[Part]) -> None:
    lost = []
    for name in field_names(part):
        titled = {"title": "Own"} if part is resume.CustomSection and name != "title" else {}
        cv = PLACES[part]({**titled, name: "Zebra"})
        cv["basics"] = {"name": "Ann", **cv.get("basics", {})}
        accepted = validate_request(with_cv(cv), templates=TEMPLATES).accepted
        if "Zebra" not in str(accepted.resume) and not accepted.warnings:
            lost.append(name)
    assert lost == []


async def test_the_list_of_templates_describes_the_same_cv_as_the_document() -> None:
    client = Service().client
    document = (await client.get("/openapi.json")).json()
    listed = (await client.get("/api/export-pdf/templates")).json()

    schemas = document["components"]["schemas"]
    described = str({name: schemas[name] for name in listed["cvSchema"]["$defs"]})
    assert described.replace("#/components/schemas/", "#/$defs/") == str(listed["cvSchema"]["$defs"])


@pytest.mark.parametrize(
    "cv", [{"basics": {"name": "Ann"}}, {"experience": "Acme"}, {"cv": {"sections": {"Talks": ["x"]}}}]
)
async def test_what_is_described_is_answered(cv: dict[str, Any]) -> None:
    service = Service()
    service.sync()
    assert SCHEMA.is_valid(cv)
    assert (await service.client.post("/api/export-pdf/job", json=with_cv(cv))).status_code == 202
    assert (await service.client.post("/api/export-pdf/convert", json=cv)).status_code == 200


@pytest.mark.parametrize("cv", [{}, {"foo": 1}, [], "Ann", None])
async def test_what_is_no_cv_is_answered_422(cv: Any) -> None:
    service = Service()
    service.sync()
    assert (await service.client.post("/api/export-pdf/job", json=with_cv(cv))).status_code == 422
