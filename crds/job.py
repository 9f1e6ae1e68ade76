"""The Python view of a PdfExportJob, and the changes of its status that move it from phase to phase.

Field names are those of crds/pdfexportjobs.yaml. Times are seconds since the epoch (float, UTC).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from crds.errors import ErrorCode, JobError
from crds.warnings import as_status
from cv.warnings import Warning
from runtime.text import counted

GROUP = "pdfexport.dev"
VERSION = "v1"
PLURAL = "pdfexportjobs"
KIND = "PdfExportJob"
API_VERSION = f"{GROUP}/{VERSION}"
CRD_FILE = Path(__file__).with_name("pdfexportjobs.yaml")

# When the API took the request, with milliseconds: creationTimestamp has whole seconds only.
SUBMITTED_AT = f"{GROUP}/submitted-at"
# SHA-256 of the request that an Idempotency-Key stands for.
REQUEST_SHA256 = f"{GROUP}/request-sha256"
# The trace that the job is a part of, as W3C Trace Context writes it; only while traces are recorded.
TRACEPARENT = f"{GROUP}/traceparent"

DEFAULT_TTL_SECONDS = 600
# A job that nobody served is kept so long beyond its expiry: it ends visibly, by a controller that may have to start
# first, and its client polls every three seconds.
EXPIRED_SECONDS = 30.0
DEFAULT_TIMEOUT_SECONDS = 60

Status = dict[str, Any]
Condition = dict[str, Any]
# metadata.generation of every job: its spec never changes.
_GENERATION = 1
# What a status says of the finished document and of the work on it.
DETAILS = ("pages", "sizeBytes", "sha256", "timings", "warnings")


class Phase(StrEnum):
    """status.phase; DONE and ERROR are final."""

    PENDING = "Pending"
    RENDERING = "Rendering"
    DONE = "Done"
    ERROR = "Error"

    @property
    def finished(self) -> bool:
        return self in (Phase.DONE, Phase.ERROR)


@dataclass(frozen=True, slots=True)
class Job:
    """What every part needs to know of a job; cvData is left out on purpose: it is large and personal."""

    name: str
    uid: str
    resource_version: int
    created: float
    submitted: float
    expires: float
    template_id: str
    user_id: str
    priority: int
    timeout_seconds: int
    phase: Phase = Phase.PENDING
    renderer: str | None = None
    attempt: int = 0
    started: float | None = None
    completed: float | None = None
    file_url: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    error_retryable: bool = False
    error_detail: str | None = None
    """The message of the condition Failed: for operators, never in an answer."""
    requeued: float | None = None
    """When a job that waits lost its renderer: the condition Assigned has been False since."""
    traceparent: str | None = None
    details: Mapping[str, Any] | None = None
    """The fields DETAILS of the status; only with_details reads them."""

    @property
    def deleted_at(self) -> float:
        """When the job is deleted: at its expiry, or EXPIRED_SECONDS later when it was not served by then."""
        served = self.phase.finished and self.error_code != ErrorCode.EXPIRED
        return self.expires if served else self.expires + EXPIRED_SECONDS

    @classmethod
    def from_object(cls, obj: Mapping[str, Any]) -> Job:
        """The view of a resource as the API server returns it (a JSON object with metadata, spec, status)."""
        metadata, spec = obj["metadata"], obj["spec"]
        created = parse_time(metadata["creationTimestamp"])
        annotations: Mapping[str, str] = metadata.get("annotations") or {}
        return cls(
            name=metadata["name"],
            uid=metadata["uid"],
            resource_version=int(metadata["resourceVersion"]),
            created=created,
            submitted=_submitted(annotations, created),
            expires=created + spec.get("ttlSeconds", DEFAULT_TTL_SECONDS),
            template_id=spec["templateId"],
            user_id=spec.get("userId", ""),
            priority=spec.get("priority", 0),
            timeout_seconds=spec.get("timeoutSeconds", DEFAULT_TIMEOUT_SECONDS),
            traceparent=annotations.get(TRACEPARENT),
            **_status_fields(obj.get("status") or {}),
        )

    @classmethod
    def with_details(cls, obj: Mapping[str, Any]) -> Job:
        """As from_object, and with `details`: for the API. The controller keeps jobs by the thousand without them."""
        status = obj.get("status") or {}
        return replace(cls.from_object(obj), details={name: status[name] for name in DETAILS if name in status} or None)

    def changed(self, changes: Mapping[str, Any], *, resource_version: int) -> Job:
        """The job after these changes of its status, which were answered with this resourceVersion."""
        return replace(self, resource_version=resource_version, **_status_fields(changes))

    def status(self) -> Status:
        """The whole status of a job that has not ended, as its resource holds it."""
        if not self.attempt:
            return {"phase": self.phase, "conditions": self._conditions()}
        return {
            "phase": self.phase,
            "attempt": self.attempt,
            "expiresAt": format_time(self.expires),
            **({"renderer": self.renderer} if self.renderer else {}),
            **({"startedAt": format_time(self.started)} if self.started is not None else {}),
            "conditions": self._conditions(),
        }

    def status_after(self, changes: Mapping[str, Any]) -> Status:
        """The whole status after some changes (None removes a field). A condition that is changed keeps its
        lastTransitionTime while its status is the same."""
        before = self.status()
        conditions = {each["type"]: each for each in before["conditions"]}
        for changed in changes.get("conditions", ()):
            kept = conditions[changed["type"]]
            same = kept["status"] == changed["status"]
            conditions[changed["type"]] = changed | ({"lastTransitionTime": kept["lastTransitionTime"]} if same else {})
        after = {**before, **changes, "conditions": list(conditions.values())}
        return {key: value for key, value in after.items() if value is not None}

    def _conditions(self) -> list[Condition]:
        """Those of a job that has not ended."""
        if self.renderer and self.started is not None:
            assigned = _is_assigned(self.renderer, self.attempt, self.started)
        else:
            assigned = _is_waiting(self.requeued or self.created, lost=bool(self.attempt))
        message = "The job has not ended."
        ends = [_condition(kind, False, "NotEnded", message, self.created) for kind in ("Complete", "Failed")]
        return [assigned, *ends]


def _status_fields(status: Mapping[str, Any]) -> dict[str, Any]:
    """What a status, or changes of one, say of a job, by the names of Job's fields."""
    fields = {field: read(status[key]) for key, (field, read) in _STATUS.items() if key in status}
    if error := status.get("error"):
        fields |= {f"error_{key}": error[key] for key in ("code", "message", "retryable") if key in error}
        failed = (each.get("message") for each in status.get("conditions") or () if each["type"] == "Failed")
        fields["error_detail"] = next(failed, None)
    for condition in status.get("conditions") or ():
        if condition["type"] == "Assigned":
            waits = condition["status"] == "False"
            # The definition's default, for a job that nobody has written a status of, is the epoch.
            fields["requeued"] = (parse_time(condition["lastTransitionTime"]) or None) if waits else None
    return fields


