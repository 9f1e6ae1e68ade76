"""A release as values: its jobs, pods, conditions and leader, without a CV, a user, a file name or a URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pdf_export_client.operators.kubectl import JsonObject, Kubectl, KubectlError

JOBS = "pdfexportjobs.pdfexport.dev"
_SUBMITTED_AT = "pdfexport.dev/submitted-at"
_LABEL = "app.kubernetes.io/"
_LEASE = "pdf-export-controller"
COMPONENTS = ("api", "controller", "renderer")
# Of a Deployment; all its other conditions are True while it is well.
_BAD_WHEN_TRUE = frozenset({"ReplicaFailure"})


class ReleaseError(Exception):
    """There is no such release, or more than one; the message says which."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job; times are seconds since the epoch."""

    name: str
    submitted: float
    phase: str
    priority: int
    template: str
    renderer: str
    attempt: int
    started: float | None
    error_code: str

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> Job:
        """The view of a PdfExportJob."""
        metadata, spec, status = obj["metadata"], obj["spec"], obj.get("status") or {}
        submitted = (metadata.get("annotations") or {}).get(_SUBMITTED_AT) or metadata["creationTimestamp"]
        return cls(
            name=metadata["name"],
            submitted=parse_time(submitted),
            phase=status.get("phase", "Pending"),
            priority=spec.get("priority", 0),
            template=spec.get("templateId", ""),
            renderer=status.get("renderer") or "",
            attempt=status.get("attempt", 0),
            started=parse_time(status["startedAt"]) if status.get("startedAt") else None,
            error_code=(status.get("error") or {}).get("code", ""),
        )


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod of the release."""

    name: str
    component: str
    created: float
    ready: bool
    ending: bool
    node: str
    images: tuple[str, ...]
    restarts: int
    trouble: str
    """Why it is not ready, as the kubelet or the scheduler says it; empty when nothing is known."""

    @classmethod
    def of(cls, obj: Mapping[str, Any]) -> Pod:
        """The view of a v1 Pod."""
        metadata, status = obj["metadata"], obj.get("status") or {}
        containers = status.get("containerStatuses") or ()
        conditions = {each["type"]: each for each in status.get("conditions") or ()}
        return cls(
            name=metadata["name"],
            component=metadata["labels"].get(f"{_LABEL}component", ""),
            created=parse_time(metadata["creationTimestamp"]),
            ready=(conditions.get("Ready") or {}).get("status") == "True",
            ending="deletionTimestamp" in metadata or status.get("phase") in ("Succeeded", "Failed"),
            node=obj["spec"].get("nodeName", ""),
            images=tuple(each["image"] for each in obj["spec"]["containers"]),
            restarts=sum(each.get("restartCount", 0) for each in containers),
            trouble=_trouble(containers, conditions),
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the controller's Deployment: the controller's, such as RenderersAvailable, or Kubernetes' own."""

    type: str
    status: str
    reason: str
    message: str
    since: float | None

    @property
    def healthy(self) -> bool:
        """Whether it is as it should be."""
        return self.status == ("False" if self.type in _BAD_WHEN_TRUE else "True")


@dataclass(frozen=True, slots=True)
class Release:
    """What `read` found."""

    name: str
    jobs: tuple[Job, ...]
    pods: tuple[Pod, ...]
    conditions: tuple[Condition, ...]
    leader: str
    """The pod that holds the controller's Lease; empty where there is none."""
    versions: Mapping[str, str]
    """The label app.kubernetes.io/version of each Deployment, by its component; empty where it has none."""

    def of(self, component: str) -> list[Pod]:
        """The pods of one component that are not about to end."""
        return [pod for pod in self.pods if pod.component == component and not pod.ending]

    def in_phase(self, phase: str) -> list[Job]:
        """The jobs in one phase."""
        return [job for job in self.jobs if job.phase == phase]


def read(kubectl: Kubectl, name: str = "") -> Release:
    """The release of this name, or the only one of the namespace. Raises ReleaseError and KubectlError."""
    pods = kubectl.list("pods", selector=f"{_LABEL}component in ({','.join(COMPONENTS)})")
    deployments = kubectl.list("deployments", selector=f"{_LABEL}component in (api,controller)")
    release = _chosen({each["metadata"]["labels"][f"{_LABEL}instance"] for each in deployments}, name)
    own = [each for each in deployments if each["metadata"]["labels"][f"{_LABEL}instance"] == release]
    controllers = [each for each in own if _component(each) == "controller"]
    return Release(
        name=release,
        jobs=tuple(Job.of(each) for each in kubectl.list(JOBS)),
        pods=tuple(Pod.of(each) for each in pods if each["metadata"]["labels"].get(f"{_LABEL}instance") == release),
        conditions=tuple(condition for each in controllers for condition in _conditions(each)),
        leader=_leader(kubectl),
        versions={_component(each): each["metadata"]["labels"].get(f"{_LABEL}version", "") for each in own},
    )


def parse_time(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 time."""
    return datetime.fromisoformat(text).timestamp()


def now() -> float:
    """Seconds since the epoch, by this machine's clock."""
    return datetime.now(UTC).timestamp()


def _chosen(found: set[str], name: str) -> str:
    if name in found:
        return name
    if name or not found:
        raise ReleaseError(f"no release {name or 'of pdf-export'} in this namespace: name it with -n and --release")
    if len(found) > 1:
        raise ReleaseError(f"this namespace has the releases {', '.join(sorted(found))}: choose one with --release")
    return found.pop()


def _component(obj: JsonObject) -> str:
    return str(obj["metadata"]["labels"].get(f"{_LABEL}component", ""))


def _conditions(deployment: JsonObject) -> Iterable[Condition]:
    for each in (deployment.get("status") or {}).get("conditions") or ():
        since = each.get("lastTransitionTime")
        yield Condition(
            each["type"],
            each["status"],
            each.get("reason", ""),
            each.get("message", ""),
            parse_time(since) if since else None,
        )


def _leader(kubectl: Kubectl) -> str:
    try:
        leases = kubectl.list("leases.coordination.k8s.io")
    except KubectlError:
        # Older versions have no Lease, and not everyone may read them.
        return ""
    for lease in leases:
        if lease["metadata"]["name"] == _LEASE:
            return str((lease.get("spec") or {}).get("holderIdentity") or "")
    return ""


def _trouble(containers: Iterable[Mapping[str, Any]], conditions: Mapping[str, Mapping[str, Any]]) -> str:
    for container in containers:
        state = container.get("state") or {}
        for kind in ("waiting", "terminated"):
            if (found := state.get(kind)) and found.get("reason") not in (None, "Completed"):
                return ": ".join(filter(None, (found["reason"], found.get("message", "")))).strip()
    for kind in ("PodScheduled", "Ready"):
        if (condition := conditions.get(kind)) and condition["status"] == "False":
            return ": ".join(filter(None, (condition.get("reason", ""), condition.get("message", ""))))
    return ""
