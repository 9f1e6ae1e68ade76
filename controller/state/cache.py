"""What the API server has said: jobs, pods, tombstones, list marks, its time and its last outage.

Events may come late, twice, out of order or never. resourceVersions sort them, tombstones stop a late event from
bringing a deleted object back, and the lists of the reconcile pass fill the gaps. What was asked for and is not seen
yet is not here, but in expectations.py. Only State (state.py) changes a cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from controller.state.expiries import Expiries
from controller.state.pod import Pod
from crds.job import Job, Phase
from kube.clock import ServerClock

# For this long the late events of a deleted object are ignored.
_TOMBSTONE_SECONDS = 120.0


class Cache:
    """Jobs and pods by name, as last seen. Times are seconds of the controller's clock unless they say otherwise."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.finished_jobs = 0
        self.pods: dict[str, Pod] = {}
        self.unready_since: dict[str, float] = {}
        """When each pod that is not ready was first seen so at its present stage; not when its node says so: its clock
        may be wrong."""
        self.ready_since: dict[str, float] = {}
        """When each pod that is or was ready was last seen to become so."""
        self.assigned_at: dict[str, float] = {}
        """When each running job was first seen to be assigned; not of a job that ran already when it was first seen."""
        self.expiries = Expiries()
        self.server_clock = ServerClock()
        self.synced = False
        """Whether the first reconcile pass has succeeded."""
        self.last_outage = float("-inf")
        """When the API server last failed to answer."""
        self.pods_listed_at = float("-inf")
        """When the last list of all pods was asked for."""
        self.tombstones: dict[str, float] = {}
        """When each deleted object was last seen to be gone: jobs by uid, pods by uid and by name."""
        self.never_ran: set[str] = set()
        """The deleted pods, by name, whose program had not been started."""

    def is_newer_job(self, job: Job) -> bool:
        """Whether a job is news: neither deleted nor a version that is not newer than the cached one."""
        known = self.jobs.get(job.name)
        return job.uid not in self.tombstones and (known is None or known.resource_version < job.resource_version)

    def store_job(self, job: Job, now: float) -> None:
        """Cache a newer version of a job, or a new job."""
        known = self.jobs.get(job.name)
        self.jobs[job.name] = job
        self.finished_jobs += job.phase.finished - (known is not None and known.phase.finished)
        if job.phase is not Phase.RENDERING:
            self.assigned_at.pop(job.name, None)
        elif known is not None and known.attempt != job.attempt:
            self.assigned_at[job.name] = now
        if known is None:
            self.expiries.add(job.expires, job.name, job.uid)

    def remove_job(self, name: str, uid: str, now: float) -> bool:
        """A job is deleted; False when it was not cached, or its name belongs to another job by now."""
        self.tombstones[uid] = now
        if (job := self.jobs.get(name)) is None or job.uid != uid:
            return False
        del self.jobs[name]
        self.finished_jobs -= job.phase.finished
        self.assigned_at.pop(name, None)
        return True

    def is_newer_pod(self, pod: Pod) -> bool:
        """Whether a pod is news: neither deleted nor a version that is not newer than the cached one."""
        known = self.pods.get(pod.name)
        return pod.uid not in self.tombstones and (known is None or known.resource_version < pod.resource_version)

    def store_pod(self, pod: Pod, now: float) -> None:
        """Cache a newer version of a pod, or a new pod."""
        if self.becomes_ready(pod):
            self.ready_since[pod.name] = now
        known = self.pods.get(pod.name)
        if known is not None and known.stage is not pod.stage:
            self.unready_since.pop(pod.name, None)
        self.pods[pod.name] = pod
        if pod.ready_at is None:
            self.unready_since.setdefault(pod.name, now)
        else:
            self.unready_since.pop(pod.name, None)

    def becomes_ready(self, pod: Pod) -> bool:
        """Whether a pod that is news is ready, and the cached one is not."""
        known = self.pods.get(pod.name)
        return pod.ready_at is not None and (known is None or known.ready_at is None)

    def bury_pod(self, name: str, uid: str, now: float, *, never_ran: bool) -> None:
        """A pod is deleted: late events do not bring it back."""
        self.tombstones[uid] = self.tombstones[name] = now
        if never_ran:
            self.never_ran.add(name)

    def remove_pod(self, name: str) -> None:
        """Drop a pod."""
        self.pods.pop(name, None)
        self.unready_since.pop(name, None)
        self.ready_since.pop(name, None)

    def pods_missing(self, listed: Iterable[str], version: int) -> list[Pod]:
        """The cached pods that a list lacks although it is at least as new (its resourceVersion): they are gone."""
        names = set(listed)
        return [pod for pod in self.pods.values() if pod.name not in names and pod.resource_version <= version]

    def jobs_missing(self, listed: Mapping[str, int], version: int) -> list[Job]:
        """The cached jobs that a list lacks although it is at least as new (its resourceVersion): they are gone."""
        return [job for job in self.jobs.values() if job.name not in listed and job.resource_version <= version]

    def drop_old_tombstones(self, now: float) -> None:
        """Forget the deleted objects of which no late event can come any more."""
        self.tombstones = {key: at for key, at in self.tombstones.items() if at > now - _TOMBSTONE_SECONDS}
        self.never_ran &= self.tombstones.keys()
