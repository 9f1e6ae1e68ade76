"""Fields that do not fit are named, each with what it takes."""

from __future__ import annotations

from typing import Any

import pytest

from api.http.errors import ApiError
from api.jobs.models import spec_of, validate_request
from cv.accept import accept_cv
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
        ("templateId", "baroque", "unknown template; installed templates: classic, modern"),
        ("cvData", ABSENT, "required"),
        ("cvData", [], "must be an object, or a list with one CV in it"),
        ("cvData", "Jane Doe", "takes a CV as an object"),
        ("cvData", None, "takes a CV as an object"),
        ("fileName", 5, "takes a string"),
        ("fileName", "x" * 1025, "at most 1024"),
        ("userPackage", "x" * 65, "at most 64"),
        ("userPackage", {}, "takes a string"),
        ("userId", "x" * 129, "at most 128"),
        ("userId", "a\nb", "none a control character"),
        ("userId", "\ud800", "takes a string"),
        ("options", "A4", "takes an object"),
        ("options", [], "takes an object"),
        ("options", {"later": 1}, "none of locale, pageFormat, accentColor, fontFamily, density"),
    ],
)
def test_a_field_that_does_not_fit(field: str, value: object, words: str) -> None:
    found = problems(**{field: value})
    assert list(found) == [field]
    assert words in found[field]


@pytest.mark.parametrize(
    ("template", "option", "value", "words"),
    [
        ("modern", "locale", "not a locale", "must be a BCP 47 language tag"),
        ("modern", "pageFormat", "A3", "must be A4 or Letter"),
        ("classic", "pageFormat", "Letter", "must be A4 with this template"),
        ("modern", "accentColor", "red", "must be a colour such as #0b5a70"),
        (
            "classic",
            "accentColor",
            "#ff0000",
            "is not taken by this template, which takes locale, textFormat, fit, maxPages and pageFormat",
        ),
        ("modern", "fontFamily", "Comic Sans", "must be Lato or Noto Sans with this template"),
        ("modern", "density", "airy", "must be one of normal, compact, spacious"),
        ("modern", "density", "spacious", "must be normal or compact with this template"),
        ("modern", "photo", "no", "must be true or false"),
        ("modern", "sectionOrder", ["hobbies"], "distinct sections of work, projects"),
        ("modern", "sectionTitles", {"work": ""}, "titles of 1 to 60 characters"),
        ("baroque", "density", "airy", "must be one of normal, compact, spacious"),
    ],
)
def test_an_option_that_does_not_fit(template: str, option: str, value: object, words: str) -> None:
    found = problems(templateId=template, options={option: value})
    found.pop("templateId", None)
    assert list(found) == [f"options.{option}"]
    assert words in found[f"options.{option}"]


def test_all_of_them_are_named_at_once() -> None:
    cv = {"basics": {"name": "x" * 201}, "customSections": [{"summary": "Untitled"}]}
    found = problems(resumeId=True, templateId="baroque", cvData=cv, options={"density": 2})
    assert set(found) == {
        *("resumeId", "templateId", "options.density"),
        *("cvData.basics.name", "cvData.customSections[0].title"),
    }


def test_messages_hold_nothing_of_what_was_sent() -> None:
    found = problems(resumeId="s3cret" * 50, userId=["s3cret"], cvData={"basics": {"name": ["s3cret"]}})
    assert "s3cret" not in str(found)
    found = problems(options={"s3cret": 1, "fontFamily": "s3cret", "sectionOrder": ["s3cret"]})
    assert "s3cret" not in str(found)


@pytest.mark.parametrize("resume_id", [0, -(2**53), 2**53, 123.0, "a", "x" * 128, "履歴書"])
def test_what_a_resume_id_may_be(resume_id: object) -> None:
    request = validate_request({**BODY, "resumeId": resume_id}, templates=TEMPLATES).request
    assert request.resumeId == resume_id
    assert not isinstance(request.resumeId, float)


def spec(**changes: Any) -> dict[str, Any]:
    export = validate_request({**BODY, **changes}, templates=TEMPLATES)
    return spec_of(export, ttl_seconds=600, timeout_seconds=60, priority=3)


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


def test_a_list_is_stored_in_an_object_from_which_the_same_cv_is_read() -> None:
    stored = spec(cvData=[CV])["cvData"]
    assert stored == {"cvData": [CV]}
    assert accept_cv(stored) == accept_cv([CV])


def test_what_is_optional_may_be_null() -> None:
    found = spec(fileName=None, userPackage=None, userId=None, options=None)
    assert found["fileName"] == "Ada Lovelace_CV"
    assert not {"userPackage", "userId", "options", "locale", "pageFormat"} & set(found)


def test_options_reach_the_spec_without_nulls() -> None:
    given: dict[str, Any] = {
        "locale": "pt-BR",
        "pageFormat": "Letter",
        "accentColor": "#FF8800",
        "fontFamily": "Noto Sans",
        "density": "compact",
        "photo": False,
        "sectionOrder": ["education"],
        "sectionTitles": {"work": "Career"},
    }
    assert spec(options=given)["options"] == given
    found = spec(options={"locale": "de", "photo": None, "density": None})
    assert found["options"] == {"locale": "de"}
    assert "options" not in spec(options={"photo": None})
    assert not {"locale", "pageFormat"} & set(found)


def test_what_is_stored_is_within_what_the_resource_takes() -> None:
    # The resource counts the letters of a title as they are stored.
    found = spec(options={"sectionTitles": {"work": f"  {'x' * 60}\u202e  "}})
    assert found["options"]["sectionTitles"] == {"work": "x" * 60}
