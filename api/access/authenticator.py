"""Authentication: from the token of a request to its caller. Off unless the settings choose a mode.

A token is neither logged nor kept: only its SHA-256 is cached.
"""

from __future__ import annotations

import re
from typing import Protocol

from starlette.requests import Request

from api.access.bearer import BearerTokens
from api.access.callers import Caller
from api.http.errors import unauthorized
from api.settings import FIREBASE, NO_AUTH, Settings
from runtime.settings import PREFIX, SettingsError

# RFC 6750, 2.1. Firebase's tokens have about 1,000 characters, and up to 1,000 bytes of custom claims.
_CREDENTIALS = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE)
_MAX_TOKEN = 8192


class Authenticator(Protocol):
    """Finds the caller of a token."""

    def lookup(self, token: str) -> Caller | None:
        """The caller of a token that is configured or was verified before, else None; takes microseconds."""
        ...

    async def verify(self, token: str) -> Caller:
        """The caller of any other token; ApiError 401, or 503 when it cannot be verified at the moment."""
        ...


def make_authenticator(settings: Settings) -> Authenticator | None:
    """The authenticator of the settings; None: authentication is off. SettingsError names the invalid variable."""
    if settings.auth_mode == NO_AUTH:
        return None
    if settings.auth_mode == FIREBASE:
        # The import takes half a second and 40 MB, so it is done in this mode only.
        from api.access.firebase import FirebaseTokens

        return FirebaseTokens(settings.auth_firebase_project, package_claim=settings.auth_firebase_package_claim)
    try:
        return BearerTokens(settings.auth_tokens_file)
    except (OSError, ValueError) as e:
        raise SettingsError(f"{PREFIX}AUTH_TOKENS_FILE: {e}") from None


def token_of(request: Request) -> str:
    """The token in the Authorization header; ApiError 401 when there is none."""
    values = request.headers.getlist("authorization")
    if not values:
        raise unauthorized("The request has no token. Send the header Authorization: Bearer TOKEN.", sent=False)
    match = _CREDENTIALS.fullmatch(values[0].strip())
    if len(values) > 1 or match is None or len(match[1]) > _MAX_TOKEN:
        raise unauthorized("The Authorization header takes one value of the form: Bearer TOKEN.")
    return match[1]
