"""A definition that lacks fields is reported once, and so is its upgrade; jobs do not wait for either."""

from __future__ import annotations

import logging
from typing import cast

import pytest

from controller.definition import DefinitionReport
from controller.release_client import ReleaseClient
from kube.errors import KubeError

LOCALE = ["spec.options.locale"]


class Deployment:
    """What is served, and what was reported of it in the controller's Deployment."""

    def __init__(self) -> None:
        self.missing: list[str] = []
        self.away = False
        self.leads = True
        self.condition: list[tuple[bool, str]] = []
        self.events: list[tuple[str, str]] = []

    def now(self) -> float:
        return 0.0

    async def missing_fields(self) -> list[str]:
        return self.missing

    async def set_definition_current(self, current: bool, message: str, now: float) -> None:
        if self.away:
            raise KubeError(503, "ServiceUnavailable", "")
        self.condition.append((current, message))

    async def warn(self, reason: str, message: str, now: float) -> None:
        self.events.append((reason, message))

    def report(self) -> DefinitionReport:
        return DefinitionReport(cast(ReleaseClient, self), lambda: self.leads)


async def test_missing_fields_are_an_error_an_event_and_a_condition_once(caplog: pytest.LogCaptureFixture) -> None:
    deployment = Deployment()
    report = deployment.report()
    deployment.missing = LOCALE

    # The first look may be too early: the document follows a definition that is just being upgraded.
    assert await report.look(), "soon again"
    assert not deployment.condition
    for _ in range(3):
        await report.look()

    [(current, message)] = deployment.condition
    assert not current
    assert "spec.options.locale" in message
    assert deployment.events == [("DefinitionOutdated", message)]
    assert [(record.levelno, record.message) for record in caplog.records] == [(logging.ERROR, message)]


async def test_the_condition_follows_an_upgrade_of_the_definition_and_the_way_back() -> None:
    deployment = Deployment()
    report = deployment.report()
    for missing in ([], LOCALE, [], LOCALE, ["status.warnings"]):
        deployment.missing = missing
        for _ in range(3):
            await report.look()

    assert [current for current, _ in deployment.condition] == [True, False, True, False, False]
    assert "status.warnings" in deployment.condition[-1][1]
    assert len(deployment.events) == 3


async def test_a_report_that_fails_is_repeated() -> None:
    deployment = Deployment()
    report = deployment.report()
    deployment.away = True
    with pytest.raises(KubeError):
        await report.look()
    deployment.away = False

    await report.look()

    assert [current for current, _ in deployment.condition] == [True]


async def test_a_standby_reports_nothing_and_a_leader_what_its_predecessor_may_have_reported_otherwise() -> None:
    deployment = Deployment()
    report = deployment.report()
    deployment.leads = False
    assert await report.look(), "it may lead soon"
    assert not deployment.condition
    for _ in range(2):
        deployment.leads = True
        await report.look()
        deployment.leads = False
        await report.look()

    assert [current for current, _ in deployment.condition] == [True, True]
