"""Download URLs that expire (V4 of Cloud Storage): signed here with a service account's key, or by Google without."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import google.auth
import google.auth.transport.requests
import google.oauth2.service_account
from google.auth.exceptions import DefaultCredentialsError

from runtime.settings import PREFIX, SettingsError

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class UrlSigner:
    """Signs with the key of GOOGLE_APPLICATION_CREDENTIALS.

    A workload identity has no key. Then the service account behind it signs, by a request to the IAM Credentials API
    (signBlob) for each URL; it needs the role Service Account Token Creator on itself.
    """

    def __init__(self, *, seconds: int) -> None:
        """SettingsError when there is neither a key nor a service account: what an emulator takes cannot sign."""
        try:
            self._credentials: Any = google.auth.default(scopes=_SCOPES)[0]
        except DefaultCredentialsError:
            self._credentials = None
        self._has_key = isinstance(self._credentials, google.oauth2.service_account.Credentials)
        # Of the identities that workloads have, those with a service account have this attribute.
        if not self._has_key and not getattr(self._credentials, "service_account_email", None):
            raise SettingsError(
                f"{PREFIX}STORAGE_SIGNED_SECONDS is {seconds} (firebase.signedUrls.enabled), but the credentials are "
                "neither a service account's key nor a workload identity with a service account: name a Secret with a "
                "key in firebase.existingSecret, or leave firebase.signedUrls.enabled off"
            )
        self._seconds = seconds
        self._refreshing = threading.Lock()

    def url(self, blob: Any) -> str:
        """The URL of an object, good from now on for the seconds. GoogleAuthError when Google does not sign."""
        signer = {"credentials": self._credentials} if self._has_key else self._remote_signer()
        url: str = blob.generate_signed_url(version="v4", expiration=timedelta(seconds=self._seconds), **signer)
        return url

    def _remote_signer(self) -> dict[str, str]:
        with self._refreshing:
            if not self._credentials.valid:
                self._credentials.refresh(google.auth.transport.requests.Request())
            # A metadata server's account is `default` until the credentials have been refreshed.
            return {
                "service_account_email": self._credentials.service_account_email,
                "access_token": self._credentials.token,
            }
