"""The events of a watch: what has changed since a version of those objects that a client has selected."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from kube.client import JsonObject
from local.apiserver import status
from local.apiserver.forms import Form
from local.apiserver.resources import Resource
from local.apiserver.store import Change, Forgotten, Store

# As the real server: a bookmark a minute, and one just before it ends the watch.
_BOOKMARK_SECONDS = 60.0
_LAST_BOOKMARK_SECONDS = 2.0
# The real server chooses half an hour to an hour when the client does not say.
_DEFAULT_SECONDS = 1800.0


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What a client wants to watch."""

    resource: Resource
    selects: Callable[[JsonObject], bool]
    form: Form
    since: str
    """The resourceVersion to go on from; empty or 0: begin with all objects as if they were new."""

    bookmarks: bool
    seconds: float | None


async def events(store: Store, request: WatchRequest) -> AsyncIterator[JsonObject]:
    """The events, until the time is up or the store is closed. When `since` is too old, the only one is an ERROR."""
    deadline = time.monotonic() + (request.seconds or _DEFAULT_SECONDS)
    if request.since in ("", "0"):
        version = store.version
        for obj in store.items(request.resource):
            if request.selects(obj):
                yield {"type": "ADDED", "object": request.form.one(obj)}
    else:
        version = _version(request.since)
    bookmark_at = _next_bookmark(deadline)
    while not store.closed:
        try:
            changes = store.changes(version)
        except Forgotten as e:
            yield {"type": "ERROR", "object": status.expired_watch(version, e.oldest).status}
            return
        for change in changes:
            version = change.version
            if event := _event(request, change):
                yield event
        now = time.monotonic()
        if request.bookmarks and now >= bookmark_at:
            bookmark_at = _next_bookmark(deadline)
            yield _bookmark(request, version)
        if now >= deadline:
            return
        until = min(bookmark_at, deadline) if request.bookmarks else deadline
        await store.wait(after=version, seconds=max(until - now, 0.0))


def _version(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise status.bad_request(f'Invalid value: "{text}": a resourceVersion is a number') from None


def _next_bookmark(deadline: float) -> float:
    now = time.monotonic()
    last = deadline - _LAST_BOOKMARK_SECONDS
    return min(now + _BOOKMARK_SECONDS, last) if now < last else deadline + 1


def _event(request: WatchRequest, change: Change) -> JsonObject | None:
    """A change as this watch shows it: what begins to match is new, what ceases to match is deleted."""
    if change.collection != request.resource.qualified:
        return None
    was = change.before is not None and request.selects(change.before)
    if change.after is not None and request.selects(change.after):
        return {"type": "MODIFIED" if was else "ADDED", "object": request.form.one(change.after)}
    if not was or change.before is None:
        return None
    last = change.after or change.before
    metadata = {**last["metadata"], "resourceVersion": str(change.version)}
    return {"type": "DELETED", "object": request.form.one({**last, "metadata": metadata})}


def _bookmark(request: WatchRequest, version: int) -> JsonObject:
    resource = request.resource
    return {
        "type": "BOOKMARK",
        "object": {
            "kind": resource.kind,
            "apiVersion": resource.api_version,
            "metadata": {"resourceVersion": str(version)},
        },
    }
