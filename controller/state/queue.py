"""The waiting jobs in the order in which they are served."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from crds.job import Job


@dataclass(slots=True)
class _Level:
    """The waiting jobs of one priority."""

    virtual_time: float = 0.0
    finish_tags: dict[str, float] = field(default_factory=dict)
    turns: list[tuple[float, float, str]] = field(default_factory=list)
    users: dict[str, list[tuple[float, str]]] = field(default_factory=dict)


class WaitingQueue:
    """Higher priority first; within one, users in turn; a user's own jobs oldest first.

    The turns are weighted fair queueing (Demers, Keshav, Shenker, 1989) with equal weights and jobs of length
    one: virtual time passes by 1/n a job served while n users wait, a user's next job is tagged
    max(virtual time, the user's last tag + 1), and the smallest tag is served. A user with a thousand jobs
    delays another by one job a turn, and a stream of new users does not starve one who waits.
    Every operation but `oldest` is O(log n).
    """

    def __init__(self) -> None:
        self._levels: dict[int, _Level] = {}
        self._members: dict[str, tuple[int, str, float]] = {}
        """Each waiting job's priority, user and time; heap entries that say otherwise are stale."""
        self._stale = 0

    def __len__(self) -> int:
        return len(self._members)

    def add(self, job: Job) -> None:
        """Let a job wait; one that waits already is left where it is."""
        if job.name in self._members:
            return
        self._members[job.name] = (job.priority, job.user_id, job.submitted)
        level = self._levels.setdefault(job.priority, _Level())
        jobs = level.users.get(job.user_id)
        if jobs is None:
            level.users[job.user_id] = [(job.submitted, job.name)]
            tag = max(level.virtual_time, level.finish_tags.get(job.user_id, 0))
            heapq.heappush(level.turns, (tag, job.submitted, job.user_id))
        else:
            heapq.heappush(jobs, (job.submitted, job.name))

    def oldest(self) -> float | None:
        """When the job was requested that waits longest, None when none waits. The one operation that is O(n)."""
        return min((submitted for _, _, submitted in self._members.values()), default=None)

    def discard(self, name: str) -> None:
        """Take a job out, wherever it stands; its heap entry is dropped later."""
        if self._members.pop(name, None) is not None:
            self._stale += 1
            if self._stale > len(self._members) + 64:
                self._compact()

    def peek(self) -> str | None:
        """The job to serve next, None when none waits. Stale entries before it are dropped, which changes no order."""
        for priority in sorted(self._levels, reverse=True):
            name = self._peek_level(priority, self._levels[priority])
            if name is not None:
                return name
            del self._levels[priority]
        return None

    def pop(self) -> str | None:
        """Take out and return the job to serve next, None when none waits."""
        name = self.peek()
        if name is not None:
            priority, user, _ = self._members.pop(name)
            self._use_turn(self._levels[priority], user)
        return name

    def _peek_level(self, priority: int, level: _Level) -> str | None:
        while level.turns:
            _, _, user = level.turns[0]
            name = self._peek_user(priority, user, level.users[user])
            if name is not None:
                return name
            heapq.heappop(level.turns)
            del level.users[user]
        return None

    def _peek_user(self, priority: int, user: str, jobs: list[tuple[float, str]]) -> str | None:
        while jobs:
            at, name = jobs[0]
            if self._members.get(name) == (priority, user, at):
                return name
            heapq.heappop(jobs)
        return None

    def _use_turn(self, level: _Level, user: str) -> None:
        """The first job of the first user leaves; virtual time passes, and the user's next job gets its tag."""
        tag, _, _ = heapq.heappop(level.turns)
        jobs = level.users[user]
        heapq.heappop(jobs)
        level.virtual_time = max(level.virtual_time, tag) + 1.0 / len(level.users)
        level.finish_tags[user] = tag + 1
        if jobs:
            heapq.heappush(level.turns, (tag + 1, jobs[0][0], user))
        else:
            del level.users[user]
        if len(level.finish_tags) > 2 * len(level.users) + 64:
            # A tag that is not ahead of the virtual time has no effect any more.
            level.finish_tags = {u: t for u, t in level.finish_tags.items() if t > level.virtual_time}

    def _compact(self) -> None:
        self._stale = 0
        for priority, level in self._levels.items():
            for user, jobs in list(level.users.items()):
                kept = [(at, name) for at, name in jobs if self._members.get(name) == (priority, user, at)]
                heapq.heapify(kept)
                level.users[user] = kept
