"""Whether the storage takes documents, as the results of the latest jobs show it."""

from __future__ import annotations

from controller.state.actions import ReportStorage
from crds.errors import ErrorCode
from crds.job import Job, Phase

# A storage that fails every other job would otherwise cost two writes a job.
_REPORT_SECONDS = 10.0
_FAILURES = frozenset({ErrorCode.UPLOAD_FAILED, ErrorCode.STORAGE_REFUSED})


class StorageHealth:
    """Follows the job that ended last, by the time in its status: events and lists may come in any order."""

    def __init__(self) -> None:
        self._ended = float("-inf")
        self._reported: bool | None = None
        self._reported_at = float("-inf")
        self.available: bool | None = None
        """None until a job has shown it."""
        self._cause = ""

    def observe(self, job: Job) -> None:
        """A job as it is; only one that has uploaded, or failed to, shows anything."""
        failed = job.phase is Phase.ERROR and job.error_code in _FAILURES
        if job.completed is None or job.completed < self._ended or not (failed or job.phase is Phase.DONE):
            return
        self._ended = job.completed
        self.available = not failed
        self._cause = job.error_detail or job.error_code or ""

    def report(self, now: float) -> ReportStorage | None:
        """What to report now, as an action that is about to be carried out; None when nothing has changed."""
        if self.available is None or self.available == self._reported or now - self._reported_at < _REPORT_SECONDS:
            return None
        self._reported, self._reported_at = self.available, now
        if self.available:
            return ReportStorage(True, "a document was stored")
        return ReportStorage(False, f"a document could not be stored: {self._cause}")
