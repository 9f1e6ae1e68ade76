"""From an Idempotency-Key to a jobId that every replica derives alike, and the hash that tells requests apart."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

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
        raise ValueError(f"{file} holds {len(secret)} bytes; a secret takes at least 16")
    return secret


def fallback_secret(namespace: str) -> bytes:
    """What stands for a secret where none is configured.

    It is the same in all replicas, as it must be, but it is no secret: who knows a key can compute its jobId.
    """
    return _DOMAIN + b"/" + namespace.encode()


def job_id(secret: bytes, key: str, caller: str = "") -> str:
    """The jobId of a caller's key: an HMAC-SHA256 in the shape of a uuid4. Where callers are known, a key of one is
    none of another's; a key has no line break, so no two pairs are written alike."""
    text = "\n".join([key, caller] if caller else [key])
    digest = hmac.digest(secret, _DOMAIN + b"\n" + text.encode(), "sha256")
    return str(uuid.UUID(bytes=digest[:16], version=4))


def request_sha256(body: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, of a request: the order of fields and white space between them do not count."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()
