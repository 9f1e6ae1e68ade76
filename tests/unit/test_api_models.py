"""Fields that do not fit are named, each with what it takes."""

from __future__ import annotations

from typing import Any

import pytest

from api.errors import ApiError
from api.models import spec_of, validate_request
from tests.unit.api_fakes import BODY, CV, TEMPLATES

ABSENT = object()


def problems(**changes: Any) -> dict[str, str]:
    body = {name: value for name, value in {**BODY, **changes}.items() if value is not ABSENT}
    with pytest.raises(ApiError) as caught:
        validate_request(body, templates=TEMPLATES)
    assert caught.value.status == 422
    for problem in caught.value.details:
        assert problem.field in caught.value.message
    return {problem.field: problem.message for problem in caught.value.details}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("resumeId", ABSENT, "required; takes a whole number within ±2^53, or a string"),
        ("resumeId", None, "takes a whole number"),
        ("resumeId", True, "takes a whole number"),
        ("resumeId", 1.5, "takes a whole number"),
        ("resumeId", 2**53 + 1, "takes a whole number"),
        ("resumeId", "", "1 to 128 characters"),
        ("resumeId", "x" * 129, "1 to 128 characters"),
        ("resumeId", "a\x00b", "none a control character"),
        ("resumeId", [1], "takes a whole number"),
        ("templateId", ABSENT, "required"),
        ("templateId", 7, "takes the id of a template"),
        ("templateId", "baroque", "unknown template; known templates: classic, modern"),
        ("cvData", ABSENT, "required"),
        ("cvData", [], "takes a CV as an object"),
        ("cvData", None, "takes a CV as an object"),
        ("fileName", 5, "takes a string"),
        ("fileName", "x" * 1025, "at most 1024"),
        ("userPackage", "x" * 65, "at most 64"),
        ("userPackage", {}, "takes a string"),
        ("userId", "x" * 129, "at most 128"),
        ("userId", "a\nb", "none a control character"),
        ("userId", "\ud800", "takes a string"),
        ("options", "A4", "takes an object"),
        ("options", {"pageFormat": "A3"}, None),
        ("options", {"locale": "not a locale"}, None),
    ],
)
def test_a_field_that_does_not_fit(field: str, value: object, words: str | None) -> None:
    found = problems(**{field: value})
    if words is None:
        [(name, message)] = found.items()
        assert name.startswith("options.")
        assert message.startswith("takes ")
    else:
        assert list(found) == [field]
        assert words in found[field]


def test_all_of_them_are_named_at_once() -> None:
    cv = {"basics": {"name": 5}, "work": [{"startDate": "soon"}]}
    found = problems(resumeId=True, templateId="baroque", userId=1, cvData=cv)
    assert set(found) == {"resumeId", "templateId", "userId", "cvData.basics.name", "cvData.work[0].startDate"}


def test_a_page_format_that_the_template_does_not_have() -> None:
    found = problems(templateId="classic", options={"pageFormat": "Letter"})
    assert found == {"options.pageFormat": "this template takes A4"}


def test_messages_hold_nothing_of_what_was_sent() -> None:
    found = problems(resumeId="s3cret" * 50, userId=["s3cret"], cvData={"basics": {"name": ["s3cret"]}})
    assert "s3cret" not in str(found)


@pytest.mark.parametrize("resume_id", [0, -(2**53), 2**53, 123.0, "a", "x" * 128, "履歴書"])
def test_what_a_resume_id_may_be(resume_id: object) -> None:
    request, _ = validate_request({**BODY, "resumeId": resume_id}, templates=TEMPLATES)
    assert request.resumeId == resume_id
    assert not isinstance(request.resumeId, float)


def spec(**changes: Any) -> dict[str, Any]:
    request, resume = validate_request({**BODY, **changes}, templates=TEMPLATES)
    return spec_of(request, person=resume.basics.name, ttl_seconds=600, timeout_seconds=60, priority=3)


def test_the_spec_holds_the_request_as_it_was_sent() -> None:
    assert spec(unknown="ignored") == {
        "resumeId": 123,
        "templateId": "modern",
        "cvData": CV,
        "fileName": "John_Doe_CV",
        "userPackage": "BASIC",
        "userId": "user-123",
        "ttlSeconds": 600,
        "timeoutSeconds": 60,
        "priority": 3,
    }


def test_what_is_optional_may_be_null() -> None:
    found = spec(fileName=None, userPackage=None, userId=None, options=None)
    assert found["fileName"] == "Ada Lovelace_CV"
    assert not {"userPackage", "userId", "locale", "pageFormat"} & set(found)


def test_options_reach_the_spec() -> None:
    found = spec(options={"locale": "pt-BR", "pageFormat": "Letter", "later": 1})
    assert (found["locale"], found["pageFormat"]) == ("pt-BR", "Letter")
