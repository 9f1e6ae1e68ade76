"""Idempotency-Key: the jobId that every replica derives from a key, and the hash that identifies a request."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runtime.text import counted

HEADER = "Idempotency-Key"
KEY_PATTERN = r"^[\x20-\x7e]{1,255}$"
_DOMAIN = b"pdfexport.dev/idempotency-key/v1"


def valid_key(key: str) -> bool:
    """Whether it is 1 to 255 printable ASCII characters."""
    return re.fullmatch(KEY_PATTERN, key) is not None


def read_secret(file: Path) -> bytes:
    """The secret in a file, without surrounding white space; ValueError when there are fewer than 16 bytes."""
    secret = file.read_bytes().strip()
    if len(secret) < 16:
        raise ValueError(f"{file} has {counted(len(secret), 'byte')}. Write a secret of at least 16 bytes to it.")
    return secret


def fallback_secret(namespace: str) -> bytes:
    """The HMAC key when no secret is configured.

    It is the same in all replicas, as it must be, but it is public: whoever has an Idempotency-Key can compute its
    jobId.
    """
    return _DOMAIN + b"/" + namespace.encode()


def job_id(secret: bytes, key: str, caller: str = "") -> str:
    """The jobId of a caller's key: an HMAC-SHA256 in the form of a UUID version 4.

    With authentication each caller has keys of its own. Key and caller are joined by a line break, which a key cannot
    have, so no two pairs give the same text.
    """
    text = "\n".join([key, caller] if caller else [key])
    digest = hmac.digest(secret, _DOMAIN + b"\n" + text.encode(), "sha256")
    return str(uuid.UUID(bytes=digest[:16], version=4))


def request_sha256(body: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, of a request: the order of fields and the white space between them do not matter."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
