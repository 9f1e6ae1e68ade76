"""The job cache of this replica: the jobs that the API server reported, in whatever order the reports arrive.

No I/O and no clock: `now`, the API server's time, is an argument. Methods return the names of the jobs whose waiting
requests (?wait=) are to be woken. All methods take constant time, except `relisted` and `prune`, which visit each job.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from api.http.errors import whole_retry_seconds
from crds.errors import ErrorCode
from crds.job import Job, Phase

# An older state of a deleted job (a watch event, the answer to a read) may still arrive for so long.
_TOMBSTONE_SECONDS = 60.0
_RATE_WINDOW_SECONDS = 60.0


class JobCache:
    """Jobs by name. The newest resourceVersion wins; a job that has expired counts as deleted."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._tombstones: dict[str, float] = {}
        self._phases: dict[Phase, int] = dict.fromkeys(Phase, 0)
        self._unfinished: dict[str, int] = {}
        self._finished_at: deque[float] = deque(maxlen=10_000)
        self._last_of: dict[str, Job] = {}
        """By template, the last of its jobs that was printed, or not because the template is broken."""

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def phases(self) -> dict[Phase, int]:
        """The number of jobs in each phase."""
        return dict(self._phases)

    @property
    def waiting(self) -> int:
        """The number of jobs that are not assigned yet."""
        return self._phases[Phase.PENDING]

    @property
    def unfinished(self) -> int:
        """The number of jobs that have not ended."""
        return self._phases[Phase.PENDING] + self._phases[Phase.RENDERING]

    def unfinished_of(self, user_id: str) -> int:
        """The number of a user's jobs that have not ended."""
        return self._unfinished.get(user_id, 0)

    def broken_templates(self, *, now: float) -> frozenset[str]:
        """The templates that are broken, by the last job of each that shows it. When that job has expired, the next one
        tries the template again."""
        return frozenset(
            template
            for template, job in self._last_of.items()
            if job.error_code == ErrorCode.TEMPLATE_BROKEN and now < job.expires
        )

    def get(self, name: str, *, now: float) -> Job | None:
        """The job, unless it is not cached or has expired; one that was not served is there until it is deleted."""
        job = self._jobs.get(name)
        return job if job is not None and now < job.deleted_at else None

    def uid(self, name: str) -> str | None:
        """The uid of a cached job, expired or not."""
        job = self._jobs.get(name)
        return job.uid if job else None

    def put(self, job: Job, *, now: float) -> bool:
        """Store a job as the API server reported it (created, read, watched or listed).

        An older state than the cached one, an expired job and a deleted job are ignored. True when this report is the
        first one with the job finished.
        """
        known = self._jobs.get(job.name)
        if now >= job.deleted_at or job.uid in self._tombstones:
            return False
        if known is not None and known.resource_version >= job.resource_version:
            return False
        if known is not None:
            self._count(known, -1)
        self._jobs[job.name] = job
        self._count(job, 1)
        self._note_template(job)
        if not job.phase.finished or (known is not None and known.phase.finished):
            return False
        if known is not None:
            self._finished_at.append(now)
        return True

    def deleted(self, name: str, *, uid: str, now: float) -> bool:
        """Remove a deleted job, and leave a tombstone. True when the job was cached."""
        self._tombstones[uid] = now
        known = self._jobs.get(name)
        if known is None or known.uid != uid:
            return False
        self._remove(name)
        return True

    def relisted(self, names: Iterable[str], *, resource_version: int) -> list[str]:
        """Remove the jobs that a complete list at this resourceVersion does not have, and return their names.

        A job that was created after the list (its resourceVersion is newer) stays.
        """
        listed = set(names)
        gone = [
            name for name, job in self._jobs.items() if name not in listed and job.resource_version <= resource_version
        ]
        for name in gone:
            self._remove(name)
        return gone

    def prune(self, *, now: float) -> list[str]:
        """Remove the jobs that have expired, and return their names."""
        gone = [name for name, job in self._jobs.items() if now >= job.deleted_at]
        for name in gone:
            self._remove(name)
        for uid in [uid for uid, at in self._tombstones.items() if now - at >= _TOMBSTONE_SECONDS]:
            del self._tombstones[uid]
        return gone

    def finish_rate(self, *, now: float) -> float:
        """Jobs a second that finished within the last minute, as this replica received them."""
        while self._finished_at and self._finished_at[0] <= now - _RATE_WINDOW_SECONDS:
            self._finished_at.popleft()
        if not self._finished_at:
            return 0.0
        # From the first one on: after a start or a quiet time the window is not full yet.
        return len(self._finished_at) / max(1.0, now - self._finished_at[0])

    def _note_template(self, job: Job) -> None:
        if job.phase is not Phase.DONE and job.error_code != ErrorCode.TEMPLATE_BROKEN:
            return
        last = self._last_of.get(job.template_id)
        # Lists have jobs in any order; after a change of the template the later one counts.
        if last is None or (job.completed or 0.0) >= (last.completed or 0.0):
            self._last_of[job.template_id] = job

    def _remove(self, name: str) -> None:
        self._count(self._jobs.pop(name), -1)

    def _count(self, job: Job, by: int) -> None:
        self._phases[job.phase] += by
        if job.user_id and not job.phase.finished:
            count = self._unfinished.get(job.user_id, 0) + by
            if count:
                self._unfinished[job.user_id] = count
            else:
                del self._unfinished[job.user_id]


def retry_after_seconds(*, waiting: int, limit: int, rate: float) -> int:
    """Seconds until a full queue is likely down to nine tenths of its limit, 1 to 60; 10 when no job has finished
    lately."""
    if rate <= 0:
        return 10
    excess = max(1.0, waiting - 0.9 * limit)
    return whole_retry_seconds(excess / rate)
