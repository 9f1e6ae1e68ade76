"""The setting of how long documents stay, and what follows from it."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from crds.errors import ErrorCode, JobError
from renderer.settings import Settings
from renderer.storage.firebase import Storage
from renderer.storage.retention import Retention
from renderer.storage.sweep import Sweeper
from runtime.settings import SettingsError
from tests.unit.environment import read_settings

REQUIRED = {f"PDFEXPORT_{name}": "x" for name in ("NAMESPACE", "POD_NAME", "STORAGE_PROJECT", "STORAGE_BUCKET")}


def read(text: str) -> Retention:
    return read_settings(Settings, {**REQUIRED, "PDFEXPORT_RETENTION": text}).retention


@pytest.mark.parametrize(
    ("text", "retention", "pause"),
    [
        ("", Retention(), None),
        ("keep", Retention(), None),
        ("withJob", Retention(with_job=True), 120),
        ("600", Retention(seconds=600), 60),
        ("P30D", Retention(seconds=2_592_000), 3600),
        ("PT2H", Retention(seconds=7200), 720),
    ],
)
def test_each_form(text: str, retention: Retention, pause: float | None) -> None:
    assert read(text) == retention
    assert retention.sweep_seconds == pause


@pytest.mark.parametrize("text", ["0", "59", "-1", "30d", "PT5S", "with job", "forever", "1e9"])
def test_what_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"PDFEXPORT_RETENTION.*withJob"):
        read(text)


class FakeStorage:
    def __init__(self) -> None:
        self.failures = 1
        self.swept = asyncio.Event()

    async def sweep(self, retention: Retention, now: float) -> int:
        if self.failures:
            self.failures -= 1
            raise JobError(ErrorCode.UPLOAD_FAILED, "away", detail="HTTP 503")
        self.swept.set()
        return 3


async def test_sweeps_are_counted_and_logged_and_failures_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setattr("renderer.storage.sweep.random.uniform", lambda *_: 0.0)
    storage = FakeStorage()
    sweeping = asyncio.create_task(Sweeper(cast(Storage, storage), Retention(seconds=60), lambda: 0.0).run())
    async with asyncio.timeout(5):
        await storage.swept.wait()
    sweeping.cancel()
    assert "will be tried again: HTTP 503" in caplog.text
    assert "removed 3 documents" in caplog.text


async def test_nothing_is_swept_where_documents_are_kept() -> None:
    async with asyncio.timeout(5):
        await Sweeper(cast(Storage, FakeStorage()), Retention(), lambda: 0.0).run()
