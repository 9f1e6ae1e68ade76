"""The errors: each says what to do, and docs/errors.md says what the code says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crds.errors import CatalogueEntry, ErrorCode, HttpErrorKind, JobError, message_with_advice
from docs.errors_page import page
from tests.unit.api_fakes import Service

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "errors.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == page(), "docs/errors.md is out of date: make docs"


def test_each_entry_has_an_anchor_of_its_own_in_the_projects_documentation() -> None:
    source = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Source"]
    for entry in (*ErrorCode, *HttpErrorKind):
        assert entry.type == f"{source}/blob/main/docs/errors.md#{entry.anchor}"
        assert page().count(f'<a id="{entry.anchor}"></a>') == 1


@pytest.mark.parametrize("entry", [*ErrorCode, *HttpErrorKind])
def test_each_entry_has_sentences_that_fit_into_the_page(entry: CatalogueEntry) -> None:
    for sentence in (entry.meaning, entry.advice):
        assert sentence[0].isupper() or sentence[0] == "`"
        assert sentence.endswith(".")
        assert "|" not in sentence


@pytest.mark.parametrize("code", ErrorCode)
def test_the_advice_of_a_code_says_whether_to_try_again(code: ErrorCode) -> None:
    assert JobError(code, "x").retryable is code.retryable
    assert ("again" in code.advice) == code.retryable
    assert str(code) == code.value
    assert code.status == 200, "the answer to a poll carries it"


def test_the_text_for_people_ends_with_what_to_do() -> None:
    for message in ("The storage is away.", "The storage is away"):
        assert message_with_advice("UploadFailed", message) == "The storage is away. Try again in a few minutes."
    for unknown in (None, "", "OfAnotherVersion"):
        assert message_with_advice(unknown, "It failed.") == "It failed."


def test_the_contracts_text_comes_first() -> None:
    assert message_with_advice("Timeout", "Playwright timeout: rendering exceeded 60s").startswith(
        "Playwright timeout: rendering exceeded 60s. "
    )


@pytest.mark.parametrize("kind", HttpErrorKind)
def test_a_kind_is_retryable_where_its_status_is(kind: HttpErrorKind) -> None:
    assert 400 <= kind.status < 600
    assert kind.retryable == (kind.status in (408, 429, 503))


async def test_the_document_and_the_page_name_the_same_statuses() -> None:
    service = Service(user_limits={"BASIC": 1}, auth_mode="firebase", auth_firebase_project="cv-app")
    document = (await service.client.get("/openapi.json")).json()
    documented = {
        int(status)
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
        for status in operation["responses"]
    }
    # That a path does not take a method, or that it is no request at all, is no answer of an operation.
    assert {status for status in documented if status >= 400} == {kind.status for kind in HttpErrorKind} - {405, 431}


async def test_what_the_framework_refuses_is_of_the_same_set() -> None:
    service = Service()
    for answer in (await service.client.get("/nothing"), await service.client.put("/api/export-pdf/job")):
        assert (answer.status_code, answer.json()["error"]) in {(kind.status, kind.value) for kind in HttpErrorKind}
