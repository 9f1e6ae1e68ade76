"""Errors are told apart as an API server (1.37) answers: each Status object here was copied from one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kube.errors import KubeError, WatchExpired, from_answer

JOB = "00000000-0000-4000-8000-000000000001"
OF_JOBS = {"group": "pdfexport.dev", "kind": "pdfexportjobs"}
QUOTA = (
    403,
    "Forbidden",
    f'pdfexportjobs.pdfexport.dev "{JOB}" is forbidden: exceeded quota: jobs, requested: '
    "count/pdfexportjobs.pdfexport.dev=1, used: count/pdfexportjobs.pdfexport.dev=0, limited: "
    "count/pdfexportjobs.pdfexport.dev=0",
    {"name": JOB, **OF_JOBS},
)
RBAC_CREATE = (
    403,
    "Forbidden",
    'pdfexportjobs.pdfexport.dev is forbidden: User "system:serviceaccount:probe:default" cannot create resource '
    '"pdfexportjobs" in API group "pdfexport.dev" in the namespace "probe"',
    OF_JOBS,
)
RBAC_GET = (
    403,
    "Forbidden",
    'pdfexportjobs.pdfexport.dev "nope" is forbidden: User "system:serviceaccount:probe:default" cannot get resource '
    '"pdfexportjobs" in API group "pdfexport.dev" in the namespace "probe"',
    {"name": "nope", **OF_JOBS},
)
NO_JOB = (404, "NotFound", 'pdfexportjobs.pdfexport.dev "nope" not found', {"name": "nope", **OF_JOBS})
NO_NAMESPACE = (404, "NotFound", 'namespaces "nope" not found', {"name": "nope", "kind": "namespaces"})
CONFLICT = (
    409,
    "Conflict",
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the '
    "latest version and try again",
    {"name": "a", "kind": "configmaps"},
)
INVALID = (
    422,
    "Invalid",
    f'PdfExportJob.pdfexport.dev "{JOB}" is invalid: [spec.userId: Invalid value: "integer": spec.userId in body must '
    'be of type string: "integer", spec.templateId: Too long: may not be more than 63 bytes, <nil>: Invalid value: '
    "null: some validation rules were not checked because the object was invalid; correct the existing errors to "
    "complete validation]",
    {
        "name": JOB,
        "group": "pdfexport.dev",
        "kind": "PdfExportJob",
        "causes": [
            {
                "reason": "FieldValueTypeInvalid",
                "message": 'Invalid value: "integer": spec.userId in body must be of type string: "integer"',
                "field": "spec.userId",
            },
            {
                "reason": "FieldValueTooLong",
                "message": "Too long: may not be more than 63 bytes",
                "field": "spec.templateId",
            },
            {
                "reason": "FieldValueInvalid",
                "message": "Invalid value: null: some validation rules were not checked because the object was "
                "invalid; correct the existing errors to complete validation",
                "field": "<nil>",
            },
        ],
    },
)
LARGE_BODY = (413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728", None)
LARGE_OBJECT = (
    500,
    None,
    "rpc error: code = ResourceExhausted desc = trying to send message larger than max (3600550 vs. 2097152)",
    None,
)
EXPIRED = (
    410,
    "Expired",
    "The provided continue parameter is too old to display a consistent list result. You can start a new list "
    "without the continue parameter, or use the continue token in this response to retrieve the remainder of the "
    "results.",
    None,
)
STALE = (
    504,
    "Timeout",
    "Timeout: Too large resource version: 99999999, current: 5914",
    {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    },
)
# From an API server that has just started; it is over too soon to be copied whole.
UNDISCOVERED = (
    503,
    "ServiceUnavailable",
    "Resource kind PdfExportJob not found. There can be a delay between when CustomResourceDefinitions are created "
    "and when they are available.",
    None,
)
ALL = (
    QUOTA,
    RBAC_CREATE,
    RBAC_GET,
    NO_JOB,
    NO_NAMESPACE,
    CONFLICT,
    INVALID,
    LARGE_BODY,
    LARGE_OBJECT,
    EXPIRED,
    STALE,
    UNDISCOVERED,
)

Answer = tuple[int, str | None, str, dict[str, Any] | None]


def error(answer: Answer) -> KubeError:
    code, reason, message, details = answer
    status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    parts = {"reason": reason, "details": details, "code": code}
    return from_answer(code, json.dumps({**status, **{k: v for k, v in parts.items() if v is not None}}).encode())


@pytest.mark.parametrize(
    ("predicate", "those"),
    [
        ("temporary", (RBAC_CREATE, RBAC_GET, LARGE_OBJECT, STALE, UNDISCOVERED)),
        ("not_allowed", (RBAC_CREATE, RBAC_GET)),
        ("over_quota", (QUOTA,)),
        ("undiscovered", (UNDISCOVERED,)),
        ("too_large", (LARGE_BODY, LARGE_OBJECT)),
    ],
)
def test_each_predicate_holds_for_its_refusals_and_no_other(predicate: str, those: tuple[Answer, ...]) -> None:
    assert [answer for answer in ALL if getattr(error(answer), predicate)] == [a for a in ALL if a in those]


def test_only_a_404_that_names_the_object_reports_that_it_is_missing() -> None:
    assert error(NO_JOB).is_missing("pdfexportjobs", "nope")
    assert not error(NO_JOB).is_missing("pdfexportjobs", "another")
    assert not error(NO_NAMESPACE).is_missing("pdfexportjobs", "nope")
    assert not error(RBAC_GET).is_missing("pdfexportjobs", "nope")
    assert not from_answer(404, b"404 page not found\n").is_missing("pdfexportjobs", "nope")


def test_the_fields_of_a_refused_object_are_those_of_its_causes() -> None:
    assert error(INVALID).fields == ["spec.userId", "spec.templateId"]
    assert error(CONFLICT).fields == []


def test_what_has_expired_is_an_error_of_its_own() -> None:
    assert isinstance(error(EXPIRED), WatchExpired)
    assert not [answer for answer in ALL if answer != EXPIRED and isinstance(error(answer), WatchExpired)]


@pytest.mark.parametrize("raw", [b"404 page not found\n", b"", b"[]", b"\xff"])
def test_an_answer_without_a_status_object_is_an_error_all_the_same(raw: bytes) -> None:
    found = from_answer(404, raw)
    assert (found.status, found.reason, found.causes, found.fields) == (404, "", [], [])
