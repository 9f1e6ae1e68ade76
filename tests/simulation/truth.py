"""What the API server has: jobs and pods as they really are, and the watch events that their changes make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crds.job import Job, Phase, format_time, manifest
from kube.client import JsonObject

Event = tuple[str, JsonObject]


@dataclass
class Stream:
    """A watch as kopf holds it: events on their way, and the last ones that have been delivered."""

    pending: list[Event] = field(default_factory=list)
    delivered: list[Event] = field(default_factory=list)

    def take(self, index: int) -> Event:
        """The event to deliver now: with an index above 0, one that overtakes others."""
        event = self.pending.pop(index)
        self.delivered = [*self.delivered[-7:], event]
        return event


class Truth:
    """Objects are never changed, only replaced: events and lists keep what was true when they were made."""

    def __init__(self, now: float) -> None:
        self.monotonic = now
        """The true time, in seconds since the epoch; it only passes."""
        self.ahead = 0.0
        """How far the API server's clock is ahead of it."""
        self.node_ahead = 0.0
        """How far the clock of the nodes is ahead of it."""
        self.assigned_at: dict[str, float] = {}
        """When each job, by uid, was last assigned, in true time."""
        self.version = 0
        self.jobs: dict[str, JsonObject] = {}
        self.pods: dict[str, JsonObject] = {}
        self.job_events = Stream()
        self.pod_events = Stream()
        self._uids = 0

    @property
    def now(self) -> float:
        """The API server's time."""
        return self.monotonic + self.ahead

    def create_job(self, name: str, *, user: str, priority: int, ttl: int, timeout: int) -> None:
        """What the API does for a request."""
        spec = {"templateId": "modern", "userId": user, "priority": priority}
        new = manifest(name, {**spec, "ttlSeconds": ttl, "timeoutSeconds": timeout}, annotations={})
        self._create(self.jobs, self.job_events, {**new, "status": {"phase": "Pending"}})

    def create_pod(self, new: JsonObject) -> JsonObject:
        """What a POST of a pod does."""
        return self._create(self.pods, self.pod_events, {**new, "status": {"phase": "Pending"}})

    def change_job(self, name: str, status: Mapping[str, Any]) -> JsonObject:
        """Merge into a job's status (RFC 7386, as far as it is needed here: null removes)."""
        merged = {**self.jobs[name]["status"], **status}
        if status["phase"] == Phase.RENDERING:
            self.assigned_at[self.jobs[name]["metadata"]["uid"]] = self.monotonic
        kept = {key: value for key, value in merged.items() if value is not None}
        return self._replace(self.jobs, self.job_events, name, {"status": kept})

    def change_pod(self, name: str, **status: Any) -> JsonObject:
        """Change a pod's status."""
        return self._replace(self.pods, self.pod_events, name, {"status": {**self.pods[name]["status"], **status}})

    def touch_job(self, name: str) -> None:
        """Somebody changes something that does not matter: the resourceVersion moves on."""
        self._replace(self.jobs, self.job_events, name, {})

    def terminate_pod(self, name: str) -> None:
        """What a DELETE of a running pod does: it ends, and is gone later."""
        metadata = self.pods[name]["metadata"]
        if "deletionTimestamp" not in metadata:
            change = {"metadata": {**metadata, "deletionTimestamp": self.time()}}
            self._replace(self.pods, self.pod_events, name, change)

    def delete_job(self, name: str) -> None:
        """A job is gone."""
        self.assigned_at.pop(self.jobs[name]["metadata"]["uid"], None)
        self._delete(self.jobs, self.job_events, name)

    def delete_pod(self, name: str) -> None:
        """A pod is gone."""
        self._delete(self.pods, self.pod_events, name)

    def relist(self) -> None:
        """Both watches begin anew, as after a 410: what is there comes as events, what has gone does not."""
        self.job_events = Stream([("", job) for job in self.jobs.values()])
        self.pod_events = Stream([("", pod) for pod in self.pods.values()])

    def running(self, pod: str) -> list[Job]:
        """The jobs that are assigned to a pod."""
        ours = [
            job
            for job in self.jobs.values()
            if job["status"].get("renderer") == pod and job["status"]["phase"] == Phase.RENDERING
        ]
        return [Job.from_object(job) for job in ours]

    def time(self) -> str:
        """The server's time as it writes it, in whole seconds."""
        return _whole_seconds(self.now)

    def node_time(self) -> str:
        """The time as the kubelet writes it."""
        return _whole_seconds(self.monotonic + self.node_ahead)

    def _create(self, objects: dict[str, JsonObject], stream: Stream, new: JsonObject) -> JsonObject:
        self._uids += 1
        metadata = {**new["metadata"], "uid": f"uid-{self._uids}", "creationTimestamp": self.time()}
        return self._store(objects, stream, "ADDED", {**new, "metadata": metadata})

    def _replace(self, objects: dict[str, JsonObject], stream: Stream, name: str, change: JsonObject) -> JsonObject:
        return self._store(objects, stream, "MODIFIED", {**objects[name], **change})

    def _store(self, objects: dict[str, JsonObject], stream: Stream, event: str, obj: JsonObject) -> JsonObject:
        obj = self._versioned(obj)
        objects[obj["metadata"]["name"]] = obj
        stream.pending.append((event, obj))
        return obj

    def _delete(self, objects: dict[str, JsonObject], stream: Stream, name: str) -> None:
        stream.pending.append(("DELETED", self._versioned(objects.pop(name))))

    def _versioned(self, obj: JsonObject) -> JsonObject:
        self.version += 1
        return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.version)}}


def _whole_seconds(time: float) -> str:
    return format_time(time)[:19] + "Z"
