"""What this replica knows of the jobs: pure bookkeeping over what the API server told it, in whatever order.

No I/O and no clock: `now`, the API server's time, comes in, and what comes out are the names of the jobs that somebody
may be waiting for.
All methods cost the same at ten and at ten thousand jobs, except `relisted` and `prune`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from api.http.errors import whole_retry_seconds
from crds.job import Job, Phase

# So long may an older state of a deleted job still be under way: an event, the answer to a read.
_DEAD_SECONDS = 60.0
_RATE_WINDOW_SECONDS = 60.0


class JobCache:
    """Jobs by name. The newest resourceVersion wins; a job that has expired is as good as deleted."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._dead: dict[str, float] = {}
        self._phases: dict[Phase, int] = dict.fromkeys(Phase, 0)
        self._unfinished: dict[str, int] = {}
        self._finished_at: deque[float] = deque(maxlen=10_000)

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def phases(self) -> dict[Phase, int]:
        """The number of jobs in each phase."""
        return dict(self._phases)

    @property
    def waiting(self) -> int:
        """The number of jobs that no renderer has yet."""
        return self._phases[Phase.PENDING]

    @property
    def unfinished(self) -> int:
        """The number of jobs that have not ended."""
        return self._phases[Phase.PENDING] + self._phases[Phase.RENDERING]

    def unfinished_of(self, user_id: str) -> int:
        """The number of a user's jobs that have not ended."""
        return self._unfinished.get(user_id, 0)

    def get(self, name: str, *, now: float) -> Job | None:
        """The job, unless it is unknown or has expired."""
        job = self._jobs.get(name)
        return job if job is not None and now < job.expires else None

    def uid(self, name: str) -> str | None:
        """The uid of a job that is here, expired or not."""
        job = self._jobs.get(name)
        return job.uid if job else None

    def put(self, job: Job, *, now: float) -> bool:
        """Take in a job as the API server showed it (created, read, watched or listed).

        Passed over are an older state than the known one, an expired job, and one that was deleted. True when the job
        is known to have finished and was not before.
        """
        known = self._jobs.get(job.name)
        if now >= job.expires or job.uid in self._dead:
            return False
        if known is not None and known.resource_version >= job.resource_version:
            return False
        if known is not None:
            self._count(known, -1)
        self._jobs[job.name] = job
        self._count(job, 1)
        if not job.phase.finished or (known is not None and known.phase.finished):
            return False
        if known is not None:
            self._finished_at.append(now)
        return True

    def deleted(self, name: str, *, uid: str, now: float) -> bool:
        """Take in that a job was deleted, by whomever. True when it is thereby gone from here."""
        self._dead[uid] = now
        known = self._jobs.get(name)
        if known is None or known.uid != uid:
            return False
        self._remove(name)
        return True

    def relisted(self, names: Iterable[str], *, resource_version: int) -> list[str]:
        """Drop what a complete list at this resourceVersion does not hold, and return its names.

        What was created after the list was made (a newer resourceVersion) stays.
        """
        listed = set(names)
        gone = [
            name for name, job in self._jobs.items() if name not in listed and job.resource_version <= resource_version
        ]
        for name in gone:
            self._remove(name)
        return gone

    def prune(self, *, now: float) -> list[str]:
        """Drop the jobs that have expired, and return their names."""
        gone = [name for name, job in self._jobs.items() if now >= job.expires]
        for name in gone:
            self._remove(name)
        for uid in [uid for uid, at in self._dead.items() if now - at >= _DEAD_SECONDS]:
            del self._dead[uid]
        return gone

    def finish_rate(self, *, now: float) -> float:
        """Jobs a second that have finished lately, as this replica saw it."""
        while self._finished_at and self._finished_at[0] <= now - _RATE_WINDOW_SECONDS:
            self._finished_at.popleft()
        if not self._finished_at:
            return 0.0
        # From the first one on: after a start or a quiet time the window is not full yet.
        return len(self._finished_at) / max(1.0, now - self._finished_at[0])

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
    """Seconds after which a slot in a full queue is likely free: the time to work off what is above nine tenths of
    the limit, 1 to 60; 10 when nothing has finished lately."""
    if rate <= 0:
        return 10
    excess = max(1.0, waiting - 0.9 * limit)
    return whole_retry_seconds(excess / rate)
