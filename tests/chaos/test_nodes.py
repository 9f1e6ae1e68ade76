"""One of two nodes is lost, cut off or drained: its jobs are done by the other, and nothing waits for it."""

from __future__ import annotations

import time

from tests.chaos.conftest import Play
from tests.chaos.fault_injector import NAME, FaultInjector
from tests.chaos.scene import Scene

_FIRST, _SECOND = "node-1", "node-2"
# The timeout of charts/pdf-export/values.yaml: a node is given up that has been silent for 50 s. The API stays, so that
# what is measured is the wait for the controller and the renderers.
_VALUES = ("jobs.timeoutSeconds=60", "api.replicas=1", f"api.nodeSelector.kubernetes\\.io/hostname={_FIRST}")
_LEADER_SECONDS = 20.0


def test_a_node_lost_with_the_leader_and_jobs_under_way(play: Play, injector: FaultInjector) -> None:
    """Guarantees 1 and 7. The power cut: no process of the node is left, and nobody reports it."""
    with play("node lost") as scene, injector.on_two_nodes(*_VALUES):
        injector.lead_from(_SECOND)
        there = hold_jobs_on(scene, injector, _SECOND)
        injector.cluster.lose_node()
        lost_at = time.monotonic()
        injector.storage("none")
        [job] = scene.post()
        scene.until("the other controller assigns it", lambda: "renderer" in scene.status(job), seconds=_LEADER_SECONDS)
        print(f"first assignment {time.monotonic() - lost_at:.1f} s after the leader's node was lost")
        assert injector.leader()["spec"]["nodeName"] == _FIRST
        scene.post(5)
        for each in scene.accepted:
            scene.ended(each.job_id)
        assert_taken_over(scene, there)
        print(f"slowest job {max(map(scene.took, scene.accepted)):.1f} s")


def test_a_node_cut_off_with_the_leader_and_jobs_under_way(play: Play, injector: FaultInjector) -> None:
    """Guarantees 1, 2 and 7. Its programs run on, and find out when they are back that others have taken over."""
    with play("node cut off") as scene, injector.on_two_nodes(*_VALUES):
        injector.lead_from(_SECOND)
        there = hold_jobs_on(scene, injector, _SECOND)
        with injector.cluster.node_cut_off():
            injector.storage("none")
            scene.post(5)
            for each in scene.accepted:
                scene.ended(each.job_id)
        scene.until("its renderer serves again", lambda: injector.nodes("renderer") == {_FIRST, _SECOND}, seconds=120)
        scene.post(10)
        assert_taken_over(scene, there)


def test_a_node_drained_under_load(play: Play, injector: FaultInjector) -> None:
    """Guarantee 7. One of two of each component is evicted, the leader and renderers with jobs among them."""
    with play("node drained under load") as scene, injector.on_two_nodes():
        for component in ("api", "controller", "renderer"):
            assert injector.nodes(component) == {_FIRST, _SECOND}, component
        injector.lead_from(_SECOND)
        there = hold_jobs_on(scene, injector, _SECOND)
        scene.keep_posting(40, every=0.3)
        injector.storage("none")
        flags = ("--delete-emptydir-data", f"--pod-selector=app.kubernetes.io/instance={NAME}", "--timeout=120s")
        injector.kubectl("drain", _SECOND, *flags)
        assert not any(injector.nodes(component) - {_FIRST} for component in ("api", "controller", "renderer"))
        scene.wait_for_posters()
        for each in scene.accepted:
            scene.ended(each.job_id)
        assert {scene.status(job)["attempt"] for job in there} == {1}
        assert not scene.refusals
        print(f"slowest job {max(map(scene.took, scene.accepted)):.1f} s")


def assert_taken_over(scene: Scene, jobs: list[str]) -> None:
    """Each of the jobs was done in its second attempt, by another renderer."""
    renderers = {job: scene.history(job).renderers for job in jobs}
    assert all(attempts.keys() == {1, 2} for attempts in renderers.values()), (renderers, scene.accepted)


def hold_jobs_on(scene: Scene, injector: FaultInjector, node: str) -> list[str]:
    """Jobs whose uploads are held, in every slot; those that a renderer on the node has."""
    injector.storage("hold")
    jobs = scene.post(4)
    scene.until("all have renderers", lambda: all(scene.status(job).get("renderer") for job in jobs))
    injector.uploads_met(len(jobs))
    at = {pod["metadata"]["name"]: pod["spec"]["nodeName"] for pod in injector.pods("renderer")}
    there = [job for job in jobs if at[scene.status(job)["renderer"]] == node]
    assert there
    return there
