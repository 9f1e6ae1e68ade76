"""The HTTP of the storage: Cloud Storage's JSON API for renderers, Firebase's download links for people.

As with Firebase's emulator, the JSON API takes requests without credentials: whoever reaches 127.0.0.1 may write. A
download link needs one of the object's tokens.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from local.storage.objects import ConditionNotMet, Damaged, NotStored, Objects, Stored
from local.storage.uploads import Malformed, Sessions, multipart

_REASONS = {400: "invalid", 403: "forbidden", 404: "notFound", 405: "methodNotAllowed", 412: "conditionNotMet"}


def storage_app(objects: Objects) -> Starlette:
    """The application that serves one bucket."""
    api = _JsonApi(objects)
    bucket = f"/b/{objects.bucket}"
    return Starlette(
        routes=[
            Route("/healthz", _healthz),
            Route(f"/storage/v1{bucket}", api.bucket),
            Route(f"/storage/v1{bucket}/o", api.list),
            Route(f"/storage/v1{bucket}/o/{{name:path}}", api.get, methods=["GET"]),
            Route(f"/storage/v1{bucket}/o/{{name:path}}", api.delete, methods=["DELETE"]),
            Route(f"/upload/storage/v1{bucket}/o", api.upload, methods=["POST", "PUT"]),
            Route(f"/v0{bucket}/o/{{name:path}}", _Downloads(objects).get, methods=["GET", "HEAD"]),
        ],
        # Firebase lets pages of any origin read what they have a link to.
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"])],
        exception_handlers={
            HTTPException: lambda _, e: _error(e.status_code, str(e.detail)),
            NotStored: lambda _, e: _error(404, f"No such object: {objects.bucket}/{e}"),
            ConditionNotMet: lambda _, e: _error(412, "At least one of the pre-conditions you specified did not hold."),
            Damaged: lambda _, e: _error(400, "The content does not have the given MD5 hash."),
            Malformed: lambda _, e: _error(400, f"The upload cannot be read: {e}"),
        },
    )


def _error(code: int, message: str) -> Response:
    errors = [{"message": message, "domain": "global", "reason": _REASONS.get(code, "backendError")}]
    return JSONResponse({"error": {"code": code, "message": message, "errors": errors}}, code)


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


class _JsonApi:
    """https://cloud.google.com/storage/docs/json_api/v1, as far as the renderers use it."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._sessions = Sessions()

    async def bucket(self, request: Request) -> Response:
        """buckets.get"""
        name = self._objects.bucket
        return JSONResponse({"kind": "storage#bucket", "id": name, "name": name, "location": "LOCAL"})

    async def list(self, request: Request) -> Response:
        """objects.list, in one page."""
        found = self._objects.list(request.query_params.get("prefix", ""))
        return JSONResponse({"kind": "storage#objects", "items": [stored.metadata for stored in found]})

    async def get(self, request: Request) -> Response:
        """objects.get"""
        stored = self._objects.get(request.path_params["name"])
        if request.query_params.get("alt") == "media":
            return _OpenFileResponse(stored.file, media_type=stored.metadata["contentType"])
        return JSONResponse(stored.metadata)

    async def delete(self, request: Request) -> Response:
        """objects.delete"""
        self._objects.delete(request.path_params["name"], generation=_generation(request))
        return Response(status_code=204)

    async def upload(self, request: Request) -> Response:
        """objects.insert"""
        query = request.query_params
        body = await request.body()
        match query.get("uploadType"), query.get("upload_id"):
            case _, str(identifier):
                return self._resume(request, identifier, body)
            case "multipart", _:
                metadata, content = multipart(request.headers.get("content-type", ""), body)
                metadata.setdefault("name", query.get("name", ""))
                return self._stored(metadata, content, _generation(request))
            case "resumable", _:
                return self._begin(request, body)
        raise HTTPException(400, "uploadType is neither multipart nor resumable")

    def _begin(self, request: Request, body: bytes) -> Response:
        try:
            metadata: dict[str, Any] = json.loads(body or b"{}")
        except ValueError as e:
            raise Malformed(str(e)) from None
        metadata.setdefault("name", request.query_params.get("name", ""))
        if kind := request.headers.get("x-upload-content-type"):
            metadata.setdefault("contentType", kind)
        identifier = self._sessions.begin(metadata, _generation(request))
        here = request.url.replace(query=f"uploadType=resumable&upload_id={identifier}")
        return Response(headers={"Location": str(here)})

    def _resume(self, request: Request, identifier: str, chunk: bytes) -> Response:
        session = self._sessions.get(identifier)
        if not session.take(request.headers.get("content-range", ""), chunk):
            so_far = len(session.content)
            return Response(status_code=308, headers={"Range": f"bytes=0-{so_far - 1}"} if so_far else {})
        self._sessions.end(identifier)
        return self._stored(session.metadata, bytes(session.content), session.generation)

    def _stored(self, metadata: dict[str, Any], content: bytes, generation: int | None) -> Response:
        if not metadata["name"]:
            raise Malformed("the object has no name")
        return JSONResponse(self._objects.put(metadata, content, generation=generation).metadata)


def _generation(request: Request) -> int | None:
    text = request.query_params.get("ifGenerationMatch")
    try:
        return None if text is None else int(text)
    except ValueError:
        raise HTTPException(400, f"ifGenerationMatch: {text!r} is not a number") from None


class _Downloads:
    """Links to objects: /v0/b/BUCKET/o/NAME?alt=media&token=TOKEN"""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    async def get(self, request: Request) -> Response:
        """The content, or without alt=media the metadata."""
        stored = self._objects.get(request.path_params["name"])
        given = request.query_params.get("token", "").encode()
        if not any(secrets.compare_digest(token.encode(), given) for token in stored.download_tokens):
            raise HTTPException(403, "Permission denied.")
        if request.query_params.get("alt") != "media":
            tokens = ",".join(stored.download_tokens)
            return JSONResponse({**stored.metadata, "downloadTokens": tokens})
        return _content(stored)


class _OpenFileResponse(FileResponse):
    """Serves a file to its end, though it is deleted meanwhile: it is open before the answer begins."""

    def __init__(self, file: Path, **kwargs: Any) -> None:
        self._open = file.open("rb")
        descriptor = self._open.fileno()
        super().__init__(f"/dev/fd/{descriptor}", stat_result=os.fstat(descriptor), **kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._open:
            await super().__call__(scope, receive, send)


def _content(stored: Stored) -> Response:
    headers = {
        header: stored.metadata[key]
        for header, key in (("Content-Disposition", "contentDisposition"), ("Cache-Control", "cacheControl"))
        if key in stored.metadata
    }
    return _OpenFileResponse(stored.file, media_type=stored.metadata["contentType"], headers=headers)
