"""The controller's state of a pod, and the pods it makes."""

from __future__ import annotations

from typing import Any

from controller.state.pod import TEMPLATE_LABEL, Pod, PodTemplate, Stage
from crds.job import parse_time


def pod_object(**status: Any) -> dict[str, Any]:
    return {
        "metadata": {
            "name": "r-1",
            "uid": "u",
            "resourceVersion": "7",
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {TEMPLATE_LABEL: "t1"},
        },
        "status": status,
    }


def ready(status: str) -> dict[str, str]:
    return {"type": "Ready", "status": status, "lastTransitionTime": "2026-01-01T00:00:05Z"}


def test_a_pod_is_ready_since_its_condition_says_so() -> None:
    pod = Pod.from_object(pod_object(phase="Running", conditions=[ready("True")]))
    assert pod.ready_at == parse_time("2026-01-01T00:00:05Z")
    assert pod.template == "t1"


def test_a_pod_without_conditions_is_not_ready() -> None:
    pod = Pod.from_object(pod_object())
    assert (pod.ready_at, pod.created) == (None, parse_time("2026-01-01T00:00:00Z"))


def container(name: str, state: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "restartCount": 0, "state": {state: fields}}


def test_a_renderer_has_ended_with_its_process_although_a_sidecar_lives() -> None:
    sidecar = container("mesh", "running")
    for code in (0, 137):
        statuses = [sidecar, container("renderer", "terminated", exitCode=code)]
        assert Pod.from_object(pod_object(phase="Running", containerStatuses=statuses)).finished


def test_a_renderer_lives_although_a_sidecar_has_ended() -> None:
    statuses = [container("mesh", "terminated", exitCode=1), container("renderer", "running")]
    assert not Pod.from_object(pod_object(phase="Running", containerStatuses=statuses)).finished


def test_a_renderer_whose_process_was_started_again_has_ended() -> None:
    for state in ("waiting", "running"):
        again = {**container("renderer", state), "restartCount": 1}
        assert Pod.from_object(pod_object(phase="Running", containerStatuses=[again])).finished


def test_a_pods_stage_is_what_the_scheduler_and_the_kubelet_have_done() -> None:
    def stage(*statuses: dict[str, Any], phase: str = "Pending", scheduled: str = "True") -> Stage:
        conditions = [condition("PodScheduled", scheduled, 1)]
        return Pod.from_object(pod_object(phase=phase, containerStatuses=list(statuses), conditions=conditions)).stage

    sidecar, waiting = container("mesh", "running"), container("renderer", "waiting", reason="ImagePullBackOff")
    assert Pod.from_object(pod_object()).stage is Stage.UNSCHEDULED
    assert stage(scheduled="False") is Stage.UNSCHEDULED
    assert stage() is Stage.PULLING
    assert stage(sidecar, waiting) is Stage.PULLING
    assert stage(sidecar, container("renderer", "running")) is Stage.STARTED
    assert stage({**waiting, "restartCount": 1}) is Stage.STARTED
    assert stage(container("renderer", "terminated", exitCode=1), phase="Failed") is Stage.STARTED
    assert stage(phase="Failed") is Stage.STARTED, "a pod that has ended may have run"


def condition(kind: str, status: str, second: int) -> dict[str, str]:
    return {"type": kind, "status": status, "lastTransitionTime": f"2026-01-01T00:00:{second:02}Z"}


def test_a_pod_was_ready_when_ready_has_changed_since_it_was_initialized() -> None:
    def was_ready(*conditions: dict[str, str]) -> bool:
        return Pod.from_object(pod_object(phase="Running", conditions=list(conditions))).was_ready

    assert was_ready(condition("Initialized", "True", 1), condition("Ready", "False", 9))
    assert not was_ready(condition("Initialized", "True", 1), condition("Ready", "True", 9))
    assert not was_ready(condition("Initialized", "True", 1), condition("Ready", "False", 1))
    assert not was_ready(condition("Initialized", "True", 5), condition("Ready", "False", 1))
    assert not was_ready(condition("Initialized", "False", 1), condition("Ready", "False", 9))


