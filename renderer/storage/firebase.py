"""Firebase Storage: uploads of PDFs and their download URLs."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable
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
from renderer.storage.retention import Retention
from renderer.storage.signed_urls import UrlSigner
from runtime.settings import SettingsError

T = TypeVar("T")

# A request that hangs is given up and sent again: this long without a byte, and 3 s for a connection.
_SILENCE_SECONDS = 10.0
_CONNECT_SECONDS = 3.0
# How often an object that another program changes in between is looked at again.
_LOOKS = 3
# Custom metadata of an object. Whoever has a signed URL receives it, too.
_ATTEMPT = "pdfExportAttempt"
_SUBMITTED = "pdfExportSubmitted"
_USER = "pdfExportUser"
_EXPIRES = "pdfExportExpires"
_CREDENTIALS = (
    "It takes a service account's key as the Firebase console gives it, in service-account.json of the Secret that "
    "firebase.existingSecret names, or a workload identity."
)
PREFIX = "exports/"
"""Where all documents lie in the bucket."""
# A document that is to go with its job goes so long after the job's expiry at the latest.
_EXPIRY_GRACE_SECONDS = 60.0
# A sweep asks for as many objects at once.
_PAGE = 1000


class Superseded(Exception):
    """A later attempt at the same job has stored its document already."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the document of a job's attempt is to lie; later attempts replace what earlier ones have stored."""

    job_id: str
    submitted: float
    """When the job was submitted: of two jobs of the same name, which one Idempotency-Key makes, this is the later."""
    file_name: str
    attempt: int
    user_id: str = ""
    expires: float | None = None
    """When the job expires, if the document is to go with it."""

    @property
    def path(self) -> str:
        """The object's name in the bucket. The name of the file is personal, and Content-Disposition has it."""
        return f"{PREFIX}{self.job_id}/cv.pdf"

    @property
    def rank(self) -> tuple[int, int]:
        """What replaces what: milliseconds since the epoch of the job's submission, and the attempt."""
        return round(self.submitted * 1000), self.attempt

    @property
    def metadata(self) -> dict[str, str]:
        """What the object says of its origin."""
        return {
            _ATTEMPT: str(self.attempt),
            _SUBMITTED: str(self.rank[0]),
            **({_USER: user_digest(self.user_id)} if self.user_id else {}),
            **({_EXPIRES: str(int(self.expires))} if self.expires is not None else {}),
        }


