"""Limits for each user and for each caller. Pure bookkeeping: `now` comes in, and all of it costs the same however
many there are.

The rate limit is a token bucket in the form of the generic cell rate algorithm (ITU-T I.371): one number a caller
is the time at which its bucket is full again. Libraries count whole windows or keep each request, and none bounds the
number of callers.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from api.http.errors import whole_retry_seconds

ANY_PACKAGE = "*"


class RateLimiter:
    """Allows each key `burst` requests at once, and `per_second` of them on average."""

    def __init__(self, *, per_second: float, burst: int, max_keys: int = 10_000) -> None:
        self._interval = 1 / per_second
        self._slack = (burst - 1) * self._interval
        self._max_keys = max_keys
        # The time at which the bucket is full again, by key; the key that was used last is the last one.
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        """The number of cached keys."""
        return len(self._full_at)

    def wait_seconds(self, key: str, *, now: float) -> float:
        """Seconds until the key may send one more request; 0 when it may at once."""
        wait = self._full_at.get(key, now) - now - self._slack
        return wait if wait > 1e-9 else 0.0

    def take(self, key: str, *, now: float) -> float:
        """As `wait_seconds`; when that is 0, one request is counted."""
        wait = self.wait_seconds(key, now=now)
        if wait:
            return wait
        self._full_at[key] = max(self._full_at.get(key, now), now) + self._interval
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._max_keys:
            # The key that was not used for the longest time has the fullest bucket.
            self._full_at.popitem(last=False)
        return 0.0


class UserLimits:
    """How many jobs that have not ended a user may have, by userPackage; `*` is the limit of all other packages."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self._limits = limits
        self._creating: dict[str, int] = {}

    def of(self, user_package: str | None) -> int | None:
        """The limit of a package; None: there is none."""
        return self._limits.get(user_package or "", self._limits.get(ANY_PACKAGE))

    def creating(self, user_id: str | None) -> int:
        """The number of a user's jobs that are being created."""
        return self._creating.get(user_id or "", 0)

    def began(self, user_id: str | None) -> None:
        """The creation of a job of the user begins."""
        if user_id and self._limits:
            self._creating[user_id] = self._creating.get(user_id, 0) + 1

    def ended(self, user_id: str | None) -> None:
        """It has ended, with success or without."""
        if user_id and self._limits:
            left = self._creating.pop(user_id) - 1
            if left:
                self._creating[user_id] = left


def user_retry_after_seconds(*, own: int, all_users: int, rate: float) -> int:
    """Seconds until one of a user's `own` jobs has likely ended, 1 to 60; 10 when no job has finished lately.

    `all_users` is the number of all unfinished jobs, which end at `rate` a second in any order.
    """
    if rate <= 0:
        return 10
    return whole_retry_seconds(max(all_users, own) / (rate * max(own, 1)))


def client_address(peer: str, forwarded: Sequence[str], *, trusted_proxies: int) -> str:
    """The address that a request came from, as the outermost of the trusted proxies recorded it.

    `peer` is the other end of the connection, `forwarded` the values of X-Forwarded-For: each proxy appends the
    address of its own peer, so the last `trusted_proxies` of them are reliable and a client can forge the others. A
    request with fewer did not pass the proxies. Only the first 64 bits of an IPv6 address count: a client has a whole
    /64 network.
    """
    if trusted_proxies:
        hops = [hop.strip() for value in forwarded for hop in value.split(",")]
        if len(hops) >= trusted_proxies and (address := _address(hops[-trusted_proxies])):
            return address
    return _address(peer) or peer


def _address(text: str) -> str | None:
    host = text
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))
    return str(address)
