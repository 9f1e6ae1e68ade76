"""Authentication: from the token of a request to its caller. Off unless the settings choose a mode.

A token is never logged, and not kept either: what is remembered of one is its SHA-256.
"""

from __future__ import annotations

import re
from typing import Protocol

from starlette.requests import Request

from api.access.bearer import BearerTokens
from api.access.callers import Caller
from api.http.errors import unauthorized
from api.settings import FIREBASE, NO_AUTH, Settings
from runtime.env import PREFIX, SettingsError

# RFC 6750, 2.1. Firebase's tokens have about 1,000 characters, more with claims of one's own (1,000 bytes at most).
_CREDENTIALS = re.compile(r"bearer +([A-Za-z0-9\-._~+/]+=*)", re.IGNORECASE)
_MAX_TOKEN = 8192


class Authenticator(Protocol):
    """A way to know callers by their tokens."""

    def lookup(self, token: str) -> Caller | None:
        """The caller of a token that needs no further look; costs microseconds."""
        ...

    async def verify(self, token: str) -> Caller:
        """The caller of a token that is not known; ApiError 401, or 503 when it cannot be told at the moment."""
        ...


def make_authenticator(settings: Settings) -> Authenticator | None:
    """What the settings choose; None: nobody is asked. SettingsError names the variable that does not fit."""
    if settings.auth_mode == NO_AUTH:
        return None
    if settings.auth_mode == FIREBASE:
        # Half a second and 40 MB that nobody else has to pay.
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
        raise unauthorized("Send a token: Authorization: Bearer TOKEN.", sent=False)
    match = _CREDENTIALS.fullmatch(values[0].strip())
    if len(values) > 1 or match is None or len(match[1]) > _MAX_TOKEN:
        raise unauthorized("The Authorization header takes one value of the form: Bearer TOKEN.")
    return match[1]
