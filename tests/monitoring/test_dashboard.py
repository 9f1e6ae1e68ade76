"""The dashboard's queries give data of a real release, and a picture of it lands in out/dashboard.png."""

from __future__ import annotations

import time
from functools import partial
from itertools import cycle
from typing import Any

import pytest

from cluster.paths import CHECKOUT
from tests.chaos.fault_injector import NAMESPACE, FaultInjector
from tests.e2e.client import ApiClient, eventually
from tests.e2e.test_starts import no_room_for_pods
from tests.monitoring import dashboard
from tests.monitoring.prometheus import Prometheus

PICTURE = CHECKOUT / "out" / "dashboard.png"
# The picture shows as much of the run as there is, up to this.
SECONDS = 900.0
# So much of a release at work is in the picture, with ever more and then ever fewer jobs at once.
WORK_SECONDS = 90.0
WAVE = (1, 2, 4, 8, 16, 8, 4, 2)


@pytest.fixture
def since(prometheus: Prometheus) -> float:
    """The first sample of the run, or the beginning of the picture, in seconds since the epoch."""
    oldest = f"min(min_over_time(timestamp(pdf_export_build_info)[{SECONDS:.0f}s:1s]))"
    # A sample of this second is not in a range of whole seconds yet.
    [series] = eventually("there is a sample", lambda: prometheus.query(oldest), seconds=10)
    return float(series["value"][1])


def test_every_query_of_the_dashboard_gives_data(
    prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any, since: float
) -> None:
    # Given jobs that end in several ways, and a renderer that cannot be created for a while.
    with no_room_for_pods(injector.kubectl):
        injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer", "--wait=false")
        first = api.post(cv)
        api.http.delete(f"/api/export-pdf/job/{api.post(cv)}")
        refused = 'pdf_export_controller_actions_total{action="Launch", outcome="failed"} > 1'
        eventually("a launch is refused, and again", lambda: prometheus.query(refused), seconds=60)
    assert api.finished(first)["status"] == "done"
    until, wave = time.monotonic() + WORK_SECONDS, cycle(WAVE)
    while time.monotonic() < until:
        jobs = [api.post(cv) for _ in range(next(wave))]
        assert {api.finished(job)["status"] for job in jobs} == {"done"}

    # When a dashboard of this release is looked at, then every query of its panels has an answer.
    for title, query in dashboard.queries(NAMESPACE, SECONDS):
        eventually(f"{title} has data: {query}", partial(prometheus.query, query), seconds=20)

    end = time.time()
    panels = dashboard.read(prometheus, NAMESPACE, start=since, end=end)
    empty = [drawn.panel["title"] for drawn in panels if not any(line.points for line in drawn.lines)]
    assert not empty
    PICTURE.parent.mkdir(exist_ok=True)
    dashboard.save_picture(panels, PICTURE, start=since, end=end)