def test_what_keeps_a_pod_from_starting_is_told() -> None:
    waiting = {"state": {"waiting": {"reason": "ErrImagePull", "message": "no such image"}}}
    assert Pod.from_object(pod_object(containerStatuses=[waiting])).trouble == "ErrImagePull: no such image"
    creating = {"state": {"waiting": {"reason": "ContainerCreating"}}}
    assert Pod.from_object(pod_object(containerStatuses=[creating])).trouble == ""
    ended = {"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}
    assert Pod.from_object(pod_object(containerStatuses=[ended])).trouble == "OOMKilled, exit code 137"
    said = {"state": {"terminated": {"exitCode": 2, "reason": "Error", "message": "PDFEXPORT_PORT is 'x'"}}}
    assert Pod.from_object(pod_object(containerStatuses=[said])).trouble == "Error, exit code 2: PDFEXPORT_PORT is 'x'"
    unscheduled = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "no room"}
    assert Pod.from_object(pod_object(conditions=[unscheduled])).trouble == "Unschedulable: no room"


def test_an_init_container_that_fails_is_named_with_the_end_of_its_log() -> None:
    failed = container("setup", "terminated", exitCode=1, reason="Error", message="x" * 400 + "\nno such bucket\n")
    waits = container("renderer", "waiting", reason="PodInitializing")
    trouble = Pod.from_object(pod_object(initContainerStatuses=[failed], containerStatuses=[waits])).trouble
    assert trouble.startswith("container setup: Error, exit code 1: …x")
    assert trouble.endswith("no such bucket")


def test_a_container_that_is_started_again_and_again_is_reported_with_how_it_ended() -> None:
    ended = {"terminated": {"exitCode": 2, "reason": "Error", "message": "the key is no JSON"}}
    waits = container("renderer", "waiting", reason="CrashLoopBackOff", message="back-off 5m0s")
    trouble = Pod.from_object(pod_object(containerStatuses=[{**waits, "lastState": ended}])).trouble
    assert trouble == "CrashLoopBackOff: Error, exit code 2: the key is no JSON"


def test_an_evicted_pod_has_the_reason_of_its_eviction() -> None:
    pod = Pod.from_object(pod_object(phase="Failed", reason="Evicted", message="The node was low on memory."))
    assert (pod.finished, pod.trouble) == (True, "Evicted: The node was low on memory.")


def test_a_new_pod_has_the_templates_labels_its_digest_and_an_owner() -> None:
    template = PodTemplate.from_manifest({"kind": "Pod", "metadata": {"labels": {"a": "b"}}, "spec": {"x": 1}})
    manifest = template.pod("r-2", owner={"kind": "Deployment", "name": "c", "uid": "u"})
    assert manifest["metadata"] == {
        "name": "r-2",
        "labels": {"a": "b", TEMPLATE_LABEL: template.digest},
        "ownerReferences": [{"kind": "Deployment", "name": "c", "uid": "u", "controller": True}],
    }
    assert manifest["spec"] == {"x": 1}


def test_another_template_has_another_digest() -> None:
    one, other = ({"spec": {"image": image}} for image in ("a:1", "a:2"))
    assert PodTemplate.from_manifest(one).digest == PodTemplate.from_manifest(dict(one)).digest
    assert PodTemplate.from_manifest(one).digest != PodTemplate.from_manifest(other).digest


def test_a_new_version_of_the_chart_alone_is_no_other_template() -> None:
    def digest(**labels: str) -> str:
        return PodTemplate.from_manifest({"metadata": {"labels": {"team": "cv"} | labels}, "spec": {}}).digest

    versions = {"helm.sh/chart": "pdf-export-1.2.3", "app.kubernetes.io/version": "1.2.3"}
    assert digest(**versions) == digest(**dict.fromkeys(versions, "2.0.0"))
    assert digest(**versions) != digest(**versions, team="shop")


def test_a_pod_is_lost_with_its_node_when_only_the_node_controller_says_that_it_is_not_ready() -> None:
    def lost(ready: str, containers: str, **spec: Any) -> bool:
        conditions = [condition("Ready", ready, 9), condition("ContainersReady", containers, 5)]
        return Pod.from_object({**pod_object(phase="Running", conditions=conditions), "spec": spec}).node_lost

    assert lost("False", "True")
    assert not lost("True", "True")
    assert not lost("False", "False"), "the kubelet says so"
    assert not lost("False", "True", readinessGates=[{"conditionType": "mesh.dev/ready"}])
