"""POST /api/export-pdf/convert: a CV of any format as JSON Resume."""

from __future__ import annotations

from typing import Any

import pytest

from api.jobs.conversion import converted_body
from api.operations import RoutePath
from cv.accept import accept_cv
from tests.unit.api_fakes import Service
from tests.unit.cv.test_formats import RENDERCV, V3, V4, V5


@pytest.mark.parametrize("data", [V3, V4, V5, RENDERCV, {"basics": {"name": "Ada"}, "skills": "Python, Go"}])
def test_what_comes_out_is_read_as_the_same_cv(data: dict[str, Any]) -> None:
    accepted = accept_cv(data)

    again = accept_cv(converted_body(accepted)["cvData"])

    assert again.resume == accepted.resume
    assert again.warnings == (), "it is in the form of the model"
    assert again.format == "JSON Resume"


async def test_a_conversion_answers_with_what_was_recognised_and_stores_nothing() -> None:
    service = Service()
    export = {"basics": {"name": "Ada"}, "sections": {"experience": {"name": "Stations", "items": [{"company": "A"}]}}}

    answer = await service.client.post(RoutePath.CONVERT, json=export)

    assert answer.status_code == 200
    body = answer.json()
    assert body["format"] == "Reactive Resume v4"
    assert body["cvData"] == {"basics": {"name": "Ada"}, "work": [{"name": "A"}]}
    assert [(one["code"], one["field"]) for one in body["warnings"]] == [
        ("FormatConverted", "cvData"),
        ("FieldIgnored", "cvData.sections.experience.name"),
    ]
    assert service.kube.requests == []


async def test_a_name_is_not_invented() -> None:
    answer = await Service().client.post(RoutePath.CONVERT, json={"basics": {"email": "ada@example.org"}})
    assert answer.json()["cvData"] == {"basics": {"email": "ada@example.org"}}


@pytest.mark.parametrize(("body", "words"), [({"SkillsPassport": {}}, "Europass"), ({"foo": 1}, "JSON Resume")])
async def test_what_is_no_cv_is_answered_with_what_to_do(body: dict[str, Any], words: str) -> None:
    answer = await Service().client.post(RoutePath.CONVERT, json=body)
    assert answer.status_code == 422
    assert words in answer.json()["details"][0]["message"]
