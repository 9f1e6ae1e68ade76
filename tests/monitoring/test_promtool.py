"""Prometheus' own tool about the alerts and the metrics: `make test-monitoring` builds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import prometheus_client
import pytest

import controller.metrics
import renderer.metrics
from runtime import build_info
from tests.unit.api_fakes import Service

HERE = Path(__file__).resolve().parent
RULES = HERE.parents[1] / "charts" / "pdf-export" / "files" / "monitoring" / "alerts.yaml"
PROMTOOL = Path(sys.prefix) / "bin" / "promtool"

pytestmark = pytest.mark.skipif(not PROMTOOL.exists(), reason="no promtool: make test-monitoring")


def promtool(*arguments: str, stdin: str | None = None) -> None:
    """Run it; it says nothing but what is wrong."""
    command = [str(PROMTOOL), *arguments]
    done = subprocess.run(command, cwd=HERE, input=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_valid() -> None:
    promtool("check", "rules", str(RULES))


def test_each_alert_fires_for_its_fault_and_for_no_other() -> None:
    promtool("test", "rules", "alerts_test.yaml")


async def test_the_metrics_keep_to_prometheus_conventions() -> None:
    # Given a request to the API, and the metrics of controller and renderer, which are in one registry here.
    service = Service()
    await service.post()
    controller.metrics.count_ending("Done", 1.0)
    with renderer.metrics.step("fill"):
        pass
    build_info.publish("controller")
    own = prometheus_client.generate_latest(prometheus_client.REGISTRY).decode()

    for exposition in (service.metrics.exposition().decode(), own):
        promtool("check", "metrics", stdin=exposition)
