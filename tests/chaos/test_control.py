"""The controller and the API die, or their clocks and tokens are wrong: no job is lost, none is made twice."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import pytest

from bench.testbed import is_ready
from tests.chaos import faketime
from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FaultInjector
from tests.chaos.scene import Scene
from tests.chaos.tokens import ShortLived


@pytest.mark.brief
def test_the_controller_killed_while_jobs_wait_run_and_finish(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Nothing lives in its memory only."""
    injector.renew("controller")
    with play("controller killed under load") as scene:
        for _ in range(2):
            scene.keep_posting(20, every=0.05)
            scene.some_at_work()
            kill(scene, injector, "controller")


@pytest.mark.brief
def test_controller_and_renderers_killed_at_once(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Nobody is left who knows of the jobs but the API server."""
    injector.renew("controller")
    with play("controller and renderers killed at once") as scene:
        scene.keep_posting(20, every=0.05)
        scene.some_at_work()
        kill(scene, injector, "controller", beside=injector.pods("renderer"))


@pytest.mark.brief
def test_the_leader_lost_while_another_stands_by(play: Play, injector: FaultInjector) -> None:
    """Guarantee 7. Its node does not answer: the other leads when the Lease has not changed for its time. Woken, the
    first one writes nothing."""
    with play("leader of two lost") as scene, injector.installed("controller.replicas=2"):
        before = injector.leader()
        scene.post(2)
        with injector.pods_asleep([before]):
            lost_at = time.monotonic()
            [job] = scene.post()
            scene.given(job, 1)
            print(f"first assignment {time.monotonic() - lost_at:.1f} s after the leader was lost")
            assert time.monotonic() - lost_at < 2 * 10
            assert injector.leader()["metadata"]["name"] != before["metadata"]["name"]
        scene.keep_posting(20)
        scene.wait_for_posters()


@pytest.mark.brief
def test_a_rollout_of_the_controller_under_load(play: Play, injector: FaultInjector) -> None:
    """Guarantee 7. The leader releases the Lease when it ends, and the next one is ready to lead."""
    with play("controller rolled out under load") as scene, injector.installed("controller.replicas=2"):
        scene.keep_posting(60, every=0.3)
        scene.wait_for_accepted(5)
        injector.roll_out("controller")
        scene.wait_for_posters()
        for job in scene.accepted:
            scene.ended(job.job_id)
        print(f"slowest job {max(map(scene.took, scene.accepted)):.1f} s")


@pytest.mark.brief
def test_the_owners_made_anew(play: Play, injector: FaultInjector) -> None:
    """Guarantees 1 and 3. The Deployments that own jobs and renderers are others: what belongs to the old ones would be
    deleted at once, jobs that were answered 202 too."""
    with play("Deployments made anew under load") as scene:
        old = {component: injector.uid(component) for component in ("api", "controller")}
        with scene.posting(every=0.25):
            scene.wait_for_accepted(4)
            for component in old:
                injector.make_anew(component)
            before = len(scene.accepted)
            scene.wait_for_accepted(before + 20)
        new = {component: injector.uid(component) for component in old}
        assert not set(old.values()) & set(new.values())
        # New renderers belong to the new one, and live.
        replaced = injector.pod_names("renderer")
        injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer")
        scene.until("the renderers are others", lambda: not replaced & injector.pod_names("renderer"))
        scene.until("one is ready", lambda: any(map(is_ready, injector.pods("renderer"))))
        owners = {pod["metadata"]["ownerReferences"][0]["uid"] for pod in injector.pods("renderer")}
        assert owners == {new["controller"]}
        scene.post(2)


@pytest.mark.brief
def test_the_api_killed_in_the_middle_of_a_create(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The API server has the request and the API has no answer yet; whether a job was made, nobody
    knows. The client's retry with the same Idempotency-Key gets the one job."""
    injector.renew("api")
    with play("API killed in the middle of a create") as scene:
        [api] = injector.pods("api")
        with injector.frozen("kube-apiserver"):
            scene.post_at_once(8)
            scene.until("the API has the requests", lambda: injector.in_flight(api) >= 8, seconds=5)
            injector.kill_main(api)
        scene.wait_for_posters()
        assert scene.refusals


def test_the_api_killed_under_load(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. As before, at moments of chance."""
    injector.renew("api")
    with play("API killed under load") as scene:
        for count in (10, 60):
            before = scene.refusals
            scene.keep_posting(50, every=0.05)
            scene.wait_for_accepted(count)
            kill(scene, injector, "api")
            assert scene.refusals > before


@pytest.mark.parametrize("component", ["api", "controller"])
def test_a_token_that_expires(play: Play, injector: FaultInjector, component: str) -> None:
    """Guarantee 1. The API server refuses what the program has known so far; the file has the next token already."""
    tokens = ShortLived(injector, component)
    try:
        with play(f"token of the {component} expired") as scene:
            tokens.give()
            scene.post(3)
            tokens.renew()
            scene.until("the kubelet brings it", tokens.arrived, seconds=120)
            tokens.expire()
            # For ten seconds the API server remembers that it was good.
            scene.keep_posting(60, every=0.25)
            scene.wait_for_posters()
            assert running(injector, component) is not None
    finally:
        tokens.take_back()


@pytest.mark.parametrize(
    ("component", "seconds"), [("api", 900), ("api", -60), ("controller", 900), ("controller", -60)]
)
def test_a_clock_that_is_wrong(play: Play, injector: FaultInjector, component: str, seconds: int) -> None:
    """Guarantee 1. By the wrong clock every job has expired when it is made, or does not for a while: only the API
    server's counts."""
    injector.apply(faketime.config_map(faketime.library().read_bytes()))
    try:
        with play(f"clock of the {component} {seconds:+d} s") as scene:
            injector.change(component, faketime.wrong_clock(component, seconds=seconds))
            scene.until("its clock is wrong", lambda: abs(injector.ahead(component) - seconds) < 10)
            scene.keep_posting(10)
            scene.wait_for_posters()
    finally:
        injector.change(component, faketime.right_clock(component))


def kill(scene: Scene, injector: FaultInjector, component: str, *, beside: Iterable[dict[str, Any]] = ()) -> None:
    """SIGKILL for the one pod of a component, and others; wait until it runs again."""
    [pod] = injector.pods(component)
    [before] = pod["status"]["containerStatuses"]
    for each in (pod, *beside):
        injector.kill_main(each)

    def again() -> bool:
        restarts = running(injector, component)
        return restarts is not None and restarts > before["restartCount"]

    scene.until(f"the {component} runs again", again, seconds=90)


def running(injector: FaultInjector, component: str) -> int | None:
    """How often the one pod of a component has been started again; None while it is not ready."""
    [pod] = injector.pods(component)
    [state] = pod["status"]["containerStatuses"]
    return int(state["restartCount"]) if state["ready"] else None
