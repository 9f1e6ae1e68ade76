"""The renderers' template changes under load: an upgrade, an image that cannot be pulled, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bench.testbed import is_ready
from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FULLNAME, MIN_WARM, NO_IMAGE, FaultInjector
from tests.chaos.recorder import ReadyRenderers
from tests.chaos.scene import Scene

_JOBS_PER_SECOND = 4
_OTHER_TEMPLATE = "templates.revision=other"


@pytest.fixture
def renderers(injector: FaultInjector) -> Iterator[ReadyRenderers]:
    """The renderers that are ready, followed by a watch."""
    renderers = ReadyRenderers(injector.release)
    renderers.start()
    yield renderers
    renderers.stop()


@contextmanager
def without_a_gap(scene: Scene, renderers: ReadyRenderers) -> Iterator[None]:
    """Jobs are posted while something happens: there are always enough ready renderers, and each job has one attempt.

    How long the slowest job takes is in the table: it depends on what else the machine does.
    """
    scene.until("a renderer is ready", lambda: renderers.ready >= MIN_WARM)
    renderers.fewest = renderers.ready
    with scene.posting(every=1 / _JOBS_PER_SECOND):
        scene.wait_for_accepted(_JOBS_PER_SECOND)
        yield
    scene.until("all jobs have ended", lambda: all(scene.history(job.job_id).ended_at for job in scene.accepted))
    print(f"{scene.name}: never fewer than {renderers.fewest} ready renderers, {scene.refusals} posts refused")
    slowest = max(scene.accepted, key=scene.took)
    status = {key: value for key, value in scene.status(slowest.job_id).items() if not key.startswith("file")}
    print(f"{len(scene.accepted)} jobs, the slowest took {scene.took(slowest):.1f} s: {status}")
    assert renderers.fewest >= MIN_WARM
    assert scene.refusals == 0
    attempts = {job.job_id: scene.history(job.job_id).renderers for job in scene.accepted}
    assert not {job for job, renderers in attempts.items() if len(renderers) > 1}, "a job was taken from its renderer"


def replaced(scene: Scene, injector: FaultInjector, *values: str) -> None:
    """Upgrade to these values, until all renderers are others."""
    before = injector.pod_names("renderer")
    injector.install(*values)
    scene.until("the renderers are others", lambda: not before & injector.pod_names("renderer"))


def test_an_upgrade_of_the_renderers(play: Play, injector: FaultInjector, renderers: ReadyRenderers) -> None:
    """Guarantee 7. Pods of the older template serve until as many new ones are ready, there and back."""
    with play("upgrade and rollback under load") as scene, injector.installed(), without_a_gap(scene, renderers):
        for values in (_OTHER_TEMPLATE,), ():
            replaced(scene, injector, *values)


def test_a_bad_image_and_its_rollback(play: Play, injector: FaultInjector, renderers: ReadyRenderers) -> None:
    """Guarantee 7. The pool serves on while the new image cannot be pulled; Helm notices, and the way back is open."""
    with play("bad image and rollback under load") as scene, injector.installed(), without_a_gap(scene, renderers):
        injector.install_in_vain(NO_IMAGE, "pool.startDeadlineSeconds=4")
        deployment = f"deployment/{FULLNAME}-controller"
        message = ("get", deployment, "-o", "jsonpath={.status.conditions[?(@.type=='RenderersAvailable')].message}")
        scene.until("the condition says why", lambda: "ImagePull" in injector.kubectl(*message))
        injector.install()
        scene.until("the others are left", lambda: all(map(is_ready, injector.pods("renderer"))))
