"""The HTTP of the API server, as an ASGI application: each request is carried out and answered as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from kube.client import JsonObject
from local.apiserver import discovery, lists, status
from local.apiserver.admission import Policies
from local.apiserver.callers import Callers
from local.apiserver.forms import Form, negotiated
from local.apiserver.objects import Admit, Objects, Preconditions
from local.apiserver.patch import patched
from local.apiserver.paths import Target, target
from local.apiserver.resources import Resource
from local.apiserver.selectors import both
from local.apiserver.status import Refused
from local.apiserver.watch import WatchRequest, events

_log = logging.getLogger(__name__)

_HEALTH = ("/healthz", "/livez", "/readyz")


class Application:
    """Answers as the Kubernetes API does, for the resources that there are."""

    def __init__(self, objects: Objects, resources: Sequence[Resource], callers: Callers, policies: Policies) -> None:
        self._objects = objects
        self._resources = resources
        self._callers = callers
        self._policies = policies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        assert scope["type"] == "http", "lifespan and web sockets are off"
        try:
            response = await self._respond(Request(scope, receive))
        except Refused as e:
            response = _json(e.status, code=e.code)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"])
            response = _json(status.internal_error().status, code=500)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        path = request.url.path
        if path in _HEALTH:
            return PlainTextResponse("ok")
        user = self._callers.user(request.headers.get("authorization", ""))
        about = target(self._resources, path)
        if about is None:
            return _json(discovery.answer(self._resources, path))
        # Also for a refusal: nothing is to be done whose answer cannot be given.
        form = negotiated(about.resource, request.headers.get("accept", ""), request.query_params)
        admit = partial(self._policies.admit, user=user)
        if request.method == "GET":
            return self._read(request, about, form)
        body = _parsed(await request.body())
        if about.namespace not in ("", self._objects.namespace):
            raise status.no_such_namespace(about.namespace)
        if request.method == "DELETE":
            return self._delete(about, body, request, form, admit)
        return self._write(request, about, body, form, admit)

    def _read(self, request: Request, about: Target, form: Form) -> Response:
        resource, query = about.resource, request.query_params
        elsewhere = about.namespace not in ("", self._objects.namespace)
        if about.name:
            if elsewhere:
                raise status.not_found(resource, about.name)
            return _json(form.one(self._objects.get(resource, about.name)))
        if query.get("watch", "") in ("true", "1"):
            selects = both(resource, query)
            watch = WatchRequest(
                resource=resource,
                selects=(lambda _: False) if elsewhere else selects,
                form=form,
                since=query.get("resourceVersion", ""),
                bookmarks=query.get("allowWatchBookmarks", "") in ("true", "1"),
                seconds=_seconds(query.get("timeoutSeconds", "")),
            )
            return StreamingResponse(_lines(events(self._objects.store, watch)), media_type="application/json")
        if elsewhere:
            return _json(form.many([], {"resourceVersion": str(self._objects.store.version)}))
        return _json(lists.page(self._objects.store, resource, query, form))

    def _write(self, request: Request, about: Target, body: JsonObject, form: Form, admit: Admit) -> Response:
        resource, name = about.resource, about.name
        strict = request.query_params.get("fieldValidation", "Warn") == "Strict"
        match request.method:
            case "POST" if not name and "create" in resource.verbs:
                return _json(form.one(self._objects.create(resource, body, admit, strict=strict)), code=201)
            case "PUT" if name and "update" in resource.verbs:
                obj = self._objects.update(resource, name, body, about.subresource, admit, strict=strict)
            case "PATCH" if name and "patch" in resource.verbs:
                old = self._objects.get(resource, name)
                content_type = request.headers.get("content-type", "").partition(";")[0]
                new = patched(resource, old, body, content_type)
                obj = self._objects.update(resource, name, new, about.subresource, admit, strict=strict)
            case _:
                raise status.not_allowed_method()
        return _json(form.one(obj))

    def _delete(self, about: Target, body: JsonObject, request: Request, form: Form, admit: Admit) -> Response:
        resource, name = about.resource, about.name
        if not name or about.subresource or "delete" not in resource.verbs:
            raise status.not_allowed_method()
        options = {**request.query_params, **body}
        preconditions = _preconditions(options.get("preconditions"))
        grace = _whole_number("gracePeriodSeconds", options.get("gracePeriodSeconds"))
        obj, _ = self._objects.delete(resource, name, admit, preconditions=preconditions, grace_seconds=grace)
        # The pod comes back, because it may still be there; of all others, that they are gone.
        return _json(form.one(obj) if not resource.custom and resource.kind == "Pod" else _deleted(resource, obj))


def _deleted(resource: Resource, obj: JsonObject) -> JsonObject:
    details = {"name": obj["metadata"]["name"], "kind": resource.plural, "uid": obj["metadata"]["uid"]}
    if resource.group:
        details["group"] = resource.group
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _json(obj: JsonObject, *, code: int = 200) -> Response:
    # ASCII only: a text of the client's may hold half of a surrogate pair, which is no character.
    return Response(json.dumps(obj, separators=(",", ":")).encode(), code, media_type="application/json")


def _parsed(raw: bytes) -> JsonObject:
    if not raw:
        return {}
    try:
        body: Any = json.loads(raw, parse_constant=_no_number)
    except ValueError as e:
        raise status.bad_request(f"the object provided is unrecognized (must be of type JSON): {e}") from None
    if not isinstance(body, dict):
        raise status.bad_request("the object provided is unrecognized: it is no JSON object")
    if b"\\ud" in raw.lower():
        # As Go reads JSON: half of a surrogate pair becomes U+FFFD.
        text = json.dumps(body, ensure_ascii=False)
        body = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    parsed: JsonObject = body
    return parsed


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _preconditions(given: Any) -> Preconditions:
    wanted = given or {}
    if not isinstance(wanted, dict) or not all(isinstance(each, str | None) for each in wanted.values()):
        raise status.bad_request("DeleteOptions: preconditions cannot be read")
    return Preconditions(wanted.get("uid"), wanted.get("resourceVersion"))


def _whole_number(name: str, value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError, OverflowError):
        raise status.bad_request(f"DeleteOptions: {name} is no whole number") from None


def _seconds(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        raise status.bad_request(f"timeoutSeconds: {text!r} is not a number") from None


async def _lines(stream: AsyncIterator[JsonObject]) -> AsyncIterator[bytes]:
    async for event in stream:
        yield json.dumps(event, separators=(",", ":")).encode() + b"\n"
