"""The store: all objects, the version that counts their changes, and the last of these changes.

Objects are never altered once they are in it: a change replaces an object by another one. So a list or an event may
hand one out as it is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import takewhile

from kube.client import JsonObject
from local.apiserver.resources import Resource

# As etcd's compaction and the watch cache of a real server: watches and lists that fall behind further get a 410.
KEPT_CHANGES = 2000


class Forgotten(Exception):
    """The changes since a version are not all kept any more; `oldest` is the first version that can be gone on from."""

    def __init__(self, oldest: int) -> None:
        super().__init__(oldest)
        self.oldest = oldest


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one object. `before` is None when it was created, `after` when it was deleted."""

    version: int
    collection: str
    name: str
    before: JsonObject | None
    after: JsonObject | None


class Store:
    """Objects by collection (Resource.qualified) and name: there is one namespace."""

    def __init__(self, *, kept_changes: int = KEPT_CHANGES) -> None:
        self._objects: dict[str, dict[str, JsonObject]] = {}
        self._changes: deque[Change] = deque(maxlen=kept_changes)
        self._changed = asyncio.Event()
        self.version = 1
        """The resourceVersion of the last change of any object."""
        self.closed = False
        """Whether no changes will follow: watches end."""

    def get(self, resource: Resource, name: str) -> JsonObject | None:
        """An object as it is now."""
        return self._objects.get(resource.qualified, {}).get(name)

    def put(self, resource: Resource, name: str, obj: JsonObject) -> JsonObject:
        """Create or replace an object; it gets a new resourceVersion."""
        return self._record(resource, name, obj)

    def remove(self, resource: Resource, name: str) -> JsonObject:
        """Remove an object that is there; its last state, with the resourceVersion of the removal."""
        before = self._objects[resource.qualified][name]
        self._record(resource, name, None)
        return _versioned(before, self.version)

    def _record(self, resource: Resource, name: str, after: JsonObject | None) -> JsonObject:
        self.version += 1
        objects = self._objects.setdefault(resource.qualified, {})
        before = objects.get(name)
        if after is None:
            del objects[name]
        else:
            after = objects[name] = _versioned(after, self.version)
        self._changes.append(Change(self.version, resource.qualified, name, before, after))
        self._wake()
        return after or {}

    def items(self, resource: Resource, *, at: int | None = None) -> list[JsonObject]:
        """The objects by name, as they are now or as they were at a version. Forgotten."""
        objects = self._objects.get(resource.qualified, {})
        if at is not None and at != self.version:
            objects = dict(objects)
            self._check_kept(at)
            for change in takewhile(lambda change: change.version > at, reversed(self._changes)):
                if change.collection != resource.qualified:
                    continue
                if change.before is None:
                    objects.pop(change.name, None)
                else:
                    objects[change.name] = change.before
        return [objects[name] for name in sorted(objects)]

    def changes(self, after: int) -> list[Change]:
        """What has changed since a version, oldest first. Forgotten."""
        self._check_kept(after)
        newer = list(takewhile(lambda change: change.version > after, reversed(self._changes)))
        return newer[::-1]

    async def wait(self, *, after: int, seconds: float) -> None:
        """Wait until there is a change after a version, at most for some seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self.version <= after and not self.closed:
                    await self._changed.wait()
        except TimeoutError:
            pass

    def close(self) -> None:
        """End all watches."""
        self.closed = True
        self._wake()

    def _check_kept(self, version: int) -> None:
        oldest = self._changes[0].version - 1 if self._changes else self.version
        if version < oldest:
            raise Forgotten(oldest)

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _versioned(obj: JsonObject, version: int) -> JsonObject:
    return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(version)}}
