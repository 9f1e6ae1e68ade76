"""How the API server is reached: its address, whom it is trusted by, and what it is shown.

In a pod that is the service account, which the kubelet mounts and renews; elsewhere a kubeconfig (kubeconfig.py). The
official client library has more, but of that nothing is needed here, and importing it takes each program a third of a
second and 25 MB.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kube.clock import monotonic

ACCOUNT_FOLDER: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
# The kubelet renews a token when a fifth of its time is left, which is minutes at least.
_TOKEN_SECONDS: Final = 60.0


class Token:
    """A bearer token. Its file is read again once a minute and after `refused`; without a file it never changes."""

    def __init__(self, value: str = "", file: Path | None = None) -> None:
        self._value = value
        self._file = file
        self._read_at: float | None = None

    def current(self) -> str:
        """The token; empty when there is none. OSError when its file cannot be read."""
        now = monotonic()
        if self._file and (self._read_at is None or now - self._read_at >= _TOKEN_SECONDS):
            # Should the file be empty for a moment, the former token is the better one.
            self._value = self._file.read_text().strip() or self._value
            self._read_at = now
        return self._value

    def refused(self) -> None:
        """The API server accepts it no longer: it has expired, or was withdrawn."""
        self._read_at = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a client needs to know of the API server."""

    server: str
    """The URL, without a slash at the end."""
    tls: ssl.SSLContext | None = None
    """None over HTTP."""
    token: Token
    trust_env: bool = True
    """Whether proxies and a .netrc of the environment count."""


def from_account(host: str, port: str, folder: Path) -> Connection:
    """The service account that is mounted in `folder`. OSError when it is not, ssl.SSLError when its CA is none."""
    address = f"[{host}]" if ":" in host else host
    token = Token(file=folder / "token")
    # Without one, the program is to end here, not at its first request.
    token.current()
    return Connection(
        server=f"https://{address}:{port}",
        tls=ssl.create_default_context(cafile=folder / "ca.crt"),
        token=token,
        # Else a thread looks for a .netrc, and the environment for proxies, ahead of each request.
        trust_env=False,
    )


def from_environment() -> Connection:
    """The pod's service account; outside of a pod, the kubeconfig of KUBECONFIG or of the home folder.

    OSError when a file cannot be read, KubeconfigError when a kubeconfig does not fit.
    """
    if host := os.environ.get("KUBERNETES_SERVICE_HOST"):
        return from_account(host, os.environ["KUBERNETES_SERVICE_PORT"], ACCOUNT_FOLDER)
    # No pod needs it.
    from kube.kubeconfig import from_kubeconfig, kubeconfigs

    return from_kubeconfig(kubeconfigs(os.environ))
