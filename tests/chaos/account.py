"""What became of every job that was accepted during a fault, of storage and of the pods: pure judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# How long after its deadline a job may be told to have ended.
GRACE_SECONDS = 30.0
# The one change of a finished job: it is deleted.
_FINISHED = ("Done", "Error")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that the API has answered 202 for; at: by time.monotonic()."""

    job_id: str
    at: float
    expected: frozenset[str] = frozenset({"Done"})
    """What it may end as: Done or codes of errors."""


@dataclass(slots=True)
class History:
    """The versions of a job's resource as they were seen."""

    uid: str = ""
    versions: set[int] = field(default_factory=set)
    status: dict[str, Any] = field(default_factory=dict)
    ended_at: float | None = None
    """When it was first seen to have ended, by time.monotonic()."""
    deleted: bool = False
    changed_after_its_end: bool = False
    renderers: dict[int, str] = field(default_factory=dict)
    """Who has had each attempt."""
    attempts_given_twice: int = 0

    def see(self, version: int, status: Mapping[str, Any], at: float) -> None:
        """A version of the resource, in any order, any number of times."""
        newest = not self.versions or version > max(self.versions)
        if version in self.versions:
            return
        self.versions.add(version)
        attempt, renderer = status.get("attempt", 0), status.get("renderer", "")
        if renderer and self.renderers.setdefault(attempt, renderer) != renderer:
            self.attempts_given_twice += 1
        if not newest:
            return
        if status.get("phase") == "Pending":
            # An attempt that a renderer had which never ran does not count: another has it then.
            self.renderers = {number: name for number, name in self.renderers.items() if number <= attempt}
        if self.ended_at is not None and dict(status) != self.status:
            self.changed_after_its_end = True
        self.status = dict(status)
        if status.get("phase") in _FINISHED and self.ended_at is None:
            self.ended_at = at

    @property
    def outcome(self) -> str | None:
        """Done, the code of the error, Deleted when it was deleted before, or None while it has not ended."""
        phase = self.status.get("phase")
        if self.deleted and phase not in _FINISHED:
            return "Deleted"
        if phase == "Error":
            return str(self.status.get("error", {}).get("code"))
        return "Done" if phase == "Done" else None


@dataclass(frozen=True, slots=True)
class Account:
    """Of one fault. Times in seconds."""

    accepted: int
    done: int
    errors: Mapping[str, int]
    lost: tuple[str, ...]
    """Jobs without an end in time, or that the API answers otherwise than their resource says."""
    twice: tuple[str, ...]
    """Jobs that ended twice, were given to two renderers at once, or made from one request."""
    orphans: tuple[str, ...]
    """Objects that no job names, jobs without their object, pods that are left over."""
    unexpected: tuple[str, ...]
    """Jobs that ended in another way than this fault explains."""
    slowest: float
    """From a job's 202 to its end."""
    slowest_after: float
    """From a job's 202 or the fault's end, whichever was later, to the job's end; 0 when all ended before."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What must not be."""
        return (
            *(f"lost: {each}" for each in self.lost),
            *(f"twice: {each}" for each in self.twice),
            *(f"orphan: {each}" for each in self.orphans),
            *(f"unexpected: {each}" for each in self.unexpected),
        )


def overdue(
    accepted: Iterable[Accepted], histories: Mapping[str, History], *, over_at: float, timeout: float, now: float
) -> list[str]:
    """The jobs that should have ended by now and have not: their deadline runs from the fault's end at the latest."""
    return [
        job.job_id
        for job in accepted
        if not _ended(histories.get(job.job_id)) and now > max(job.at, over_at) + timeout + GRACE_SECONDS
    ]


def unfinished(accepted: Iterable[Accepted], histories: Mapping[str, History]) -> list[str]:
    """The jobs that have not been seen to end or to be deleted."""
    return [job.job_id for job in accepted if not _ended(histories.get(job.job_id))]


def expected_objects(histories: Mapping[str, History]) -> dict[str, str]:
    """The one object of each job that is Done: its path by jobId."""
    return {
        job_id: history.status["storagePath"]
        for job_id, history in histories.items()
        if history.status.get("phase") == "Done"
    }


def misplaced(objects: Collection[str], histories: Mapping[str, History]) -> list[str]:
    """Objects too many or too few in storage; each line says which."""
    wanted = set(expected_objects(histories).values())
    there = set(objects)
    return [
        *(f"object {path} belongs to no job that is Done" for path in sorted(there - wanted)),
        *(f"object {path} of a job that is Done is not there" for path in sorted(wanted - there)),
    ]


def take(
    accepted: Collection[Accepted],
    histories: Mapping[str, History],
    *,
    over_at: float,
    timeout: float,
    answers: Mapping[str, str],
    objects: Collection[str],
    pods: Iterable[str],
    extra: Iterable[str],
) -> Account:
    """The account of a fault. answers: what the API says of each job, `done` or `error`; pods: a line for each that
    is wrong; extra: jobs that nobody knows to have asked for."""
    outcomes = {job.job_id: histories[job.job_id].outcome for job in accepted if job.job_id in histories}
    lost, twice, unexpected = [], [f"job {name} was made by no request that was answered" for name in extra], []
    slowest = slowest_after = 0.0
    for job in accepted:
        history, outcome = histories.get(job.job_id), outcomes.get(job.job_id)
        if history is None or outcome is None:
            lost.append(f"job {job.job_id} has no end: {history.status if history else 'it was never seen'}")
            continue
        if history.ended_at is not None:
            slowest = max(slowest, history.ended_at - job.at)
            after = history.ended_at - max(job.at, over_at)
            slowest_after = max(slowest_after, after)
            if after > timeout + GRACE_SECONDS:
                lost.append(f"job {job.job_id} ended {after:.1f} s after the fault, its deadline is {timeout:.0f} s")
        says = answers.get(job.job_id)
        if not history.deleted and says != ("done" if outcome == "Done" else "error"):
            lost.append(f"job {job.job_id} is {outcome}, the API says {says}")
        if history.changed_after_its_end:
            twice.append(f"job {job.job_id} changed after its end")
        if history.attempts_given_twice:
            twice.append(f"job {job.job_id}: two renderers had the same attempt")
        if outcome not in job.expected:
            message = history.status.get("error", {}).get("message", "")
            unexpected.append(f"job {job.job_id} ended as {outcome} ({message}), not {' or '.join(job.expected)}")
        elif outcome not in ("Done", "Deleted") and not _reason_told(history.status, outcome):
            unexpected.append(f"job {job.job_id}: its conditions do not tell {outcome}")
    counted = Counter(outcome for outcome in outcomes.values() if outcome and outcome != "Done")
    return Account(
        accepted=len(accepted),
        done=sum(outcome == "Done" for outcome in outcomes.values()),
        errors=dict(counted),
        lost=tuple(lost),
        twice=tuple(twice),
        orphans=(*misplaced(objects, histories), *pods),
        unexpected=tuple(unexpected),
        slowest=slowest,
        slowest_after=slowest_after,
    )


def _ended(history: History | None) -> bool:
    return history is not None and (history.ended_at is not None or history.deleted)


def _reason_told(status: Mapping[str, Any], code: str) -> bool:
    conditions = {each["type"]: each for each in status.get("conditions", ())}
    failed = conditions.get("Failed", {})
    return bool(failed.get("reason") == code and failed.get("status") == "True" and failed.get("message"))
