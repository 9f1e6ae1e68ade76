"""The controller's metrics: outcomes are of a fixed set, and every one of them is there from the beginning."""

from __future__ import annotations

from prometheus_client import REGISTRY

from controller import metrics
from controller.state import endings
from crds.errors import ErrorCode

FINISHED = "pdf_export_controller_jobs_finished_total"
SECONDS = "pdf_export_controller_job_seconds_count"


def value(name: str, **labels: str) -> float:
    """A sample of the default registry; it is there."""
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, (name, labels)
    return found


def test_every_outcome_is_exported_before_the_first_job_ends() -> None:
    for outcome in ("Done", endings.CANCELLED, *ErrorCode):
        assert value(FINISHED, outcome=outcome) >= 0


def test_an_ending_counts_and_only_a_done_one_is_timed() -> None:
    done, cancelled, timed = value(FINISHED, outcome="Done"), value(FINISHED, outcome="Cancelled"), value(SECONDS)
    metrics.count_ending("Done", 2.0)
    metrics.count_ending("Cancelled", 7.0)
    assert value(FINISHED, outcome="Done") == done + 1
    assert value(FINISHED, outcome="Cancelled") == cancelled + 1
    assert value(SECONDS) == timed + 1


def test_a_code_that_nobody_knows_adds_no_series() -> None:
    metrics.count_ending("FromAnotherVersion", 1.0)
    assert REGISTRY.get_sample_value(FINISHED, {"outcome": "FromAnotherVersion"}) is None
    assert value(FINISHED, outcome="Other") >= 1
