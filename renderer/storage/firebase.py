"""Firebase Storage: uploads of PDFs and their download URLs."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

# The client would look the bucket's metadata up in the background, for traces that nobody collects.
os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")

import firebase_admin
import firebase_admin.storage
import google.auth.credentials
from google.api_core.exceptions import GoogleAPIError, NotFound, PreconditionFailed
from google.auth.exceptions import GoogleAuthError
from google.cloud.storage.retry import DEFAULT_RETRY
from requests.exceptions import RequestException

from crds.filenames import content_disposition
from renderer.storage.refusals import storage_error
from renderer.storage.signed_urls import UrlSigner

T = TypeVar("T")

# A request that hangs is given up and sent again: this long without a byte, and 3 s for a connection.
_SILENCE_SECONDS = 10.0
_CONNECT_SECONDS = 3.0
# How often an object that another program changes in between is looked at again.
_LOOKS = 3
_ATTEMPT = "pdfExportAttempt"


class Superseded(Exception):
    """A later attempt at the same job has stored its document already."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the document of a job's attempt is to lie; later attempts replace what earlier ones have stored."""

    job_id: str
    file_name: str
    attempt: int

    @property
    def path(self) -> str:
        """The object's name in the bucket."""
        return f"exports/{self.job_id}/{self.file_name}.pdf"


class Storage:
    """One bucket. Uploads run in threads of their own, each with its own connection."""

    def __init__(
        self, *, project: str, bucket: str, public_url: str, threads: int, signer: UrlSigner | None = None
    ) -> None:
        """Connect with Application Default Credentials, or with none to an emulator. With a signer, download URLs are
        signed and expire; without, they hold a token that no one can guess, and last as long as the object."""
        credential: Any = None
        if os.environ.get("STORAGE_EMULATOR_HOST"):
            credential = google.auth.credentials.AnonymousCredentials()
        self._options = {"projectId": project, "storageBucket": bucket}
        self._credential = credential
        self._bucket_name = bucket
        self._public_url = public_url
        self._signer = signer
        self._size = threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="storage")
        self._going_on: dict[Target, Future[str]] = {}
        self._local = threading.local()

    async def upload(self, target: Target, pdf: bytes, *, secret: str, timeout_seconds: float) -> str:
        """Upload a document and return its download URL.

        The download token comes from `secret`, a text that only this job has and no client knows: whichever of
        a job's uploads is the last, the link that is in its status works.

        Failures that may pass are retried until timeout_seconds; then JobError UploadFailed. JobError StorageRefused
        when the bucket or the credentials are wrong. Superseded when the object is a later attempt's. When cancelled,
        the upload goes on until `remove` has seen to it.
        """
        uploading = self._threads.submit(self._upload, target, pdf, secret, timeout_seconds)
        try:
            return await self._answer(uploading)
        except asyncio.CancelledError:
            self._going_on[target] = uploading
            raise

    async def remove(self, target: Target) -> None:
        """Remove what this attempt or an earlier one has stored, once an upload that goes on has ended.

        Nothing to do when there is nothing, or a later attempt's. JobError as in `upload`.
        """
        if uploading := self._going_on.pop(target, None):
            await asyncio.gather(asyncio.wrap_future(uploading), return_exceptions=True)
        await self._answer(self._threads.submit(self._remove, target))

    async def remove_all(self, job_id: str) -> None:
        """Remove whatever a job that has failed has stored; nobody may be at work on it. JobError as in `remove`."""
        await self._answer(self._threads.submit(self._remove_all, job_id))

    async def connect(self) -> None:
        """Make every thread's client ahead of the first upload; no request is sent."""
        barrier = threading.Barrier(self._size)

        def warm() -> None:
            self._bucket()
            barrier.wait(timeout=30)

        await asyncio.gather(*(self._answer(self._threads.submit(warm)) for _ in range(self._size)))

    def close(self) -> None:
        """End the threads once they have nothing to do."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, call: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(call)
        except (GoogleAPIError, GoogleAuthError, RequestException, OSError) as e:
            raise storage_error(e, bucket=self._bucket_name) from e

    def _upload(self, target: Target, pdf: bytes, secret: str, timeout_seconds: float) -> str:
        token = str(uuid.UUID(bytes=hashlib.sha256(f"download {secret}".encode()).digest()[:16], version=4))
        blob = self._bucket().blob(target.path)
        shown = {} if self._signer else {"firebaseStorageDownloadTokens": token}
        blob.metadata = {_ATTEMPT: str(target.attempt), **shown}
        blob.content_disposition = content_disposition(target.file_name)
        blob.cache_control = "private, max-age=600"
        deadline = time.monotonic() + timeout_seconds
        self._store(blob, target, pdf, deadline)
        if self._signer is not None:
            return self._signer.url(blob)
        return f"{self._public_url}/v0/b/{self._bucket_name}/o/{quote(target.path, safe='')}?alt=media&token={token}"

    def _store(self, blob: Any, target: Target, pdf: bytes, deadline: float) -> None:
        """Upload where nothing lies, or what an earlier attempt has stored; a renderer that is late harms none."""
        replaces = 0
        for look in range(_LOOKS):
            try:
                blob.upload_from_string(
                    pdf,
                    content_type="application/pdf",
                    if_generation_match=replaces,
                    checksum="md5",
                    **_patience(deadline),
                )
                return
            except PreconditionFailed:
                if look == _LOOKS - 1:
                    raise
            attempt, replaces = self._stored(target, deadline)
            if attempt > target.attempt:
                raise Superseded
            if attempt == target.attempt and replaces:
                # It is ours: stored by a request whose answer was lost.
                return

    def _stored(self, target: Target, deadline: float) -> tuple[int, int]:
        """The attempt that has stored the object, and the object's generation; both 0 when there is none."""
        blob = self._bucket().blob(target.path)
        try:
            blob.reload(**_patience(deadline))
        except NotFound:
            return 0, 0
        return int((blob.metadata or {}).get(_ATTEMPT, 0)), int(blob.generation)

    def _remove(self, target: Target) -> None:
        deadline = time.monotonic() + _SILENCE_SECONDS
        attempt, generation = self._stored(target, deadline)
        if generation and attempt <= target.attempt:
            with suppress(NotFound, PreconditionFailed):
                self._bucket().blob(target.path).delete(if_generation_match=generation, **_patience(deadline))

    def _remove_all(self, job_id: str) -> None:
        deadline = time.monotonic() + _SILENCE_SECONDS
        for blob in self._bucket().list_blobs(prefix=f"exports/{job_id}/", **_patience(deadline)):
            with suppress(NotFound, PreconditionFailed):
                blob.delete(if_generation_match=blob.generation, **_patience(deadline))

    def _bucket(self) -> Any:
        # requests' sessions are not safe to share between threads: one client a thread.
        bucket = getattr(self._local, "bucket", None)
        if bucket is None:
            name = f"storage-{uuid.uuid4()}"
            app = firebase_admin.initialize_app(self._credential, self._options, name=name)
            bucket = firebase_admin.storage.bucket(app=app)
            self._local.bucket = bucket
        return bucket


def _patience(deadline: float) -> dict[str, Any]:
    """How long a request and its retries may take, of time.monotonic."""
    left = max(deadline - time.monotonic(), 0.1)
    return {"timeout": (_CONNECT_SECONDS, min(left, _SILENCE_SECONDS)), "retry": DEFAULT_RETRY.with_timeout(left)}
