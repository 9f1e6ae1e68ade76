"""The typed client of the PdfExportJob resource: every request about jobs that the programs make.

The answers hold what the API server needs to send for them and no more: after a write its metadata, for a list of
versions no specs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crds.job import API_VERSION, KIND, PLURAL, Job
from kube.client import METADATA, METADATA_LIST, PAGE_SIZE, REQUEST_TIMEOUT_SECONDS, TABLE, JsonObject, KubeClient
from kube.informer import Handler, Informer


class PdfExportJobClient:
    """The jobs of one namespace; every method raises KubeError. Objects are JSON; Job.from_object is their view."""

    def __init__(self, kube: KubeClient, namespace: str) -> None:
        self._kube = kube
        self._path = f"/apis/{API_VERSION}/namespaces/{namespace}/{PLURAL}"

    async def create(self, body: JsonObject, *, timeout_seconds: float = REQUEST_TIMEOUT_SECONDS) -> JsonObject:
        """Create a job of a manifest and return its metadata; 409 when there is one of its name."""
        answer = await self._kube.request(
            "POST",
            self._path,
            # Of the answer only what is new: the rest was just sent. And no search for unknown fields, of which there
            # are none.
            query={"fieldValidation": "Ignore"},
            body=body,
            accept=METADATA,
            timeout_seconds=timeout_seconds,
        )
        metadata: JsonObject = answer["metadata"]
        return metadata

    async def get(self, name: str) -> JsonObject:
        """One job as it is now."""
        return await self._kube.request("GET", self._job_path(name))

    async def list(self, field_selector: str) -> list[JsonObject]:
        """The jobs that a field selector matches."""
        items, _ = await self._kube.list(self._path, query={"fieldSelector": field_selector})
        return items

    async def list_versions(self) -> tuple[dict[str, int], int]:
        """The resourceVersion of every job by its name, and that of the list. No spec is sent."""
        items, version = await self._kube.list(self._path, accept=METADATA_LIST)
        return {item["metadata"]["name"]: int(item["metadata"]["resourceVersion"]) for item in items}, int(version)

    async def list_reasons(self, field_selector: str) -> dict[str, str]:
        """The column Reason of `kubectl get`, by job, of those that a field selector matches. No object is sent."""
        query = {"fieldSelector": field_selector, "includeObject": "None"}
        table = await self._kube.request("GET", self._path, query=query, accept=TABLE)
        columns = [column["name"] for column in table["columnDefinitions"]]
        name, reason = columns.index("Name"), columns.index("Reason")
        return {row["cells"][name]: row["cells"][reason] for row in table["rows"] or ()}

    def informer(self, handler: Handler, *, field_selector: str = "", page_size: int = PAGE_SIZE) -> Informer:
        """An informer of the jobs that a field selector matches, ready to run."""
        query = {"fieldSelector": field_selector} if field_selector else {}
        return Informer(self._kube, self._path, handler, query=query, page_size=page_size)

    async def put_status(self, job: Job, changes: Mapping[str, Any]) -> int:
        """Change the status of a job that has not ended (None removes a field); the new resourceVersion.

        KubeError 409 when the job has changed since. The whole status is sent, without the spec, which a request to
        this subresource leaves as it is. For a patch the API server would decode and encode the whole job, cvData
        included.
        """
        body = {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"name": job.name, "uid": job.uid, "resourceVersion": str(job.resource_version)},
            "status": job.status_after(changes),
        }
        answer = await self._kube.request("PUT", f"{self._job_path(job.name)}/status", body=body, accept=METADATA)
        return int(answer["metadata"]["resourceVersion"])

    async def delete(self, name: str, *, uid: str | None = None) -> str | None:
        """Delete a job, with `uid` only that very one (409 otherwise); the uid of what was deleted, if reported."""
        body = {"preconditions": {"uid": uid}} if uid else None
        answer = await self._kube.request("DELETE", self._job_path(name), body=body, accept=METADATA)
        deleted: str | None = answer.get("details", {}).get("uid")
        return deleted

    def _job_path(self, name: str) -> str:
        return f"{self._path}/{name}"
