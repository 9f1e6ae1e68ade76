"""The errors: each says what to do, and docs/errors.md says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.error_docs import page
from api.http.error_kinds import ErrorKind
from crds.errors import ErrorCode, JobError, message_with_advice
from tests.unit.api_fakes import Service

PAGE = Path(__file__).resolve().parents[3] / "docs" / "errors.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "docs/errors.md is out of date: make docs"


@pytest.mark.parametrize("code", ErrorCode)
def test_each_code_says_what_happened_and_what_to_do(code: ErrorCode) -> None:
    for sentence in (code.meaning, code.advice):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert JobError(code, "x").retryable is code.retryable
    assert ("again" in code.advice) == code.retryable, "who may try again is told so"
    assert str(code) == code.value
    assert "|" not in code.meaning + code.advice


def test_the_text_for_people_ends_with_what_to_do() -> None:
    for message in ("The storage is away.", "The storage is away"):
        assert message_with_advice("UploadFailed", message) == "The storage is away. Try again in a few minutes."
    for unknown in (None, "", "OfAnotherVersion"):
        assert message_with_advice(unknown, "It failed.") == "It failed."


def test_the_contracts_text_comes_first() -> None:
    assert message_with_advice("Timeout", "Playwright timeout: rendering exceeded 60s").startswith(
        "Playwright timeout: rendering exceeded 60s. "
    )


@pytest.mark.parametrize("kind", ErrorKind)
def test_each_kind_is_told_by_its_words(kind: ErrorKind) -> None:
    assert 400 <= kind.status < 600
    assert kind.value.when.endswith(".")
    assert kind.value.advice.endswith(".")
    assert [other for other in ErrorKind if other.error == kind.error] == [kind]
    assert kind.value.retryable == (kind.status in (408, 429, 503))


async def test_the_document_and_the_page_name_the_same_statuses() -> None:
    service = Service(user_limits={"BASIC": 1}, auth_mode="firebase", auth_firebase_project="cv-app")
    document = (await service.client.get("/openapi.json")).json()
    told_of = {
        int(status)
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for status in operation["responses"]
    }
    # That a path does not take a method, or that it is no request at all, is no answer of an operation.
    assert {status for status in told_of if status >= 400} == {kind.status for kind in ErrorKind} - {405, 431}


async def test_what_the_framework_refuses_is_of_the_same_set() -> None:
    service = Service()
    for answer in (await service.client.get("/nothing"), await service.client.put("/api/export-pdf/job")):
        assert (answer.status_code, answer.json()["error"]) in {(kind.status, kind.error) for kind in ErrorKind}