def parse_time(text: str) -> float:
    """Seconds since the epoch of an RFC 3339 time."""
    return datetime.fromisoformat(text).timestamp()


def format_time(seconds: float) -> str:
    """The RFC 3339 time, UTC with microseconds, of seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def manifest(
    name: str,
    spec: Mapping[str, Any],
    *,
    annotations: Mapping[str, str],
    owner: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A new PdfExportJob, ready to be created; it is deleted with its owner (an ownerReference) at the latest."""
    metadata: dict[str, Any] = {"name": name, "annotations": dict(annotations)}
    if owner is not None:
        metadata["ownerReferences"] = [dict(owner)]
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": dict(spec)}


def assigned(*, renderer: str, attempt: int, now: float, expires: float) -> Status:
    """Pending → Rendering: the job belongs to the pod `renderer`."""
    return {
        "phase": Phase.RENDERING,
        "renderer": renderer,
        "attempt": attempt,
        "startedAt": format_time(now),
        "expiresAt": format_time(expires),
        "conditions": [_is_assigned(renderer, attempt, now)],
    }


def requeued(*, attempt: int, now: float) -> Status:
    """Rendering → Pending: its renderer is gone. `attempt` stays, or is one less when the renderer never ran."""
    return {
        "phase": Phase.PENDING,
        "renderer": None,
        "startedAt": None,
        "attempt": attempt or None,
        "conditions": [_is_waiting(now, lost=True)],
    }


