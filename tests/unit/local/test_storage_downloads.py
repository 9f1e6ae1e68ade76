"""A download while its object is deleted."""

from __future__ import annotations

import asyncio
from pathlib import Path

from starlette.types import Message

from local.storage.app import storage_app
from local.storage.objects import Objects

PDF = b"%PDF-1.7" + bytes(200_000)
METADATA = {"contentType": "application/pdf", "metadata": {"firebaseStorageDownloadTokens": "t"}}


async def test_a_download_that_has_begun_ends_although_its_object_is_deleted(tmp_path: Path) -> None:
    objects = Objects(tmp_path, "bucket")
    objects.put({"name": "jobs/cv.pdf", **METADATA}, PDF, generation=None)
    sent: list[Message] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            objects.delete("jobs/cv.pdf", generation=None)
        sent.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()  # The client sends nothing more and stays.
        raise AssertionError

    path = "/v0/b/bucket/o/jobs/cv.pdf"
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"alt=media&token=t", "headers": []}
    await storage_app(objects)(scope, receive, send)

    assert sent[0]["status"] == 200
    assert b"".join(message["body"] for message in sent[1:]) == PDF
    assert objects.list("") == []
