"""Firebase ID tokens, verified by firebase-admin: signature, issuer, audience, times. Imported only where they are
chosen.

firebase-admin fetches Google's certificates (through the proxy of HTTPS_PROXY, if one is set) and keeps them for as
long as their answer says. It blocks, so it runs in a thread of its own, and its result is cached until the token
expires. A user who is disabled meanwhile keeps access until then, an hour at most.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import firebase_admin
import firebase_admin.auth
import google.auth.credentials

from api.access.callers import Caller
from api.http.errors import ApiError, unauthorized, unavailable
from runtime.settings import PREFIX, SettingsError

_log = logging.getLogger(__name__)

# Between Google's clock and this machine's.
_CLOCK_SKEW_SECONDS = 10
_FETCH_SECONDS = 5
# After a failure to fetch the certificates the next try waits for so long.
_FETCH_AGAIN_SECONDS = 1.0
_MAX_CACHED = 10_000
# A verification takes a millisecond.
_MAX_VERIFYING = 500
_EMULATOR = "FIREBASE_AUTH_EMULATOR_HOST"


class FirebaseTokens:
    """The ID tokens of one Firebase project. Their callers act for themselves only."""

    def __init__(self, project: str, *, package_claim: str = "") -> None:
        """With `package_claim`, userPackage must be the claim of this name. SettingsError when firebase-admin would
        accept unsigned tokens."""
        if os.environ.get(_EMULATOR):
            raise SettingsError(
                f"{_EMULATOR} is set: unsigned tokens would be accepted. Unset it, or leave {PREFIX}AUTH_MODE empty"
            )
        # No credentials: the certificates are public, and nothing else is requested.
        self._app = firebase_admin.initialize_app(
            google.auth.credentials.AnonymousCredentials(),
            {"projectId": project, "httpTimeout": _FETCH_SECONDS},
            name=f"auth-{uuid.uuid4()}",
        )
        self._project = project
        self._package_claim = package_claim
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="firebase-auth")
        self._verified: dict[bytes, tuple[float, Caller]] = {}
        self._verifying: dict[bytes, asyncio.Task[Caller]] = {}
        self._fetch_not_before = 0.0

    def __len__(self) -> int:
        """The number of cached tokens."""
        return len(self._verified)

    def lookup(self, token: str) -> Caller | None:
        """The caller of a token that was verified before and has not expired."""
        digest = _digest(token)
        found = self._verified.get(digest)
        if found is None:
            return None
        expires, caller = found
        if time.time() < expires:
            return caller
        del self._verified[digest]
        return None

    async def verify(self, token: str) -> Caller:
        """The caller of a token; ApiError 401 when it is not a valid one of this project, 503 when the certificates
        cannot be fetched or too many tokens are waiting. Requests with the same token share one verification."""
        digest = _digest(token)
        task = self._verifying.get(digest)
        if task is None:
            if len(self._verifying) >= _MAX_VERIFYING:
                raise unavailable("Too many tokens are waiting to be verified.", retry_after=1)
            task = self._verifying[digest] = asyncio.create_task(self._verify(token, digest))
            task.add_done_callback(lambda task: self._is_over(digest, task))
        return await asyncio.shield(task)

    def _is_over(self, digest: bytes, task: asyncio.Task[Caller]) -> None:
        del self._verifying[digest]
        if not task.cancelled():
            task.exception()  # Retrieved, even when every request that waited for it has disconnected.

    async def _verify(self, token: str, digest: bytes) -> Caller:
        claims = await asyncio.get_running_loop().run_in_executor(self._thread, self._claims, token)
        package = claims.get(self._package_claim) if self._package_claim else None
        uid = claims["uid"]
        caller = Caller(
            f"user:{uid}",
            user_id=uid,
            binds_package=bool(self._package_claim),
            user_package=package if isinstance(package, str) else None,
        )
        if len(self._verified) >= _MAX_CACHED:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = (float(claims["exp"]), caller)
        return caller

    def _claims(self, token: str) -> Mapping[str, Any]:
        # The messages of these exceptions quote the token's content: they are neither logged nor sent.
        if time.monotonic() < self._fetch_not_before:
            raise _no_certificates()
        try:
            claims: Mapping[str, Any] = firebase_admin.auth.verify_id_token(
                token, app=self._app, clock_skew_seconds=_CLOCK_SKEW_SECONDS
            )
        except firebase_admin.auth.CertificateFetchError as e:
            self._fetch_not_before = time.monotonic() + _FETCH_AGAIN_SECONDS
            cause = type(e.cause or e).__name__
            _log.warning("Google's certificates for Firebase tokens cannot be fetched: %s", cause)
            raise _no_certificates() from None
        except firebase_admin.auth.ExpiredIdTokenError:
            raise unauthorized("The token has expired; get a new one from Firebase.") from None
        except Exception:
            # The library also raises TypeError and the like: it expects JSON objects and does not check.
            raise unauthorized(f"The token is not a valid ID token of the Firebase project {self._project}.") from None
        return claims


def _no_certificates() -> ApiError:
    return unavailable("Tokens cannot be verified: Google's certificates cannot be fetched.", retry_after=3)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