def failed(error: JobError, *, now: float, timings: Mapping[str, float] | None = None) -> Status:
    """→ Error, with the condition Failed, which has the error's detail."""
    status: Status = {
        "phase": Phase.ERROR,
        "completedAt": format_time(now),
        "error": {"code": error.code, "message": error.message[:2048], "retryable": error.retryable},
        "conditions": [
            _condition("Failed", True, error.code, error.detail or error.message, now),
            _condition("Complete", False, error.code, "The job failed.", now),
        ],
    }
    if timings:
        status["timings"] = dict(timings)
    return status


def done(
    *,
    file_url: str,
    storage_path: str,
    size_bytes: int,
    pages: int,
    sha256: str,
    timings: Mapping[str, float],
    now: float,
    warnings: Iterable[Warning] = (),
) -> Status:
    """Rendering → Done, with the condition Complete; status.warnings only when there are any."""
    reported = as_status(warnings)
    result = f"{counted(pages, 'page')}, {counted(size_bytes, 'byte')}"
    return {
        "phase": Phase.DONE,
        "completedAt": format_time(now),
        "fileUrl": file_url,
        "storagePath": storage_path,
        "sizeBytes": size_bytes,
        "pages": pages,
        "sha256": sha256,
        "timings": dict(timings),
        **({"warnings": reported} if reported else {}),
        "conditions": [
            _condition("Complete", True, "Uploaded", result, now),
            _condition("Failed", False, "Uploaded", "The job is complete.", now),
        ],
    }


def _is_assigned(renderer: str, attempt: int, since: float) -> Condition:
    return _condition("Assigned", True, "RendererChosen", f"Attempt {attempt}, by {renderer}.", since)


def _is_waiting(since: float, *, lost: bool) -> Condition:
    if lost:
        return _condition("Assigned", False, "RendererLost", "Its renderer is lost; the job waits for another.", since)
    return _condition("Assigned", False, "Waiting", "The job waits for a renderer.", since)


def _condition(kind: str, holds: bool, reason: str, message: str, since: float) -> Condition:
    """A metav1.Condition, whose status changed at `since`."""
    return {
        "type": kind,
        "status": "True" if holds else "False",
        "reason": reason,
        "message": message[:2048],
        "lastTransitionTime": format_time(since),
        "observedGeneration": _GENERATION,
    }


def _as_it_is(value: Any) -> Any:
    return value


def _optional_time(text: str | None) -> float | None:
    return parse_time(text) if text else None


# Of status: the name of Job's field, and what makes its value of the resource's.
_STATUS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "phase": ("phase", Phase),
    "renderer": ("renderer", _as_it_is),
    "attempt": ("attempt", lambda attempt: int(attempt or 0)),
    "startedAt": ("started", _optional_time),
    "completedAt": ("completed", _optional_time),
    "fileUrl": ("file_url", _as_it_is),
}


def _submitted(annotations: Mapping[str, str], created: float) -> float:
    # The annotation is the client's word: one that does not fit the server's time to the second is not used.
    try:
        submitted = parse_time(annotations[SUBMITTED_AT])
    except (KeyError, ValueError):
        return created
    return submitted if abs(submitted - created) <= 2 else created
