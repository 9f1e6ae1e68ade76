"""local's storage, used by the renderer's own client of Firebase Storage, and by links as browsers follow them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from crds.filenames import content_disposition
from local.storage import StorageServer
from renderer.storage.firebase import Storage, Superseded, Target
from renderer.storage.retention import Retention

BUCKET = "demo-local.appspot.com"
NOW = 1_800_000_000.0
TARGET = Target("5e0d1a52-0000-4000-8000-000000000000", NOW, "Ærø_50%_CV", 1, user_id="user-123")
PDF = b"%PDF-1.7\r\n--\r\n\x00\xff\r\n"


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StorageServer]:
    async with StorageServer(tmp_path / "storage", BUCKET) as running:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", running.url)
        yield running


@pytest.fixture
async def storage(server: StorageServer) -> AsyncIterator[Storage]:
    client = Storage(project="demo-local", bucket=BUCKET, public_url=server.url, threads=1)
    yield client
    client.close()


async def get(url: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.get(url, headers=headers)


async def upload(storage: Storage, target: Target = TARGET, pdf: bytes = PDF) -> str:
    return await storage.upload(target, pdf, secret="of the job", timeout_seconds=10)


async def test_an_upload_can_be_downloaded_by_its_link(storage: Storage) -> None:
    url = await upload(storage)

    answer = await get(url, origin="http://localhost:3000")

    assert answer.status_code == 200
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == content_disposition(TARGET.file_name)
    assert answer.headers["cache-control"] == "private, max-age=600"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_part_of_a_document_can_be_asked_for(storage: Storage) -> None:
    answer = await get(await upload(storage), range="bytes=0-3")

    assert (answer.status_code, answer.content) == (206, b"%PDF")


async def test_a_link_needs_the_objects_token(storage: Storage) -> None:
    url = await upload(storage)

    without, wrong = await get(url.partition("&token=")[0]), await get(f"{url}x")

    assert (without.status_code, wrong.status_code) == (403, 403)


async def test_a_large_document_comes_in_a_session(storage: Storage) -> None:
    large = PDF + bytes(9 * 1024 * 1024)

    answer = await get(await upload(storage, pdf=large))

    assert answer.content == large


async def test_a_later_attempt_replaces_an_earlier_one_and_not_the_reverse(storage: Storage) -> None:
    await upload(storage)
    url = await upload(storage, replace(TARGET, attempt=2), b"%PDF second")

    with pytest.raises(Superseded):
        await upload(storage)

    assert (await get(url)).content == b"%PDF second"


async def test_what_is_removed_is_gone(storage: Storage) -> None:
    url = await upload(storage)

    await storage.remove(TARGET)
    await storage.remove(TARGET)

    assert (await get(url)).status_code == 404


async def test_a_later_attempts_document_is_not_removed(storage: Storage) -> None:
    url = await upload(storage, replace(TARGET, attempt=2))

    await storage.remove(TARGET)

    assert (await get(url)).status_code == 200


async def test_all_of_one_job_is_removed(storage: Storage) -> None:
    other = replace(TARGET, job_id="another")
    url, kept = await upload(storage), await upload(storage, other)

    await storage.remove_all(TARGET.job_id)

    assert (await get(url)).status_code == 404
    assert (await get(kept)).status_code == 200


async def test_a_later_job_of_the_same_name_replaces_the_document_of_an_earlier_one(storage: Storage) -> None:
    later = replace(TARGET, submitted=NOW + 1)
    old = await storage.upload(replace(TARGET, attempt=3), PDF, secret="of the first", timeout_seconds=10)
    new = await storage.upload(later, b"%PDF second", secret="of the second", timeout_seconds=10)

    # The first job's renderer is late, and then its deletion.
    with pytest.raises(Superseded):
        await upload(storage)
    await storage.remove(replace(TARGET, attempt=3))

    assert (await get(old)).status_code == 403
    assert (await get(new)).content == b"%PDF second"


async def test_neither_the_path_nor_the_metadata_names_the_person(server: StorageServer, storage: Storage) -> None:
    await upload(storage)

    async with httpx.AsyncClient(base_url=server.url) as client:
        [stored] = (await client.get(f"/storage/v1/b/{BUCKET}/o")).json()["items"]

    assert stored["name"] == f"exports/{TARGET.job_id}/cv.pdf"
    assert stored["metadata"]["pdfExportUser"] == hashlib.sha256(b"user-123").hexdigest()
    assert "user-123" not in str(stored)


async def test_a_sweep_removes_what_has_outlived_its_job_or_its_age_and_nothing_else(storage: Storage) -> None:
    kept = replace(TARGET, job_id="kept")
    with_job = replace(TARGET, job_id="with-job", expires=NOW + 600)
    urls = [await upload(storage, target) for target in (kept, with_job)]

    async def statuses() -> list[int]:
        return [(await get(url)).status_code for url in urls]

    for retention, later, removed, expected in (
        (Retention(), 10**9, 0, [200, 200]),
        (Retention(with_job=True), NOW + 600 - time.time(), 0, [200, 200]),
        (Retention(with_job=True), NOW + 700 - time.time(), 1, [200, 404]),
        (Retention(seconds=3600), 3500, 0, [200, 404]),
        (Retention(seconds=3600), 3700, 1, [404, 404]),
    ):
        assert await storage.sweep(retention, time.time() + later) == removed
        assert await statuses() == expected


async def test_a_sweep_leaves_what_no_renderer_has_stored(server: StorageServer, storage: Storage) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        body = b'--x\r\n\r\n{"name": "exports/own.pdf"}\r\n--x\r\ncontent-type: text/plain\r\n\r\nown\r\n--x--'
        headers = {"Content-Type": "multipart/related; boundary=x"}
        path = f"/upload/storage/v1/b/{BUCKET}/o?uploadType=multipart"
        assert (await client.post(path, content=body, headers=headers)).status_code == 200

    assert await storage.sweep(Retention(seconds=60), time.time() + 10**6) == 0


async def test_what_a_sweep_that_was_killed_has_left_goes_with_the_next(
    server: StorageServer, storage: Storage
) -> None:
    urls = [await upload(storage, replace(TARGET, job_id=f"job-{n}", expires=NOW)) for n in range(5)]
    async with httpx.AsyncClient(base_url=server.url) as client:
        assert (await client.delete(f"/storage/v1/b/{BUCKET}/o/exports%2Fjob-1%2Fcv.pdf")).status_code == 204

    assert await storage.sweep(Retention(with_job=True), NOW + 100) == 4
    assert [(await get(url)).status_code for url in urls] == [404] * 5


async def test_all_documents_of_a_user_and_of_no_other_are_erased(storage: Storage) -> None:
    own = [await upload(storage, replace(TARGET, job_id=f"job-{n}")) for n in range(3)]
    others = await upload(storage, replace(TARGET, job_id="other", user_id="user-1234"))
    nobodys = await upload(storage, replace(TARGET, job_id="none", user_id=""))

    assert await storage.erase("user-123") == 3

    assert [(await get(url)).status_code for url in (*own, others, nobodys)] == [404, 404, 404, 200, 200]


async def test_documents_outlive_the_server(tmp_path: Path, storage: Storage) -> None:
    url = await upload(storage)

    async with StorageServer(tmp_path / "storage", BUCKET) as second:
        answer = await get(second.url + url.removeprefix(str(httpx.URL(url).copy_with(raw_path=b"")).rstrip("/")))

    assert answer.content == PDF


async def test_a_damaged_upload_is_refused(server: StorageServer) -> None:
    body = (
        b'--x\r\ncontent-type: application/json\r\n\r\n{"name": "a", "md5Hash": "AAAA"}'
        b"\r\n--x\r\ncontent-type: text/plain\r\n\r\nother\r\n--x--"
    )
    headers = {"Content-Type": "multipart/related; boundary=x"}
    async with httpx.AsyncClient(base_url=server.url) as client:
        answer = await client.post(
            f"/upload/storage/v1/b/{BUCKET}/o?uploadType=multipart", content=body, headers=headers
        )
        missing = await client.get(f"/storage/v1/b/{BUCKET}/o/a")
        broken = await client.post(f"/upload/storage/v1/b/{BUCKET}/o?uploadType=multipart", content=b"no")

    assert (answer.status_code, missing.status_code, broken.status_code) == (400, 404, 400)
    assert missing.json()["error"]["code"] == 404
