"""The garbage collector: deletes, in the background, the objects whose owners are all gone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from kube.client import JsonObject
from local.apiserver.objects import Objects, Preconditions
from local.apiserver.resources import Resource
from local.apiserver.status import Refused

# Changes within this time are looked at together.
_PAUSE_SECONDS = 0.5
_FOR_EVER = 3600.0


class Collector:
    """Looks after every change at what depends on objects that are not there."""

    def __init__(self, objects: Objects, resources: Sequence[Resource]) -> None:
        self._objects = objects
        self._resources = resources

    async def run(self) -> None:
        """Collect until cancelled."""
        store = self._objects.store
        while True:
            version = store.version
            self.collect()
            # What was just deleted may have been an owner too.
            await store.wait(after=version, seconds=_FOR_EVER)
            await asyncio.sleep(_PAUSE_SECONDS)

    def collect(self) -> None:
        """Delete what has owners, none of which exists."""
        every = [(resource, obj) for resource in self._resources for obj in self._objects.store.items(resource)]
        uids = {obj["metadata"]["uid"] for _, obj in every}
        for resource, obj in every:
            owners = {owner["uid"] for owner in obj["metadata"].get("ownerReferences") or ()}
            if owners and not owners & uids and "deletionTimestamp" not in obj["metadata"]:
                self._delete(resource, obj)

    def _delete(self, resource: Resource, obj: JsonObject) -> None:
        metadata = obj["metadata"]
        with suppress(Refused):
            self._objects.delete(
                resource, metadata["name"], lambda _: None, preconditions=Preconditions(uid=metadata["uid"])
            )
