"""Download URLs that expire: signed with a service account's key (V4 of Cloud Storage), here, without a request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import google.auth
import google.oauth2.service_account
from google.auth.exceptions import DefaultCredentialsError

from runtime.settings import PREFIX, SettingsError

# What Cloud Storage takes at most: seven days.
MAX_SECONDS = 604_800


class UrlSigner:
    """Signs with the key of GOOGLE_APPLICATION_CREDENTIALS."""

    def __init__(self, *, seconds: int) -> None:
        """SettingsError when the credentials have no key of their own: what a metadata server or an emulator gives
        cannot sign without asking somebody."""
        try:
            credentials, _ = google.auth.default()
        except DefaultCredentialsError:
            credentials = None
        if not isinstance(credentials, google.oauth2.service_account.Credentials):
            raise SettingsError(
                f"{PREFIX}STORAGE_SIGNED_SECONDS is {seconds} (firebase.signedUrls.enabled), but the credentials are "
                "not a service account's key, which signing takes: name a Secret with one in firebase.existingSecret, "
                "or leave firebase.signedUrls.enabled off"
            )
        self._credentials = credentials
        self._seconds = seconds

    def url(self, blob: Any) -> str:
        """The URL of an object, good from now on for the seconds."""
        url: str = blob.generate_signed_url(
            version="v4", expiration=timedelta(seconds=self._seconds), credentials=self._credentials
        )
        return url
