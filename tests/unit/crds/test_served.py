"""The fields of the definition that the API server serves, compared with those of this version."""

from __future__ import annotations

from typing import Any, cast

import pytest
import yaml

from api.jobs.definition import require_definition
from crds.job import CRD_FILE
from crds.served import lacking, missing_fields
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from runtime.settings import SettingsError


def served(*without: str) -> JsonObject:
    """The OpenAPI document as the API server has it, without some fields, which are paths with dots."""
    (version,) = yaml.safe_load(CRD_FILE.read_text())["spec"]["versions"]
    schema: dict[str, Any] = version["schema"]["openAPIV3Schema"]
    for path in without:
        *groups, name = path.split(".")
        group = schema
        for each in groups:
            group = group["properties"][each]
        del group["properties"][name]
    kind = {"group": "pdfexport.dev", "kind": "PdfExportJob", "version": "v1"}
    schemas = {"dev.pdfexport.v1.PdfExportJob": {**schema, "x-kubernetes-group-version-kind": [kind]}, "other": {}}
    return {"openapi": "3.0.0", "components": {"schemas": schemas}}


class Answers:
    """An API server that gives these answers, the last one for ever."""

    def __init__(self, *answers: JsonObject | KubeError) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def request(self, method: str, path: str) -> JsonObject:
        self.asked.append(f"{method} {path}")
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, KubeError):
            raise answer
        return answer


def client(answers: Answers) -> KubeClient:
    return cast(KubeClient, answers)


def test_the_definition_of_this_version_lacks_nothing() -> None:
    assert lacking(served()) == []


def test_what_an_older_definition_lacks_is_named() -> None:
    assert lacking(served("spec.options.locale", "status.warnings")) == ["spec.options.locale", "status.warnings"]
    assert lacking({}) == ["spec", "status"]


async def test_the_document_of_the_resources_own_version_is_asked_for() -> None:
    answers = Answers(served())
    assert await missing_fields(client(answers)) == []
    assert answers.asked == ["GET /openapi/v3/apis/pdfexport.dev/v1"]


async def test_a_definition_that_stays_older_ends_the_program_with_the_reason() -> None:
    answers = Answers(served("spec.options.locale"))
    with pytest.raises(SettingsError, match=r"older than this program: it has no spec\.options\.locale\. Upgrade"):
        await require_definition(client(answers), pause_seconds=0)
    many = Answers(served(*(f"status.{name}" for name in ("phase", "renderer", "attempt", "warnings", "pages"))))
    with pytest.raises(SettingsError, match="and 2 more fields"):
        await require_definition(client(many), pause_seconds=0)


async def test_a_definition_that_is_being_upgraded_and_an_api_server_that_is_away_are_waited_for() -> None:
    away = KubeError(503, "ServiceUnavailable", "")
    answers = Answers(away, served("spec.options.locale"), served())
    await require_definition(client(answers), pause_seconds=0)
    assert len(answers.asked) == 3


async def test_an_api_server_that_does_not_show_what_it_serves_is_trusted() -> None:
    answers = Answers(KubeError(404, "NotFound", ""))
    await require_definition(client(answers), pause_seconds=0)
    assert len(answers.asked) == 1
    # Not at once: an API server that has just started allows nothing.
    forbidden = Answers(KubeError(403, "Forbidden", 'is forbidden: User "x" cannot get path'))
    await require_definition(client(forbidden), pause_seconds=0)
    assert len(forbidden.asked) > 1
