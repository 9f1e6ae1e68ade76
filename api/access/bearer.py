"""Bearer tokens of backends, from a file that a Secret is mounted as; a changed file is read again."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import time
from pathlib import Path

from api.access.callers import Caller
from api.http.errors import unauthorized
from runtime.text import counted

_log = logging.getLogger(__name__)

_LINE = re.compile(r"(?:([A-Za-z0-9][A-Za-z0-9._-]{0,62})[ \t]*:[ \t]*)?([A-Za-z0-9\-._~+/]{16,}=*)")
_CHECK_SECONDS = 1.0


class BearerTokens:
    """The tokens of a file. Their callers act for any user and see all jobs."""

    def __init__(self, file: Path) -> None:
        """OSError when the file cannot be read, ValueError when a line is no token or there is none at all."""
        self._file = file
        self._version = _version(file)
        self._checked = time.monotonic()
        self._tokens, wrong = parse_tokens(file.read_text())
        if wrong:
            raise ValueError(
                f"{file}: line {wrong[0]} is not valid. A line takes `token` or `name: token`; "
                "a token has 16 or more of the characters A-Z a-z 0-9 - . _ ~ + /"
            )
        if not self._tokens:
            raise ValueError(f"{file} has no token. Write one to each line, as `token` or `name: token`")

    def lookup(self, token: str) -> Caller | None:
        """The caller of a token. It is compared with all tokens in constant time, against timing attacks."""
        self._reload()
        digest = _digest(token)
        found = None
        for other, caller in self._tokens:
            if hmac.compare_digest(other, digest):
                found = caller
        return found

    async def verify(self, token: str) -> Caller:
        """ApiError 401: a token that is not in the file is not valid."""
        raise unauthorized("The token is not valid: it is not among the tokens of this service.")

    def _reload(self) -> None:
        """Read the file again if it has changed. Invalid lines are ignored: a revoked token must not stay valid because
        of a mistake in another line."""
        now = time.monotonic()
        if now - self._checked < _CHECK_SECONDS:
            return
        self._checked = now
        try:
            version = _version(self._file)
            if version == self._version:
                return
            text = self._file.read_text()
        except (OSError, ValueError) as e:
            _log.error("The file of tokens cannot be read, the former tokens stay valid: %s", type(e).__name__)
            return
        self._version = version
        self._tokens, wrong = parse_tokens(text)
        _log.info("Read %s from the changed file", counted(len(self._tokens), "token"))
        for line in wrong:
            _log.error("Line %d of the file of tokens is not valid and is ignored", line)


def parse_tokens(text: str) -> tuple[list[tuple[bytes, Caller]], list[int]]:
    """The SHA-256 and the caller of each token, and the numbers of the invalid lines.

    A line is `token` or `name: token`; empty lines and those that begin with # are ignored. Two tokens may have the
    same name, such as the old and the new one of a caller; the name of a token without one is its hash.
    """
    tokens: list[tuple[bytes, Caller]] = []
    wrong: list[int] = []
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            wrong.append(number)
            continue
        digest = _digest(match[2])
        tokens.append((digest, Caller(f"bearer:{match[1] or digest.hex()[:16]}")))
    return tokens, wrong


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _version(file: Path) -> tuple[int, int, int]:
    # The kubelet updates a Secret's volume by replacing a symbolic link: the new file has another inode.
    found = os.stat(file)
    return found.st_ino, found.st_mtime_ns, found.st_size
