"""The forms in which objects are answered: whole, only their metadata, or as the table that kubectl prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from crds.job import parse_time
from kube.client import JsonObject
from local.apiserver.resources import Column, Resource, value_at
from local.apiserver.status import not_acceptable

_META_VERSION = "meta.k8s.io/v1"
_DAY = 86_400
# k8s.io/apimachinery/pkg/util/duration: a unit, its seconds, and the durations in seconds from which it is the first
# and from which it is the only one.
_UNITS = (
    ("y", 365 * _DAY, 2 * 365 * _DAY, 8 * 365 * _DAY),
    ("d", _DAY, 2 * _DAY, 8 * _DAY),
    ("h", 3600, 3 * 3600, 8 * 3600),
    ("m", 60, 120, 600),
    ("s", 1, 0, 0),
)


class Form(Protocol):
    """How to answer with one object, or with several."""

    def one(self, obj: JsonObject) -> JsonObject:
        """The answer for an object."""

    def many(self, objects: Sequence[JsonObject], metadata: Mapping[str, Any]) -> JsonObject:
        """The answer for a list, whose own metadata is `metadata`."""


def negotiated(resource: Resource, accept: str, query: Mapping[str, str]) -> Form:
    """The first form of an Accept header that the server has; Refused 406 when it has none."""
    for media_range in accept.split(","):
        media_type, *parameters = (part.strip() for part in media_range.split(";"))
        if media_type not in ("application/json", "application/*", "*/*", ""):
            continue
        wanted = dict(parameter.split("=", 1) for parameter in parameters if "=" in parameter)
        if "as" not in wanted:
            return _Whole(resource)
        if (wanted.get("g"), wanted.get("v")) != ("meta.k8s.io", "v1"):
            continue
        if wanted["as"] in ("PartialObjectMetadata", "PartialObjectMetadataList"):
            return _Metadata()
        if wanted["as"] == "Table":
            return _Table(resource, query.get("includeObject", "Metadata"))
    raise not_acceptable()


class _Whole:
    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def one(self, obj: JsonObject) -> JsonObject:
        return obj

    def many(self, objects: Sequence[JsonObject], metadata: Mapping[str, Any]) -> JsonObject:
        return {
            "apiVersion": self._resource.api_version,
            "kind": f"{self._resource.kind}List",
            "metadata": dict(metadata),
            "items": list(objects),
        }


class _Metadata:
    def one(self, obj: JsonObject) -> JsonObject:
        return {"kind": "PartialObjectMetadata", "apiVersion": _META_VERSION, "metadata": obj["metadata"]}

    def many(self, objects: Sequence[JsonObject], metadata: Mapping[str, Any]) -> JsonObject:
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": _META_VERSION,
            "metadata": dict(metadata),
            # The real server writes an empty list of metadata as null.
            "items": [self.one(obj) for obj in objects] or None,
        }


class _Table:
    def __init__(self, resource: Resource, include_object: str) -> None:
        self._columns = (Column("Name", "string", ("metadata", "name")), *resource.columns)
        self._include_object = include_object
        self._described = False

    def one(self, obj: JsonObject) -> JsonObject:
        return self.many([obj], {"resourceVersion": obj["metadata"]["resourceVersion"]})

    def many(self, objects: Sequence[JsonObject], metadata: Mapping[str, Any]) -> JsonObject:
        # In the events of a watch, only the first describes the columns.
        definitions = None if self._described else [_definition(column) for column in self._columns]
        self._described = True
        return {
            "kind": "Table",
            "apiVersion": _META_VERSION,
            "metadata": dict(metadata),
            "columnDefinitions": definitions,
            "rows": [self._row(obj) for obj in objects],
        }

    def _row(self, obj: JsonObject) -> JsonObject:
        cells = [_cell(column, obj) for column in self._columns]
        match self._include_object:
            case "None":
                return {"cells": cells, "object": None}
            case "Object":
                return {"cells": cells, "object": obj}
            case _:
                return {"cells": cells, "object": _Metadata().one(obj)}


def _definition(column: Column) -> JsonObject:
    return {
        "name": column.name,
        "type": column.type,
        "format": "name" if column.name == "Name" else "",
        "description": "",
        "priority": column.priority,
    }


def _cell(column: Column, obj: JsonObject) -> Any:
    value = value_at(obj, column.path)
    if column.type != "date" or value is None:
        return value
    return human_duration(int(datetime.now(UTC).timestamp() - parse_time(value)))


def human_duration(seconds: int) -> str:
    """A duration as kubectl writes it: 5s, 3m20s, 12m, 4h5m, 2d3h, 2y10d."""
    seconds = max(seconds, 0)
    first = next(index for index, (_, _, begins, _) in enumerate(_UNITS) if seconds >= begins)
    unit, size, _, alone = _UNITS[first]
    text = f"{seconds // size}{unit}"
    if seconds >= alone:
        return text
    lower, lower_size, _, _ = _UNITS[first + 1]
    rest = seconds % size // lower_size
    return f"{text}{rest}{lower}" if rest else text
