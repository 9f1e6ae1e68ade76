"""The requests that the controller makes, beside the watches that kopf holds."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from controller.state.pod import Pod, selector
from crds import served
from crds.client import PdfExportJobClient
from crds.job import API_VERSION, KIND, Job, Phase, format_time
from kube import paths
from kube.client import METADATA, STRATEGIC_MERGE_PATCH, JsonObject, KubeClient, deployment_owner


class ReleaseClient:
    """The jobs and pods of one release in one namespace; every method raises KubeError."""

    def __init__(self, kube: KubeClient, *, namespace: str, release: str, deployment: str) -> None:
        self._kube = kube
        self._jobs = PdfExportJobClient(kube, namespace)
        self._namespace = namespace
        self._selector = selector(release)
        self._deployment = deployment

    @property
    def server_date(self) -> float | None:
        """The API server's time in its last answer, in whole seconds since the epoch; None when it gave none."""
        return self._kube.server_date

    def now(self) -> float:
        """The API server's time, in seconds since the epoch."""
        return self._kube.now()

    async def job(self, name: str) -> Job:
        """One job as it is now."""
        return Job.from_object(await self._jobs.get(name))

    async def unfinished_jobs(self) -> list[Job]:
        """The jobs that have not ended."""
        items = await self._jobs.list(f"status.phase!={Phase.DONE},status.phase!={Phase.ERROR}")
        return [Job.from_object(item) for item in items]

    async def job_versions(self) -> tuple[dict[str, int], int]:
        """The resourceVersion of every job, and of the list."""
        return await self._jobs.list_versions()

    async def change_status(self, job: Job, changes: Mapping[str, Any]) -> Job:
        """Change the status of a job that is still as it is known (409 otherwise); the job as it is then."""
        version = await self._jobs.put_status(job, changes)
        return job.changed(changes, resource_version=version)

    async def delete_job(self, name: str, uid: str) -> None:
        """Delete this very job, not a later one of the same name."""
        await self._jobs.delete(name, uid=uid)

    async def pods(self) -> tuple[list[Pod], int]:
        """All renderer pods, and the resourceVersion of the list."""
        items, version = await self._kube.list(paths.pods(self._namespace), query={"labelSelector": self._selector})
        return [Pod.from_object(item) for item in items], int(version)

    async def create_pod(self, manifest: JsonObject) -> Pod:
        """Create a renderer pod."""
        return Pod.from_object(await self._kube.request("POST", paths.pods(self._namespace), body=manifest))

    async def delete_pod(self, name: str, uid: str) -> None:
        """Delete this very pod, with the grace period that its template gives it."""
        body = {"preconditions": {"uid": uid}}
        # What is deleted need not come back.
        await self._kube.request("DELETE", paths.pod(self._namespace, name), body=body, accept=METADATA)

    async def owner(self) -> JsonObject:
        """The owner reference to the controller's Deployment as it is now.

        One that was made anew has another uid, and Kubernetes deletes what belongs to the old one. KubeError 404 while
        there is none.
        """
        return await deployment_owner(self._kube, self._namespace, self._deployment)

    async def config_map(self, name: str) -> dict[str, str]:
        """The files of a ConfigMap by name."""
        answer = await self._kube.request("GET", paths.config_map(self._namespace, name))
        files: dict[str, str] = answer.get("data", {})
        return files

    async def warn(self, reason: str, message: str, now: float, about: Job | None = None) -> None:
        """Make an Event of type Warning about a job, else about the controller's Deployment."""
        if about is None:
            subject = await self.owner()
        else:
            subject = {"apiVersion": API_VERSION, "kind": KIND, "name": about.name, "uid": about.uid}
        event = {
            "metadata": {"name": f"{subject['name']}.{uuid.uuid4().hex[:16]}"},
            "involvedObject": {**subject, "namespace": self._namespace},
            "type": "Warning",
            "reason": reason,
            "message": message[:1024],
            "firstTimestamp": format_time(now)[:19] + "Z",
            "lastTimestamp": format_time(now)[:19] + "Z",
            "count": 1,
            "source": {"component": "pdf-export-controller"},
        }
        await self._kube.request("POST", paths.events(self._namespace), body=event)

    async def last_warning(self, pod: str) -> str:
        """Reason and message of the last Event of type Warning about a pod; empty when there is none."""
        query = {"fieldSelector": f"involvedObject.kind=Pod,involvedObject.name={pod},type=Warning"}
        events, _ = await self._kube.list(paths.events(self._namespace), query=query)
        last = max(events, key=_event_time, default=None)
        return "" if last is None else f"{last['reason']}: {last['message']}"

    async def missing_fields(self) -> list[str]:
        """The fields of a job that the API server drops, because the definition that it serves lacks them."""
        return await served.missing_fields(self._kube)

    async def set_available(self, available: bool, message: str, now: float) -> None:
        """Set the condition RenderersAvailable of the controller's Deployment."""
        reason = "RendererReady" if available else "RendererNotReady"
        await self._set_condition("RenderersAvailable", available, reason, message, now)

    async def set_storage_available(self, available: bool, message: str, now: float) -> None:
        """Set the condition StorageAvailable of the controller's Deployment."""
        reason = "DocumentStored" if available else "DocumentNotStored"
        await self._set_condition("StorageAvailable", available, reason, message, now)

    async def set_definition_current(self, current: bool, message: str, now: float) -> None:
        """Set the condition DefinitionCurrent of the controller's Deployment."""
        reason = "FieldsServed" if current else "FieldsMissing"
        await self._set_condition("DefinitionCurrent", current, reason, message, now)

    async def _set_condition(self, kind: str, status: bool, reason: str, message: str, now: float) -> None:
        condition = {
            "type": kind,
            "status": str(status),
            "reason": reason,
            "message": message[:1024],
            "lastTransitionTime": format_time(now)[:19] + "Z",
            "lastUpdateTime": format_time(now)[:19] + "Z",
        }
        path = paths.deployment_status(self._namespace, self._deployment)
        body = {"status": {"conditions": [condition]}}
        # Conditions are merged by their type: those of the Deployment's own controller stay.
        await self._kube.request("PATCH", path, body=body, content_type=STRATEGIC_MERGE_PATCH)


def _event_time(event: JsonObject) -> str:
    """When an Event was last reported, in RFC 3339: the scheduler fills another field than the kubelet."""
    return str(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"])
