"""The API server of a kubeconfig, for development: a token or a client certificate.

Plugins that make credentials (`exec`, `auth-provider`) are not run.
"""

from __future__ import annotations

import base64
import os
import ssl
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from kube.connection import Connection, Token

_DEFAULT: Final = "~/.kube/config"
_PATHS: Final = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
_UNSUPPORTED: Final = ("exec", "auth-provider", "username")

_Entry: TypeAlias = Mapping[str, Any]


class KubeconfigError(Exception):
    """A kubeconfig lacks something, or has what is not supported here. The message names it."""


def kubeconfigs(environ: Mapping[str, str]) -> list[Path]:
    """The files that KUBECONFIG names, else the one in the home folder."""
    names = environ.get("KUBECONFIG", "").split(os.pathsep)
    return [Path(name).expanduser() for name in filter(None, names)] or [Path(_DEFAULT).expanduser()]


def from_kubeconfig(files: Sequence[Path]) -> Connection:
    """The current context of kubeconfigs; of two entries of one name, that of the earlier file.

    OSError when a file cannot be read, KubeconfigError when they do not fit.
    """
    config = _Kubeconfig(files)
    context = config.entry("context", config.current)
    cluster, user = config.entry("cluster", context.get("cluster")), config.entry("user", context.get("user"))
    if unsupported := [key for key in _UNSUPPORTED if key in user]:
        names = ", ".join(unsupported)
        raise KubeconfigError(f"{names}: take a user with a token (kubectl create token) or a client certificate")
    server = str(cluster["server"]).rstrip("/")
    token_file = Path(user["tokenFile"]) if "tokenFile" in user else None
    return Connection(
        server=server,
        tls=_tls(cluster, user) if server.startswith("https:") else None,
        token=Token(user.get("token", ""), token_file),
    )


class _Kubeconfig:
    """The entries of kubeconfigs, their paths made absolute."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._files = files
        self._entries: dict[tuple[str, str], _Entry] = {}
        self.current = ""
        for file in files:
            content = yaml.safe_load(file.read_text()) or {}
            self.current = self.current or content.get("current-context") or ""
            for kind in ("cluster", "user", "context"):
                for each in content.get(f"{kind}s") or ():
                    self._entries.setdefault((kind, each["name"]), _absolute(each[kind] or {}, file.resolve().parent))

    def entry(self, kind: str, name: str | None) -> _Entry:
        """The cluster, user or context of a name; KubeconfigError when there is none."""
        try:
            return self._entries[kind, name or ""]
        except KeyError:
            files = ", ".join(map(str, self._files))
            raise KubeconfigError(f"{files}: there is no {kind} {name!r}") from None


def _absolute(entry: _Entry, folder: Path) -> _Entry:
    return {**entry, **{key: str(folder / entry[key]) for key in _PATHS if key in entry}}


def _tls(cluster: _Entry, user: _Entry) -> ssl.SSLContext:
    authority = _content(cluster, "certificate-authority")
    context = ssl.create_default_context(cadata=authority.decode() or None)
    if cluster.get("insecure-skip-tls-verify"):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if certificate := _content(user, "client-certificate"):
        # OpenSSL reads a certificate and its key from files only.
        with tempfile.NamedTemporaryFile() as file:
            file.write(certificate + b"\n" + _content(user, "client-key"))
            file.flush()
            context.load_cert_chain(file.name)
    return context


def _content(entry: _Entry, key: str) -> bytes:
    """What an entry has in itself (KEY-data) or in the file KEY; empty when it has neither."""
    if data := entry.get(f"{key}-data"):
        return base64.b64decode(data)
    return Path(entry[key]).read_bytes() if key in entry else b""
