"""Uploads of Cloud Storage's JSON API: in one request (multipart), or in a session of several (resumable).

The client of Google's library chooses the second for contents of more than 8 MB.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field

from local.storage.objects import JsonObject

_BOUNDARY = re.compile(rb'boundary="?([^";]+)"?')
_RANGE = re.compile(r"bytes (?:(?P<first>\d+)-(?P<last>\d+)|\*)/(?P<total>\d+|\*)")


class Malformed(Exception):
    """The request is no upload."""


def multipart(content_type: str, body: bytes) -> tuple[JsonObject, bytes]:
    """The metadata and the content of a multipart/related request (RFC 2387). Malformed."""
    found = _BOUNDARY.search(content_type.encode())
    if not found:
        raise Malformed("no boundary")
    # The first delimiter has no line end before it.
    parts = (b"\r\n" + body).split(b"\r\n--" + found[1])
    if len(parts) != 4:
        raise Malformed("not two parts")
    try:
        description, content = (part.split(b"\r\n\r\n", 1)[1] for part in parts[1:3])
        metadata = json.loads(description)
        content_part = parts[2].split(b"\r\n\r\n", 1)[0].decode()
    except (IndexError, ValueError) as e:
        raise Malformed(str(e)) from None
    kind = re.search(r"content-type: *([^\r\n]+)", content_part, re.IGNORECASE)
    return ({"contentType": kind[1]} if kind else {}) | metadata, content


@dataclass(slots=True)
class Session:
    """A resumable upload under way."""

    metadata: JsonObject
    generation: int | None
    content: bytearray = field(default_factory=bytearray)

    def take(self, content_range: str, chunk: bytes) -> bool:
        """Take a chunk; whether it was the last. An empty one asks how far the upload is. Malformed."""
        if not content_range:
            self.content[:] = chunk
            return True
        found = _RANGE.fullmatch(content_range)
        if not found or (found["first"] and int(found["first"]) > len(self.content)):
            raise Malformed(content_range)
        if found["first"]:
            self.content[int(found["first"]) :] = chunk
        return found["total"] != "*" and len(self.content) == int(found["total"])


class Sessions:
    """The resumable uploads under way, by the identifiers that their URLs hold."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def begin(self, metadata: JsonObject, generation: int | None) -> str:
        """Begin one; its identifier."""
        identifier = secrets.token_urlsafe(16)
        self._sessions[identifier] = Session(metadata, generation)
        return identifier

    def get(self, identifier: str) -> Session:
        """One of them. Malformed."""
        try:
            return self._sessions[identifier]
        except KeyError:
            raise Malformed("no such upload") from None

    def end(self, identifier: str) -> None:
        """Forget one."""
        self._sessions.pop(identifier, None)
