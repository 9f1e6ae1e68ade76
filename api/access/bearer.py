"""Bearer tokens of backends, from a file that a Secret is mounted as; a changed file is read anew."""

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

_log = logging.getLogger(__name__)

_LINE = re.compile(r"(?:([A-Za-z0-9][A-Za-z0-9._-]{0,62})[ \t]*:[ \t]*)?([A-Za-z0-9\-._~+/]{16,}=*)")
_LOOK_SECONDS = 1.0


class BearerTokens:
    """The tokens of a file. Their callers act for any user and see all jobs."""

    def __init__(self, file: Path) -> None:
        """OSError when the file cannot be read, ValueError when a line is no token or there is none at all."""
        self._file = file
        self._version = _version(file)
        self._looked = time.monotonic()
        self._tokens, wrong = parse_tokens(file.read_text())
        if wrong:
            raise ValueError(
                f"{file}: line {wrong[0]} is not understood; a line takes `token` or `name: token`, "
                "a token 16 or more of A-Z a-z 0-9 - . _ ~ + /"
            )
        if not self._tokens:
            raise ValueError(f"{file} holds no token; it takes one a line, as `token` or `name: token`")

    def lookup(self, token: str) -> Caller | None:
        """The caller of a token. It is compared with all of them, in a time that tells nothing."""
        self._look()
        digest = _digest(token)
        found = None
        for other, caller in self._tokens:
            if hmac.compare_digest(other, digest):
                found = caller
        return found

    async def verify(self, token: str) -> Caller:
        """ApiError 401: a token that is not in the file is nobody's."""
        raise unauthorized("The token is not one that this service knows.")

    def _look(self) -> None:
        """Read the file again if it is another one. What is wrong in it is left out: a token that was taken back must
        not stay because of a slip in the next line."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        try:
            version = _version(self._file)
            if version == self._version:
                return
            text = self._file.read_text()
        except (OSError, ValueError) as e:
            _log.error("The file of tokens cannot be read, the former ones stay: %s", type(e).__name__)
            return
        self._version = version
        self._tokens, wrong = parse_tokens(text)
        _log.info("Read %d tokens anew", len(self._tokens))
        for line in wrong:
            _log.error("Line %d of the file of tokens is not understood and left out", line)


def parse_tokens(text: str) -> tuple[list[tuple[bytes, Caller]], list[int]]:
    """The SHA-256 and the caller of each token, and the numbers of the lines that are none.

    A line is `token` or `name: token`; empty lines and those that begin with # count for nothing. Two tokens may have
    the same name, the old and the new one of a caller; a token without one has its hash for a name.
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
    # A Secret's volume is changed by exchanging a symbolic link: another file of another inode.
    found = os.stat(file)
    return found.st_ino, found.st_mtime_ns, found.st_size
