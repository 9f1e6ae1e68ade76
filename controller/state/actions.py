"""What a decision can ask for. An action is a value; the executor carries it out.

`job` and `pod` are names. `pod` is what a job's status calls its renderer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crds.errors import JobError


@dataclass(frozen=True, slots=True)
class Assign:
    """Give a waiting job to a renderer."""

    job: str
    resource_version: int
    pod: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Requeue:
    """Put a job whose renderer is gone back among the waiting; `attempt` is one less when the renderer never ran."""

    job: str
    resource_version: int
    pod: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Fail:
    """End a job in phase Error."""

    job: str
    resource_version: int
    error: JobError


@dataclass(frozen=True, slots=True)
class DeleteJob:
    """Delete a job at its expiry."""

    job: str
    uid: str


@dataclass(frozen=True, slots=True)
class Launch:
    """Create a renderer pod of this name."""

    pod: str


@dataclass(frozen=True, slots=True)
class DeletePod:
    """Delete a renderer pod; it finishes what it has."""

    pod: str
    uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportCondition:
    """Report whether renderers are ready: a condition of the Deployment."""

    available: bool
    message: str


@dataclass(frozen=True, slots=True)
class ReportFailedStart:
    """Report a renderer that did not start, or has not started yet: an Event about the Deployment."""

    message: str
    pod: str
    """The pod; the executor adds the last warning about it."""
    given_up: bool = True
    """Whether another one is launched in its place; False when it is waited for."""


@dataclass(frozen=True, slots=True)
class ReportStorage:
    """Report whether the storage takes documents: a condition of the Deployment, and an Event when it does not."""

    available: bool
    message: str


JobAction: TypeAlias = Assign | Requeue | Fail | DeleteJob
Action: TypeAlias = JobAction | Launch | DeletePod | ReportCondition | ReportFailedStart | ReportStorage
