"""Where programs listen: on IPv4 and on IPv6, as far as the host has them."""

from __future__ import annotations

import socket


def any_address() -> str:
    """The address that stands for all of the host's, for a server that takes one and leaves IPV6_V6ONLY off.

    asyncio turns it on. There, an empty host stands for all addresses.
    """
    return "::" if socket.has_dualstack_ipv6() else "0.0.0.0"
