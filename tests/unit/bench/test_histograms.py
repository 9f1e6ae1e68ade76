"""Where the time goes, in Prometheus: what is measured in all three programs, from a millisecond on."""

from __future__ import annotations

import prometheus_client
import pytest
from prometheus_client.parser import text_string_to_metric_families

import controller.metrics  # noqa: F401 (its histograms are registered)
import renderer.metrics
from crds.errors import ErrorCode, JobError
from tests.unit.api_fakes import Service

CONTROLLER = ("pdf_export_controller_queue_seconds", "pdf_export_controller_decide_seconds")
RENDERER = ("pdf_export_renderer_step_seconds", "pdf_export_renderer_job_seconds")
API = ("pdf_export_api_request_seconds", "pdf_export_api_create_seconds")


def lowest_buckets(exposition: str) -> dict[str, set[float]]:
    """The lowest bucket of each series of each histogram, seconds."""
    found: dict[str, set[float]] = {}
    for family in text_string_to_metric_families(exposition):
        series: dict[tuple[tuple[str, str], ...], float] = {}
        for sample in family.samples:
            if sample.name.endswith("_bucket"):
                labels = dict(sample.labels)
                bound = float(labels.pop("le"))
                key = tuple(sorted(labels.items()))
                series[key] = min(bound, series.get(key, bound))
        if series:
            found[family.name] = set(series.values())
    return found


async def test_the_api_measures_requests_and_creations() -> None:
    service = Service()
    await service.post()
    lowest = lowest_buckets(service.metrics.exposition().decode())
    assert {name: lowest[name] for name in API} == {name: {0.001} for name in API}


@pytest.mark.parametrize("name", [*CONTROLLER, *RENDERER])
def test_controller_and_renderer_measure_from_a_millisecond_on(name: str) -> None:
    with renderer.metrics.step("fill"):
        pass
    exposition = prometheus_client.generate_latest(prometheus_client.REGISTRY).decode()
    assert lowest_buckets(exposition)[name] == {0.001}


def test_a_step_that_fails_is_measured_too() -> None:
    def count() -> float:
        labels = {"step": "fill"}
        value = prometheus_client.REGISTRY.get_sample_value("pdf_export_renderer_step_seconds_count", labels)
        return value or 0.0

    before, timings = count(), dict[str, float]()
    with pytest.raises(JobError), renderer.metrics.step("fill", timings):
        raise JobError(ErrorCode.INVALID_DATA, "x")
    assert count() == before + 1
    assert timings["fillMs"] >= 0
