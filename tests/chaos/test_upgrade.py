"""Under load: upgrades of the renderers' template or of all, an image that cannot be pulled, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.testbed import is_ready
from tests.chaos import last_version
from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FULLNAME, MIN_WARM, NO_IMAGE, FaultInjector
from tests.chaos.last_version import Version
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


def replaced(scene: Scene, injector: FaultInjector, *values: str, version: Version | None = None) -> None:
    """Upgrade to these values, or to another version, until all renderers are others."""
    before = injector.pod_names("renderer")
    injector.install(*values, version=version)
    scene.until("the renderers are others", lambda: not before & injector.pod_names("renderer"))


def test_an_upgrade_of_the_renderers(play: Play, injector: FaultInjector, renderers: ReadyRenderers) -> None:
    """Guarantee 7. Pods of the older template serve until as many new ones are ready, there and back."""
    with play("upgrade and rollback under load") as scene, injector.installed(), without_a_gap(scene, renderers):
        for values in (_OTHER_TEMPLATE,), ():
            replaced(scene, injector, *values)


@pytest.mark.brief
def test_an_upgrade_from_the_last_version(
    play: Play, injector: FaultInjector, renderers: ReadyRenderers, tmp_path: Path
) -> None:
    """Guarantee 7. Chart, definition and images of the last version are replaced by these, and come back."""
    if not last_version.is_there():
        pytest.skip("this clone lacks the last version, being shallow: git fetch --unshallow --tags")
    last = last_version.make(injector.paths, tmp_path / "last-version")
    name = "upgrade from the last version and rollback under load"
    with play(name) as scene, injector.installed(version=last), without_a_gap(scene, renderers):
        for version in None, last:
            before = images_of(injector)
            replaced(scene, injector, version=version)
            assert not before & images_of(injector)


def images_of(injector: FaultInjector) -> set[str]:
    """The images of all pods of the three programs."""
    pods = (pod for component in ("api", "controller", "renderer") for pod in injector.pods(component))
    return {pod["spec"]["containers"][0]["image"] for pod in pods}


def test_a_bad_image_and_its_rollback(play: Play, injector: FaultInjector, renderers: ReadyRenderers) -> None:
    """Guarantee 7. The pool serves on while the new image cannot be pulled; Helm notices, and the way back is open."""
    with play("bad image and rollback under load") as scene, injector.installed(), without_a_gap(scene, renderers):
        injector.install_in_vain(NO_IMAGE, "pool.startDeadlineSeconds=4")
        deployment = f"deployment/{FULLNAME}-controller"
        message = ("get", deployment, "-o", "jsonpath={.status.conditions[?(@.type=='RenderersAvailable')].message}")
        scene.until("the condition says why", lambda: "ImagePull" in injector.kubectl(*message))
        injector.install()
        scene.until("the others are left", lambda: all(map(is_ready, injector.pods("renderer"))))
