"""Each fault is made to happen on the real cluster: its alert fires in a real Prometheus, and ends with the fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kube.lease import OWNER_ANNOTATION
from tests.chaos.fault_injector import FULLNAME, FaultInjector
from tests.e2e.client import ApiClient, eventually
from tests.e2e.test_starts import no_room_for_pods
from tests.monitoring.prometheus import Prometheus

# Above 30 s a queue is old.
OLD_SECONDS = 90.0
# More jobs than the slots of all renderers can try in that time, each of them to its timeout.
MORE_THAN_SLOTS = 16


@pytest.fixture(autouse=True)
def quiet_before_and_after(prometheus: Prometheus) -> Iterator[None]:
    """No alert fires before the fault, and none after it."""
    eventually("no alert fires", lambda: not prometheus.firing(), seconds=120)
    yield
    eventually("no alert fires any more", lambda: not prometheus.firing(), seconds=120)


def fires(prometheus: Prometheus, alert: str, *, seconds: float = 60.0) -> set[str]:
    """Wait until an alert fires; all that fire then."""
    eventually(f"{alert} fires", lambda: alert in prometheus.firing(), seconds=seconds)
    return prometheus.firing()


def test_no_renderer_is_ready(prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any) -> None:
    # Given a quota without room for another pod, when the one renderer goes and a job comes.
    with no_room_for_pods(injector.kubectl):
        injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer", "--wait=false")
        job = api.post(cv)
        firing = fires(prometheus, "PdfExportNoRendererReady")
        assert "PdfExportStorageUnavailable" not in firing

    # Then the alert ends with the fault (the fixture), and the job is done.
    assert api.finished(job)["status"] == "done"


def test_a_bad_image_while_the_former_renderers_serve(
    prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any
) -> None:
    with injector.installed("images.renderer=localhost/no-such-image:none", "pool.startDeadlineSeconds=4"):
        fires(prometheus, "PdfExportRenderersDoNotStart")
        # Users notice nothing, which is why this is a warning.
        assert api.finished(api.post(cv))["status"] == "done"
        assert "PdfExportNoRendererReady" not in prometheus.firing()


def test_the_storage_is_away(prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any) -> None:
    injector.storage("refuse")
    try:
        assert api.finished(api.post(cv))["status"] == "error"
        assert "PdfExportNoRendererReady" not in fires(prometheus, "PdfExportStorageUnavailable")
    finally:
        injector.storage("none")

    # It is the next upload that shows that the storage is back.
    assert api.finished(api.post(cv))["status"] == "done"


def test_the_queue_is_old(prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any) -> None:
    # Given renderers whose slots are all taken by uploads that have no answer.
    injector.storage("hold")
    try:
        jobs = [api.post(cv) for _ in range(MORE_THAN_SLOTS)]
        assert "PdfExportNoRendererReady" not in fires(prometheus, "PdfExportQueueOld", seconds=OLD_SECONDS)
    finally:
        injector.storage("none")

    assert api.finished(jobs[-1])["status"] == "done"


@contextmanager
def no_controller(injector: FaultInjector) -> Iterator[None]:
    """The controller is scaled to zero, and to as many replicas as before at the end."""
    deployment = f"deployment/{FULLNAME}-controller"
    before = injector.kubectl("get", deployment, "-o", "jsonpath={.spec.replicas}")
    injector.kubectl("scale", deployment, "--replicas=0")
    try:
        yield
    finally:
        injector.kubectl("scale", deployment, f"--replicas={before}")
        injector.kubectl("rollout", "status", deployment, "--timeout=120s")


@contextmanager
def lease_of_another(injector: FaultInjector) -> Iterator[None]:
    """The Lease belongs to another release: the controller runs, and may not lead."""
    annotate = ("annotate", "lease", "pdf-export-controller", "--overwrite")
    owner = injector.kubectl("get", "lease", "pdf-export-controller", "-o", "json")
    before = json.loads(owner)["metadata"]["annotations"][OWNER_ANNOTATION]
    injector.kubectl(*annotate, f"{OWNER_ANNOTATION}=another")
    try:
        yield
    finally:
        injector.kubectl(*annotate, f"{OWNER_ANNOTATION}={before}")


@pytest.mark.parametrize("fault", [no_controller, lease_of_another])
def test_no_controller_leads(
    prometheus: Prometheus, injector: FaultInjector, api: ApiClient, cv: Any, fault: Any
) -> None:
    with fault(injector):
        fires(prometheus, "PdfExportLeaderMissing")
        job = api.post(cv)

    assert api.finished(job)["status"] == "done"
