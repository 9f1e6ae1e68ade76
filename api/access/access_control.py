"""What a request to a job route passes first: authentication, then the rate limit."""

from __future__ import annotations

import time

from starlette.requests import Request

from api.access.authenticator import Authenticator, token_of
from api.access.callers import ANYONE, Caller
from api.access.limits import RateLimiter, client_address
from api.http.errors import ApiError, too_many, whole_retry_seconds


class AccessControl:
    """Authentication and the rate limit, each of which may be off."""

    def __init__(
        self, *, authenticator: Authenticator | None, limiter: RateLimiter | None, trusted_proxies: int
    ) -> None:
        self._authenticator = authenticator
        self._limiter = limiter
        self._trusted_proxies = trusted_proxies

    async def authenticate(self, request: Request) -> Caller:
        """The caller of the request; ApiError 401, 429 or 503.

        A token that was not verified before costs a verification. An address that sends invalid tokens reaches its
        rate limit (429); tokens that were verified before are still accepted from it.
        """
        if self._authenticator is None:
            return ANYONE
        token = token_of(request)
        caller = self._authenticator.lookup(token)
        if caller is not None:
            return caller
        address = self._address(request) if self._limiter is not None else ""
        if self._limiter is not None:
            self._raise_if_limited(self._limiter.wait_seconds(address, now=time.monotonic()))
        try:
            return await self._authenticator.verify(token)
        except ApiError as e:
            if self._limiter is not None and e.status == 401:
                self._limiter.take(address, now=time.monotonic())
            raise

    def check_rate(self, request: Request, caller: Caller) -> None:
        """Count a request that costs more than a read from the cache; ApiError 429 above the rate limit."""
        if self._limiter is not None:
            key = caller.name or self._address(request)
            self._raise_if_limited(self._limiter.take(key, now=time.monotonic()))

    @staticmethod
    def _raise_if_limited(seconds: float) -> None:
        if seconds:
            raise too_many("This caller sends too many requests.", retry_after=whole_retry_seconds(seconds))

    def _address(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        forwarded = request.headers.getlist("x-forwarded-for") if self._trusted_proxies else ()
        return client_address(peer, forwarded, trusted_proxies=self._trusted_proxies)
