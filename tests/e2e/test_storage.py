"""One object for each done job and none for others: what the storage code does against the real emulator."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from renderer.storage.firebase import Storage, Superseded, Target
from renderer.storage.retention import Retention
from tests.e2e.client import download, stored

BUCKET = "storage-test.firebasestorage.app"


@pytest.fixture
def storage(storage_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_url)
    made = Storage(project="storage-test", bucket=BUCKET, public_url=storage_url, threads=2)
    yield made
    made.close()


def target(attempt: int, job_id: str | None = None) -> Target:
    return Target(job_id or str(uuid.uuid4()), 1_000_000.0, "Zoë 山田", attempt, user_id="user-123")


def upload(storage: Storage, where: Target, pdf: bytes) -> str:
    return asyncio.run(storage.upload(where, pdf, secret=where.job_id, timeout_seconds=10))


def names(storage_url: str, job_id: str) -> list[str]:
    return stored(storage_url, BUCKET, prefix=f"exports/{job_id}/")


def test_a_later_attempt_replaces_what_an_earlier_one_stored(storage: Storage) -> None:
    first = target(1)
    second = target(2, first.job_id)
    old, new = upload(storage, first, b"first"), upload(storage, second, b"second")
    assert old == new
    assert download(new).content == b"second"


def test_a_renderer_that_is_too_late_replaces_and_removes_nothing(storage: Storage) -> None:
    second = target(2)
    url = upload(storage, second, b"second")
    late = target(1, second.job_id)
    with pytest.raises(Superseded):
        upload(storage, late, b"first")
    asyncio.run(storage.remove(late))
    assert download(url).content == b"second"


def test_an_upload_whose_answer_was_lost_is_known_again(storage: Storage) -> None:
    first = target(1)
    assert upload(storage, first, b"it") == upload(storage, first, b"it")


def test_what_is_removed_is_gone_and_once_more_is_no_error(storage: Storage, storage_url: str) -> None:
    first = target(1)
    upload(storage, first, b"it")
    assert names(storage_url, first.job_id) == [first.path]
    for _ in range(2):
        asyncio.run(storage.remove(target(2, first.job_id)))
        assert names(storage_url, first.job_id) == []
    upload(storage, first, b"it")
    asyncio.run(storage.remove_all(first.job_id))
    assert names(storage_url, first.job_id) == []


def test_an_upload_that_is_cancelled_leaves_nothing_once_it_is_removed(storage: Storage, storage_url: str) -> None:
    """The thread that uploads cannot be stopped: the removal waits for it."""
    first = target(1)

    async def cancelled() -> None:
        uploading = asyncio.create_task(storage.upload(first, b"it" * 500_000, secret="s", timeout_seconds=10))
        await asyncio.sleep(0)
        uploading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await uploading
        await storage.remove(first)

    asyncio.run(cancelled())
    assert names(storage_url, first.job_id) == []


def test_what_has_outlived_its_job_is_swept_and_what_a_user_has_is_erased(storage: Storage, storage_url: str) -> None:
    """The real emulator lists objects with their custom metadata and the time at which they were stored."""
    now = time.time()
    over, lives, kept = (replace(target(1), expires=expires) for expires in (now - 100, now + 100, None))
    for each in (over, lives, kept):
        upload(storage, each, b"it")
    assert asyncio.run(storage.sweep(Retention(with_job=True), now)) == 1
    left = [names(storage_url, each.job_id) for each in (over, lives, kept)]
    assert left == [[], [lives.path], [kept.path]]
    assert asyncio.run(storage.sweep(Retention(seconds=60), now)) == 0
    assert asyncio.run(storage.erase("user-123")) >= 2
    assert not any(names(storage_url, each.job_id) for each in (over, lives, kept))
