"""Whether the definition that the API server serves has all fields that this version's programs use.

An API server drops fields that its definition lacks and says nothing of it, so a job of an older definition would be
printed without some of its options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from crds.definition import read_definition
from crds.job import API_VERSION, KIND
from kube.client import JsonObject, KubeClient
from runtime.text import counted

_PATH = f"/openapi/v3/apis/{API_VERSION}"
_NAMED = 3


async def missing_fields(kube: KubeClient) -> list[str]:
    """The dotted paths of the fields that the served definition lacks, such as spec.options.locale. KubeError.

    Every service account may read the OpenAPI document, but not the definition itself.
    """
    return lacking(await kube.request("GET", _PATH))


def complaint(missing: Sequence[str]) -> str:
    """What to say to operators of fields that are missing: the first ones, and where the way out is described."""
    more = f" and {counted(len(missing) - _NAMED, 'more field')}" if len(missing) > _NAMED else ""
    return (
        "the definition of PdfExportJob on the cluster is older than this program: it has no "
        f"{', '.join(missing[:_NAMED])}{more}. Upgrade the CRD: docs/operations.md, Upgrade"
    )


def lacking(document: JsonObject) -> list[str]:
    """The fields that are not in an OpenAPI document of the resource (v3, as the API server publishes it)."""
    schemas = document.get("components", {}).get("schemas", {}).values()
    kinds = {kind["kind"]: schema for schema in schemas for kind in schema.get("x-kubernetes-group-version-kind", ())}
    (version,) = read_definition()["spec"]["versions"]
    ours = version["schema"]["openAPIV3Schema"]["properties"]
    served = kinds.get(KIND, {}).get("properties", {})
    return [field for name in ("spec", "status") for field in _lacking(ours[name], served.get(name), name)]


def _lacking(ours: dict[str, Any], served: dict[str, Any] | None, path: str) -> Iterator[str]:
    if served is None:
        yield path
        return
    for name, inner in ours.get("properties", {}).items():
        yield from _lacking(inner, served.get("properties", {}).get(name), f"{path}.{name}")
    if "items" in ours:
        yield from _lacking(ours["items"], served.get("items"), f"{path}[]")