def user_digest(user_id: str) -> str:
    """What objects carry of the user whom they belong to: enough to find them, but not the user's id itself."""
    return hashlib.sha256(user_id.encode()).hexdigest()


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
        # A sweep may take long: no upload waits for it.
        self._sweeper = ThreadPoolExecutor(1, thread_name_prefix="storage-sweep")
        self._going_on: dict[Target, Future[str]] = {}
        self._local = threading.local()

    async def upload(self, target: Target, pdf: bytes, *, secret: str, timeout_seconds: float) -> str:
        """Upload a document and return its download URL.

        The download token comes from `secret`, a text of this job alone, which no client has: whichever of
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

    async def sweep(self, retention: Retention, now: float) -> int:
        """Remove the documents whose time is over, of whatever job, by their generation; how many. JobError as above.

        A job's expiry counts for documents that were stored to go with their job, the age for all others.
        """
        return await self._answer(self._sweeper.submit(self._remove_where, _is_over(retention, now)))

    async def erase(self, user_id: str) -> int:
        """Remove all documents of a user; how many. JobError as above."""
        digest = user_digest(user_id)
        return await self._answer(
            self._sweeper.submit(self._remove_where, lambda blob: (blob.metadata or {}).get(_USER) == digest)
        )

    async def connect(self) -> None:
        """Make every thread's client ahead of the first upload; no request is sent.

        SettingsError when there are no credentials, or none that can be read.
        """
        barrier = threading.Barrier(self._size)

        def warm() -> None:
            self._bucket()
            barrier.wait(timeout=30)

        try:
            await asyncio.gather(*(asyncio.wrap_future(self._threads.submit(warm)) for _ in range(self._size)))
        except GoogleAuthError as e:
            # Here the text is about the file alone: its path, and what it lacks.
            cause = str(e.args[0]).strip().rstrip(".")
            raise SettingsError(f"no credentials for the storage: {cause}. {_CREDENTIALS}") from e

    def close(self) -> None:
        """End the threads once they have nothing to do."""
        for threads in (self._threads, self._sweeper):
            threads.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, call: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(call)
        except (GoogleAPIError, GoogleAuthError, RequestException, OSError) as e:
            raise storage_error(e, bucket=self._bucket_name) from e

    def _upload(self, target: Target, pdf: bytes, secret: str, timeout_seconds: float) -> str:
        token = str(uuid.UUID(bytes=hashlib.sha256(f"download {secret}".encode()).digest()[:16], version=4))
        blob = self._bucket().blob(target.path)
        shown = {} if self._signer else {"firebaseStorageDownloadTokens": token}
        blob.metadata = target.metadata | shown
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
            stored, replaces = self._stored(target, deadline)
            if stored > target.rank:
                raise Superseded
            if stored == target.rank:
                # It is ours: stored by a request whose answer was lost.
                return

    def _stored(self, target: Target, deadline: float) -> tuple[tuple[int, int], int]:
        """The rank of what is stored, and its generation; zeros when there is nothing."""
        blob = self._bucket().blob(target.path)
        try:
            blob.reload(**_patience(deadline))
        except NotFound:
            return (0, 0), 0
        metadata = blob.metadata or {}
        return (int(metadata.get(_SUBMITTED, 0)), int(metadata.get(_ATTEMPT, 0))), int(blob.generation)

    def _remove(self, target: Target) -> None:
        deadline = time.monotonic() + _SILENCE_SECONDS
        stored, generation = self._stored(target, deadline)
        # A later job of this name has another time.
        if stored[0] == target.rank[0] and stored <= target.rank:
            with suppress(NotFound, PreconditionFailed):
                self._bucket().blob(target.path).delete(if_generation_match=generation, **_patience(deadline))

    def _remove_all(self, job_id: str) -> None:
        deadline = time.monotonic() + _SILENCE_SECONDS
        for blob in self._bucket().list_blobs(prefix=f"{PREFIX}{job_id}/", **_patience(deadline)):
            with suppress(NotFound, PreconditionFailed):
                blob.delete(if_generation_match=blob.generation, **_patience(deadline))

    def _remove_where(self, chosen: Callable[[Any], bool]) -> int:
        """Remove the chosen objects among all that a renderer has stored; how many."""
        removed = 0
        patience = {"timeout": (_CONNECT_SECONDS, _SILENCE_SECONDS), "retry": DEFAULT_RETRY}
        for blob in self._bucket().list_blobs(prefix=PREFIX, page_size=_PAGE, **patience):
            if chosen(blob):
                with suppress(NotFound, PreconditionFailed):
                    blob.delete(if_generation_match=blob.generation, **patience)
                    removed += 1
        return removed

    def _bucket(self) -> Any:
        # requests' sessions are not safe to share between threads: one client a thread.
        bucket = getattr(self._local, "bucket", None)
        if bucket is None:
            name = f"storage-{uuid.uuid4()}"
            app = firebase_admin.initialize_app(self._credential, self._options, name=name)
            bucket = firebase_admin.storage.bucket(app=app)
            self._local.bucket = bucket
        return bucket


def _is_over(retention: Retention, now: float) -> Callable[[Any], bool]:
    """Whether an object's time is over; never of what no renderer has stored."""

    def is_over(blob: Any) -> bool:
        metadata = blob.metadata or {}
        if _ATTEMPT not in metadata:
            return False
        if retention.with_job and _EXPIRES in metadata:
            return now > float(metadata[_EXPIRES]) + _EXPIRY_GRACE_SECONDS
        return retention.seconds is not None and now > blob.time_created.timestamp() + retention.seconds

    return is_over


def _patience(deadline: float) -> dict[str, Any]:
    """How long a request and its retries may take, of time.monotonic."""
    left = max(deadline - time.monotonic(), 0.1)
    return {"timeout": (_CONNECT_SECONDS, min(left, _SILENCE_SECONDS)), "retry": DEFAULT_RETRY.with_timeout(left)}
