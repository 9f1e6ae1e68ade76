"""Firebase Storage: uploads of PDFs and their download URLs."""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

# The client would look the bucket's metadata up in the background, for traces that nobody collects.
os.environ.setdefault("DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA", "true")

import firebase_admin
import firebase_admin.storage
import google.auth.credentials
from google.api_core.exceptions import GoogleAPIError
from google.cloud.storage.retry import DEFAULT_RETRY
from requests.exceptions import RequestException

from crds.errors import ErrorCode, JobError
from renderer.signed_urls import UrlSigner

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Where an upload lies."""

    storage_path: str
    file_url: str


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
        self._local = threading.local()

    async def upload(self, job_id: str, file_name: str, pdf: bytes, *, secret: str, timeout_seconds: float) -> Uploaded:
        """Upload exports/<job_id>/<file_name>.pdf; an earlier upload of the same job is overwritten.

        The download token comes from `secret`, a text that only this job has and no client knows: whichever of
        a job's uploads is the last, the link that is in its status works.

        Failures that may pass are retried until timeout_seconds; then JobError UploadFailed.
        """
        path = f"exports/{job_id}/{file_name}.pdf"
        token = str(uuid.UUID(bytes=hashlib.sha256(f"download {secret}".encode()).digest()[:16], version=4))
        url = await self._run(lambda: self._upload(path, file_name, token, pdf, timeout_seconds))
        return Uploaded(path, url)

    async def connect(self) -> None:
        """Make every thread's client ahead of the first upload; no request is sent."""
        barrier = threading.Barrier(self._size)

        def warm() -> None:
            self._bucket()
            barrier.wait(timeout=30)

        await asyncio.gather(*(self._run(warm) for _ in range(self._size)))

    def close(self) -> None:
        """End the threads once they have nothing to do."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (GoogleAPIError, RequestException, OSError) as e:
            # The exception's own text may hold the URL; its type does not.
            raise JobError(
                ErrorCode.UPLOAD_FAILED,
                f"The PDF could not be uploaded to storage ({type(e).__name__}).",
            ) from e

    def _upload(self, path: str, file_name: str, token: str, pdf: bytes, timeout_seconds: float) -> str:
        blob = self._bucket().blob(path)
        if self._signer is None:
            blob.metadata = {"firebaseStorageDownloadTokens": token}
        blob.content_disposition = f"attachment; filename*=UTF-8''{quote(file_name + '.pdf', safe='')}"
        blob.cache_control = "private, max-age=600"
        blob.upload_from_string(
            pdf,
            content_type="application/pdf",
            timeout=timeout_seconds,
            retry=DEFAULT_RETRY.with_timeout(timeout_seconds),
            checksum="md5",
        )
        if self._signer is not None:
            return self._signer.url(blob)
        return f"{self._public_url}/v0/b/{self._bucket_name}/o/{quote(path, safe='')}?alt=media&token={token}"

    def _bucket(self) -> Any:
        # requests' sessions are not safe to share between threads: one client a thread.
        bucket = getattr(self._local, "bucket", None)
        if bucket is None:
            name = f"storage-{threading.get_ident()}"
            app = firebase_admin.initialize_app(self._credential, self._options, name=name)
            bucket = firebase_admin.storage.bucket(app=app)
            self._local.bucket = bucket
        return bucket
