"""Guarantee 3: no document stays in storage that no job names, as far as a renderer can see to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import pytest

from crds.errors import ErrorCode, JobError
from crds.job import Phase
from kube.client import JsonObject, KubeClient
from renderer import task as exports
from renderer.document import Documents, Rendered
from renderer.pdf.finish import Document
from renderer.storage.firebase import Storage, Superseded, Target
from renderer.storage.garbage_collection import StorageGarbageCollector
from renderer.storage.retention import Retention
from renderer.task import Assignment, Exporter
from tests.unit.builders import NOW, job

KEPT = Retention()
SPEC = {"fileName": "CV"}


class FakeDocuments:
    async def render(self, spec: Mapping[str, Any], timings: dict[str, float]) -> Rendered:
        timings |= {"fillMs": 1, "printMs": 1, "finishMs": 1}
        return Rendered(Document(pdf=b"%PDF", pages=1, sha256="0" * 64), ())


class FakeStorage:
    """Takes everything, and refuses as many removals as it is told."""

    def __init__(self) -> None:
        self.removed: list[str] = []
        self.refuse = 0
        self.error: BaseException | None = None
        self.hangs = False
        self.now = NOW
        """The API server's time; each refusal takes a second of it."""

    async def upload(self, target: Target, pdf: bytes, *, secret: str, timeout_seconds: float) -> str:
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error
        return "https://files.test/x"

    async def remove(self, target: Target) -> None:
        if self.refuse:
            self.refuse -= 1
            self.now += 1
            raise JobError(ErrorCode.UPLOAD_FAILED, "no answer")
        self.removed.append(target.path)

    async def remove_all(self, job_id: str) -> None:
        self.removed.append(job_id)


def exporter(storage: FakeStorage, retention: Retention = KEPT) -> Exporter:
    return Exporter(cast(Documents, FakeDocuments()), cast(Storage, storage), lambda: storage.now, retention=retention)


def rendering(**fields: Any) -> Assignment:
    return Assignment(job(**{"attempt": 1, "started": NOW, **fields}), SPEC)


async def cleaned_up(storage: FakeStorage, *, export: bool = True, done: bool = False, **fields: Any) -> list[str]:
    exporting, this = exporter(storage), rendering(**fields)
    if export:
        await exporting.export(this)
    async with asyncio.timeout(10):
        await exporting.cleanup(this, done=done)
    return storage.removed


async def test_the_document_of_a_done_job_stays() -> None:
    assert await cleaned_up(FakeStorage(), done=True) == []


async def test_the_document_of_a_job_that_was_taken_away_or_failed_goes() -> None:
    assert await cleaned_up(FakeStorage()) == ["exports/job/cv.pdf"]


async def test_a_failed_upload_may_have_stored_something() -> None:
    storage = FakeStorage()
    storage.error = JobError(ErrorCode.UPLOAD_FAILED, "the answer was lost")
    assert await cleaned_up(storage) == ["exports/job/cv.pdf"]


async def test_a_job_that_never_came_to_its_upload_costs_storage_no_request() -> None:
    assert await cleaned_up(FakeStorage(), export=False) == []


async def test_what_an_earlier_attempt_may_have_stored_goes_too() -> None:
    assert await cleaned_up(FakeStorage(), export=False, attempt=2) == ["exports/job/cv.pdf"]


async def test_a_storage_that_does_not_answer_is_asked_again_until_the_job_expires(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(exports, "_REMOVAL_BACKOFF_SECONDS", (0.001, 0.01))
    storage = FakeStorage()
    storage.refuse = 3
    assert await cleaned_up(storage) == ["exports/job/cv.pdf"]
    storage.refuse = 10**6
    storage.removed.clear()
    assert await cleaned_up(storage, expires=storage.now + 5) == []
    assert storage.refuse == 10**6 - 5
    assert "may still be in storage" in caplog.text


async def test_a_renderer_that_is_too_late_says_nothing_of_the_job() -> None:
    storage = FakeStorage()
    storage.error = Superseded()
    with pytest.raises(Superseded):
        await exporter(storage).export(rendering())


async def test_what_lost_renderers_left_of_failed_jobs_is_removed_once() -> None:
    class Kube:
        def __init__(self) -> None:
            self.cells = [["lost", "RendererLost"], ["wrong", "InvalidData"]]

        async def request(self, method: str, path: str, **_: Any) -> JsonObject:
            rows = [{"cells": [name, "Error", "modern", reason, "1m"]} for name, reason in self.cells]
            columns = ("Name", "Phase", "Template", "Reason", "Age")
            return {"columnDefinitions": [{"name": name} for name in columns], "rows": rows or None}

    kube, storage = Kube(), FakeStorage()
    collector = StorageGarbageCollector(cast(KubeClient, kube), cast(Storage, storage), namespace="n")
    await collector.collect()
    await collector.collect()
    assert storage.removed == ["lost"]
    kube.cells = []
    await collector.collect()
    assert not collector._seen


async def test_a_job_whose_time_the_storage_used_up_is_not_told_to_shorten_the_cv(
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage = FakeStorage()
    storage.hangs = True
    status = await exporter(storage).export(rendering(timeout_seconds=0.2))
    assert status["error"]["code"] == ErrorCode.UPLOAD_FAILED
    assert status["error"]["message"] == (
        "Upload timeout: the PDF was printed in 0.0s, and storage did not take it in 0.2s"
    )
    assert status["conditions"][0]["message"] == "the storage did not answer in 0.2 s"
    assert "UploadFailed (the storage did not answer in 0.2 s)" in caplog.text


@pytest.mark.parametrize(
    ("retention", "age", "removed"),
    [
        (Retention(), 600, []),
        (Retention(), 599, []),
        (Retention(), 300, ["exports/job/cv.pdf"]),
        (Retention(seconds=3600), 600, []),
        (Retention(seconds=3600), 300, ["exports/job/cv.pdf"]),
        (Retention(with_job=True), 600, ["exports/job/cv.pdf"]),
        (Retention(with_job=True), 300, ["exports/job/cv.pdf"]),
    ],
)
async def test_a_deleted_job_takes_its_document_along_unless_it_has_expired_and_is_kept(
    retention: Retention, age: float, removed: list[str]
) -> None:
    storage = FakeStorage()
    storage.now = NOW + age
    storage.refuse = 0
    await exporter(storage, retention).job_deleted(rendering(phase=Phase.DONE, completed=NOW, expires=NOW + 600))
    assert storage.removed == removed
