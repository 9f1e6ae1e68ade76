"""The release that faults happen to, and a Prometheus that watches it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from cluster.lifecycle import Cluster
from cluster.paths import CHART, CHECKOUT, foreign_kubeconfig, from_environment
from tests.chaos.fault_injector import NAME, NAMESPACE, FaultInjector
from tests.e2e.client import ApiClient, eventually
from tests.monitoring.prometheus import BINARY, Prometheus, watching

PROGRAMS = {"api", "controller", "renderer"}


@pytest.fixture(scope="session")
def injector() -> Iterator[FaultInjector]:
    """The release, whose pods are annotated for Prometheus."""
    if not BINARY.exists():
        pytest.skip("no prometheus: make test-monitoring")
    if foreign_kubeconfig(from_environment()):
        pytest.skip("KUBECONFIG names another cluster: its pods are not within reach of this machine")
    Cluster(from_environment()).up()
    injector = FaultInjector("prometheusAnnotations=true")
    injector.up()
    yield injector
    injector.down()


@pytest.fixture(scope="session")
def prometheus(injector: FaultInjector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has the metrics of all three programs, with the alerts that the chart renders for them."""
    show = ("--show-only", "templates/monitoring.yaml")
    # Of the chart nothing but the rules is used; it asks for a registry, whatever is shown.
    settings = "monitoring.rules.enabled=true,global.imageRegistry=registry.example"
    values = ("-f", str(CHART / "values-demo.yaml"), "--set", settings)
    rendered = yaml.safe_load(injector.release.helm("template", NAME, str(CHART), *values, *show))
    kubeconfig: Path = injector.paths.kubeconfig
    folder = tmp_path_factory.mktemp("prometheus")
    with watching(NAMESPACE, rendered["spec"], kubeconfig=kubeconfig, folder=folder) as prometheus:
        eventually("all programs are scraped", lambda: prometheus.scraped() >= PROGRAMS, seconds=60)
        yield prometheus


@pytest.fixture
def api(injector: FaultInjector) -> Iterator[ApiClient]:
    """A client of the release that is watched."""
    with httpx.Client(base_url=injector.release.url("api"), timeout=40) as http:
        yield ApiClient(http)


@pytest.fixture
def cv() -> dict[str, Any]:
    """A CV of one page."""
    found: dict[str, Any] = json.loads((CHECKOUT / "tests" / "data" / "cv-one-page.json").read_text())
    return found
