"""StorageAvailable follows the job that ended last, in whatever order the events come."""

from __future__ import annotations

from controller.state.actions import ReportStorage
from controller.state.storage_health import StorageHealth
from crds.errors import ErrorCode, JobError
from crds.job import Job, Phase, failed
from tests.unit.builders import NOW, job


def stored(at: float) -> Job:
    return job(phase=Phase.DONE, completed=at)


def refused(at: float, detail: str = "the bucket cvs does not exist") -> Job:
    error = JobError(ErrorCode.STORAGE_REFUSED, "The storage refused it.", detail=detail)
    return job().changed(failed(error, now=at), resource_version=9)


def test_nothing_is_reported_before_a_job_has_shown_it() -> None:
    health = StorageHealth()
    health.observe(job())
    health.observe(job(phase=Phase.ERROR, completed=NOW, error_code=ErrorCode.TIMEOUT))
    assert (health.available, health.report(NOW)) == (None, None)


def test_the_cause_is_reported_once_and_its_end_too() -> None:
    health = StorageHealth()
    health.observe(refused(NOW))
    assert health.report(NOW) == ReportStorage(False, "a document could not be stored: the bucket cvs does not exist")
    health.observe(refused(NOW + 20))
    assert health.report(NOW + 20) is None
    health.observe(stored(NOW + 40))
    assert health.report(NOW + 40) == ReportStorage(True, "a document was stored")


def test_a_late_event_about_an_earlier_job_changes_nothing() -> None:
    health = StorageHealth()
    health.observe(stored(NOW + 5))
    health.observe(refused(NOW))
    assert health.available is True


def test_a_storage_that_fails_every_other_job_is_reported_at_intervals() -> None:
    health = StorageHealth()
    reports = []
    for second in range(30):
        health.observe(stored(NOW + second) if second % 2 else refused(NOW + second))
        reports.append(health.report(NOW + second))
    assert 2 <= sum(report is not None for report in reports) <= 3
