"""JSON that does not change while the program runs: encoded once, and sent only to clients without a current copy."""

from __future__ import annotations

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class ETagResponse:
    """A JSON answer with an ETag; replicas with the same content give the same ETag."""

    def __init__(self, content: Any) -> None:
        self.body = bytes(JSONResponse(content).body)
        self._etag = f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    async def answer(self, request: Request) -> Response:
        """200 with the content, or 304 to a client that names its ETag in If-None-Match (RFC 9110, 13.1.2)."""
        headers = {"ETag": self._etag, "Cache-Control": "no-cache"}
        if self._matches(request.headers.getlist("if-none-match")):
            return Response(status_code=304, headers=headers)
        return Response(self.body, media_type="application/json", headers=headers)

    def _matches(self, fields: list[str]) -> bool:
        tags = [tag.strip().removeprefix("W/") for field in fields for tag in field.split(",")]
        return "*" in tags or self._etag in tags
