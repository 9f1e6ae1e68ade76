"""What does not change while the program runs: encoded once, and sent only to clients without a current copy."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Self

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class ETagResponse:
    """An answer with an ETag; replicas with the same content give the same ETag."""

    def __init__(self, body: bytes, *, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self.body = body
        self._media_type = media_type
        self._etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        self._headers = {"ETag": self._etag, "Cache-Control": "no-cache", **(headers or {})}

    @classmethod
    def of_json(cls, content: Any) -> Self:
        """The answer with this content as JSON."""
        return cls(bytes(JSONResponse(content).body), media_type="application/json")

    async def answer(self, request: Request) -> Response:
        """200 with the content, or 304 to a client that names its ETag in If-None-Match (RFC 9110, 13.1.2)."""
        if self._matches(request.headers.getlist("if-none-match")):
            return Response(status_code=304, headers=self._headers)
        return Response(self.body, media_type=self._media_type, headers=self._headers)

    def _matches(self, fields: list[str]) -> bool:
        tags = [tag.strip().removeprefix("W/") for field in fields for tag in field.split(",")]
        return "*" in tags or self._etag in tags
