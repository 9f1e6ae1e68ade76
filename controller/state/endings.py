"""How a job ended, for the metrics: its outcome, and the time from its request to its end."""

from __future__ import annotations

from dataclasses import dataclass

from crds.errors import ErrorCode
from crds.job import Job, Phase

CANCELLED = "Cancelled"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one job."""

    outcome: str
    """Done, an error code, or Cancelled: a client or the removal of the release deleted it before its end."""
    seconds: float
    """From the request to the end, by the API server's clock."""


def finished(job: Job, server_time: float) -> Ending:
    """The end of a job that is Done or Error."""
    outcome = Phase.DONE if job.phase is Phase.DONE else job.error_code or Phase.ERROR
    ended = server_time if job.completed is None else job.completed
    return Ending(str(outcome), max(ended - job.submitted, 0.0))


def deleted(job: Job, server_time: float) -> Ending:
    """The end of a job that was deleted before it was Done or Error."""
    return Ending(ErrorCode.EXPIRED if server_time >= job.expires else CANCELLED, max(server_time - job.submitted, 0.0))
