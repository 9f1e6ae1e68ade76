"""The controller and the API die, or their clocks and tokens are wrong: no job is lost, none is made twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

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
