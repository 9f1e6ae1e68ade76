"""The shared parts: settings, the job's view, its status patches and the definition they stand for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from controller.settings import Settings as ControllerSettings
from crds.errors import ErrorCode, JobError, timeout_error
from crds.job import (
    CRD_FILE,
    DETAILS,
    SUBMITTED_AT,
    Job,
    Phase,
    assigned,
    done,
    failed,
    format_time,
    parse_time,
    requeued,
)
from cv.warnings import Warning, WarningCode
from renderer.settings import Settings as RendererSettings
from runtime.settings import SettingsError
from tests.unit.environment import read_settings

DONE: dict[str, Any] = {
    "file_url": "u", "storage_path": "p", "size_bytes": 1, "pages": 1, "sha256": "s", "timings": {"renderMs": 1},
    "now": 1.0,
}  # fmt: skip
REPLACED = Warning(WarningCode.CHARACTER_REPLACED, "cvData.work[0].name", "U+F8FF")
CREATED = "2026-01-01T00:00:00Z"


def job_object(annotations: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "metadata": {
            "name": "j",
            "uid": "u",
            "resourceVersion": "12",
            "creationTimestamp": CREATED,
            "annotations": annotations or {},
        },
        "spec": {"resumeId": 1, "templateId": "modern", "cvData": {}, "ttlSeconds": 60},
        "status": {},
    }


def test_a_new_job_is_pending_and_expires_after_its_ttl() -> None:
    job = Job.from_object(job_object())
    assert (job.phase, job.attempt, job.renderer) == (Phase.PENDING, 0, None)
    assert job.expires == parse_time(CREATED) + 60


def test_the_submission_time_is_used_only_when_it_is_credible() -> None:
    honest = Job.from_object(job_object({SUBMITTED_AT: "2026-01-01T00:00:00.250000Z"}))
    assert honest.submitted == parse_time(CREATED) + 0.25
    for text in ("2020-01-01T00:00:00Z", "soon"):
        assert Job.from_object(job_object({SUBMITTED_AT: text})).submitted == parse_time(CREATED)


def test_a_changed_job_is_what_the_server_shows_after_the_change() -> None:
    shown, known = job_object(), Job.from_object(job_object())
    lost, late = (
        assigned(renderer="r", attempt=1, now=1.5, expires=2.0),
        assigned(renderer="s", attempt=2, now=1.75, expires=2.0),
    )
    for version, patch in enumerate([lost, requeued(attempt=1, now=1.6), late, failed(timeout_error(60), now=2.0)], 13):
        shown = {
            **shown,
            "status": known.status_after(patch),
            "metadata": {**shown["metadata"], "resourceVersion": str(version)},
        }
        known = known.changed(patch, resource_version=version)
        assert known == Job.from_object(shown)
    assert Job.from_object(job_object()).changed(done(**DONE), resource_version=13).file_url == "u"


def test_the_details_of_a_job_are_read_only_on_request() -> None:
    obj = {**job_object(), "status": done(**DONE, warnings=[REPLACED])}
    job = Job.with_details(obj)
    assert (Job.from_object(obj).details, Job.with_details(job_object()).details) == (None, None)
    assert job.details == {name: obj["status"][name] for name in DETAILS}


def test_the_detail_of_an_error_is_in_the_condition_and_its_message_in_the_error() -> None:
    status = failed(JobError(ErrorCode.TEMPLATE_BROKEN, "for people", "file:1: for operators"), now=1.0)
    assert (status["error"]["message"], status["conditions"][0]["message"]) == ("for people", "file:1: for operators")
    plain = failed(JobError(ErrorCode.TEMPLATE_BROKEN, "for people"), now=1.0)
    assert plain["conditions"][0]["message"] == "for people"


def _conditions(status: dict[str, Any]) -> dict[str, tuple[str, str, float]]:
    """Of each type: status, reason and the time since which it has been so."""
    return {
        each["type"]: (each["status"], each["reason"], parse_time(each["lastTransitionTime"]))
        for each in status["conditions"]
    }


def test_conditions_change_by_type_and_keep_their_time_while_their_status_is_the_same() -> None:
    # Given a job that loses its first renderer and ends at its second.
    job = Job.from_object(job_object())
    steps = (
        assigned(renderer="r", attempt=1, now=1.5, expires=9.0),
        requeued(attempt=1, now=2.5),
        assigned(renderer="s", attempt=2, now=3.5, expires=9.0),
        done(**{**DONE, "now": 4.5}),
    )
    seen = [_conditions(job.status())]
    for step in steps:
        seen.append(_conditions(job.status_after(step)))
        job = job.changed(step, resource_version=13)

    never = ("False", "NotEnded", job.created)
    assert [each["Assigned"] for each in seen] == [
        ("False", "Waiting", job.created),
        ("True", "RendererChosen", 1.5),
        ("False", "RendererLost", 2.5),
        ("True", "RendererChosen", 3.5),
        ("True", "RendererChosen", 3.5),
    ]
    assert [each["Complete"] for each in seen] == [never] * 4 + [("True", "Uploaded", 4.5)]
    assert [each["Failed"] for each in seen] == [never] * 4 + [("False", "Uploaded", job.created)]


def test_a_job_that_expires_after_it_has_lost_its_renderer_says_since_when_it_waited() -> None:
    job = Job.from_object(job_object()).changed(requeued(attempt=1, now=2.5), resource_version=13)
    ended = _conditions(job.status_after(failed(timeout_error(60), now=5.0)))
    assert ended["Assigned"] == ("False", "RendererLost", 2.5)
    assert (ended["Failed"], ended["Complete"][0]) == (("True", "Timeout", 5.0), "False")


def test_a_new_job_has_the_conditions_that_a_status_would_begin_with() -> None:
    shown = _schema()["status"]["default"]
    new = Job.from_object(job_object())
    assert new == Job.from_object({**job_object(), "status": shown})
    first = {key: value[:2] for key, value in _conditions(new.status()).items()}
    assert {key: value[:2] for key, value in _conditions(shown).items()} == first


def test_conditions_are_those_of_the_api_conventions() -> None:
    items = _schema()["status"]["properties"]["conditions"]["items"]
    assert set(items["required"]) == {"type", "status", "reason", "message", "lastTransitionTime"}
    for condition in done(**DONE)["conditions"]:
        assert condition.keys() == items["properties"].keys()


def test_times_are_written_and_read_alike() -> None:
    assert format_time(parse_time("2026-01-01T10:20:30.123456Z")) == "2026-01-01T10:20:30.123456Z"


def _schema() -> dict[str, Any]:
    version = yaml.safe_load(CRD_FILE.read_text())["spec"]["versions"][0]
    properties: dict[str, Any] = version["schema"]["openAPIV3Schema"]["properties"]
    return properties


@pytest.mark.parametrize(
    "status",
    [
        assigned(renderer="r", attempt=1, now=1.0, expires=2.0),
        requeued(attempt=1, now=1.6),
        requeued(attempt=0, now=1.6),
        failed(timeout_error(60), now=1.0, timings={"queueMs": 1.0}),
        done(**DONE),
        done(**DONE, warnings=[REPLACED]),
    ],
)
def test_every_field_that_is_written_is_in_the_definition(status: dict[str, Any]) -> None:
    def check(value: dict[str, Any], schema: dict[str, Any]) -> None:
        for key, inner in value.items():
            assert key in schema["properties"], key
            field = schema["properties"][key]
            if isinstance(inner, dict):
                check(inner, field)
            for item in inner if isinstance(inner, list) else []:
                check(item, field["items"])

    check(status, _schema()["status"])


def test_warnings_are_written_within_what_the_definition_takes() -> None:
    assert "warnings" not in done(**DONE)
    long = replace(REPLACED, field="f" * 5000, message="m" * 5000)
    written = done(**DONE, warnings=[REPLACED, *[long] * 100])["warnings"]
    assert written[0] == {"code": "CharacterReplaced", "field": "cvData.work[0].name", "message": "U+F8FF"}
    schema = _schema()["status"]["properties"]["warnings"]
    limits = {name: field["maxLength"] for name, field in schema["items"]["properties"].items()}
    assert len(written) == schema["maxItems"]
    assert {name: len(text) for name, text in written[1].items()} == {**limits, "code": len(REPLACED.code)}
    assert all(len(code) <= limits["code"] for code in WarningCode)


def test_the_definition_and_the_view_have_the_same_phases_and_codes_fit() -> None:
    status = _schema()["status"]["properties"]
    assert status["phase"]["enum"] == [phase.value for phase in Phase]
    assert all(len(code) <= status["error"]["properties"]["code"]["maxLength"] for code in ErrorCode)


def test_the_timeout_error_reads_as_the_contract_says() -> None:
    error = timeout_error(60)
    assert error.message == "Playwright timeout: rendering exceeded 60s"
    assert error.retryable
    assert not JobError(ErrorCode.INVALID_DATA, "x").retryable


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "PDFEXPORT_NAMESPACE"),
        ({"PDFEXPORT_NAMESPACE": "n", "PDFEXPORT_RELEASE": "r"}, "PDFEXPORT_DEPLOYMENT"),
        ({"PDFEXPORT_NAMESPACE": "n", "PDFEXPORT_POOL_MAX": "many"}, "PDFEXPORT_POOL_MAX"),
        ({"PDFEXPORT_NAMESPACE": "n", "PDFEXPORT_POOL_MIN_WARM": "5", "PDFEXPORT_POOL_MAX": "4"}, "PDFEXPORT_POOL_MAX"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(variables: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(ControllerSettings, variables)


def test_the_renderer_needs_a_bucket() -> None:
    with pytest.raises(SettingsError, match="PDFEXPORT_STORAGE_BUCKET"):
        read_settings(
            RendererSettings, {"PDFEXPORT_NAMESPACE": "n", "PDFEXPORT_POD_NAME": "p", "PDFEXPORT_STORAGE_PROJECT": "x"}
        )


def test_folders_are_named_as_in_path() -> None:
    needed = {f"PDFEXPORT_{name}": "x" for name in ("NAMESPACE", "POD_NAME", "STORAGE_PROJECT", "STORAGE_BUCKET")}
    assert read_settings(RendererSettings, needed).templates_dirs == (Path("/app/templates"),)
    named = read_settings(RendererSettings, {**needed, "PDFEXPORT_TEMPLATES_DIR": "/a:/b c"})
    assert named.templates_dirs == (Path("/a"), Path("/b c"))
    for text in ("/a:", ":/a", "/a::/b", ":"):
        with pytest.raises(SettingsError, match="PDFEXPORT_TEMPLATES_DIR"):
            read_settings(RendererSettings, {**needed, "PDFEXPORT_TEMPLATES_DIR": text})
