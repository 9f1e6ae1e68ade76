"""The kinds of object that the server has: the built-in ones that the programs use, and the one of the CRD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kube.client import JsonObject

_ALL_VERBS = ("create", "delete", "get", "list", "patch", "update", "watch")
_READ_VERBS = ("get", "list", "watch")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `kubectl get`; `path` leads to its value."""

    name: str
    type: str
    path: tuple[str, ...]
    priority: int = 0


_AGE = Column("Age", "date", ("metadata", "creationTimestamp"))


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object, and what the server needs to know of it."""

    group: str
    version: str
    kind: str
    plural: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    verbs: tuple[str, ...] = _ALL_VERBS
    has_status: bool = True
    """Whether there is a subresource `status`."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The fields that field selectors may name, beside those of the metadata, with the path to each."""

    columns: tuple[Column, ...] = (_AGE,)
    custom: bool = False
    """Whether a CRD defines it: then an update must carry a resourceVersion, and a deletion is answered by a Status."""

    @property
    def api_version(self) -> str:
        """The apiVersion of its objects."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """The name that messages give it, such as pdfexportjobs.pdfexport.dev."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def field_paths(self) -> dict[str, tuple[str, ...]]:
        """All fields that field selectors may name."""
        metadata = ("metadata.name", "metadata.namespace") if self.namespaced else ("metadata.name",)
        return {**{name: tuple(name.split(".")) for name in metadata}, **self.fields}


def _fields(*names: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(name.split(".")) for name in names}


PODS = Resource(
    group="",
    version="v1",
    kind="Pod",
    plural="pods",
    short_names=("po",),
    fields=_fields("spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "status.phase", "status.podIP"),
    columns=(Column("Status", "string", ("status", "phase")), _AGE),
)
EVENTS = Resource(
    group="",
    version="v1",
    kind="Event",
    plural="events",
    short_names=("ev",),
    has_status=False,
    fields=_fields(
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "reason",
        "type",
    ),
    columns=(
        Column("Last Seen", "date", ("lastTimestamp",)),
        Column("Type", "string", ("type",)),
        Column("Reason", "string", ("reason",)),
        Column("Object", "string", ("involvedObject", "name")),
        Column("Message", "string", ("message",)),
    ),
)
NAMESPACES = Resource(
    group="",
    version="v1",
    kind="Namespace",
    plural="namespaces",
    short_names=("ns",),
    namespaced=False,
    verbs=_READ_VERBS,
    has_status=False,
    columns=(Column("Status", "string", ("status", "phase")), _AGE),
)
DEPLOYMENTS = Resource(group="apps", version="v1", kind="Deployment", plural="deployments", short_names=("deploy",))
CONFIG_MAPS = Resource(
    group="", version="v1", kind="ConfigMap", plural="configmaps", short_names=("cm",), has_status=False
)
LEASES = Resource(
    group="coordination.k8s.io",
    version="v1",
    kind="Lease",
    plural="leases",
    has_status=False,
    columns=(Column("Holder", "string", ("spec", "holderIdentity")), _AGE),
)
CRDS = Resource(
    group="apiextensions.k8s.io",
    version="v1",
    kind="CustomResourceDefinition",
    plural="customresourcedefinitions",
    short_names=("crd",),
    namespaced=False,
    verbs=_READ_VERBS,
    has_status=False,
    columns=(Column("Created At", "date", ("metadata", "creationTimestamp")),),
)
BUILT_IN = (PODS, EVENTS, NAMESPACES, CONFIG_MAPS, DEPLOYMENTS, LEASES, CRDS)


def served_version(crd: Mapping[str, Any]) -> JsonObject:
    """The version of a CustomResourceDefinition that is served; ValueError when there is not exactly one."""
    served: list[JsonObject] = [version for version in crd["spec"]["versions"] if version["served"]]
    if len(served) != 1:
        raise ValueError("a CustomResourceDefinition must serve one version here, so that nothing is to be converted")
    return served[0]


def custom_resource(crd: Mapping[str, Any]) -> Resource:
    """What a CustomResourceDefinition defines."""
    spec, version = crd["spec"], served_version(crd)
    names = spec["names"]
    return Resource(
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=names["plural"],
        short_names=tuple(names.get("shortNames", ())),
        namespaced=spec["scope"] == "Namespaced",
        has_status="status" in version.get("subresources", {}),
        fields={
            ".".join(path): path for path in (_path(each["jsonPath"]) for each in version.get("selectableFields", ()))
        },
        columns=tuple(
            Column(each["name"], each["type"], _path(each["jsonPath"]), each.get("priority", 0))
            for each in version.get("additionalPrinterColumns", ())
        ),
        custom=True,
    )


def value_at(obj: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at a path; None when a part of it is missing."""
    value: Any = obj
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _path(json_path: str) -> tuple[str, ...]:
    return tuple(json_path.removeprefix(".").split("."))
