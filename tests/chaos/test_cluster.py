"""What the release stands on fails: the kubelet, the API server, etcd's history, the room on the node."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest

from bench.testbed import is_ready
from crds.job import parse_time
from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FULLNAME, NO_IMAGE, FaultInjector
from tests.chaos.injected import FAILING_INIT
from tests.chaos.scene import Scene
from tests.e2e.client import condition

_ETCD = "http://127.0.0.1:2379/v3/kv"
_API_SERVER_AWAY_SECONDS = 30.0
_START_SECONDS = 5
_NO_SECRET = (
    "renderer.extraVolumes[0].name=absent,renderer.extraVolumes[0].secret.secretName=no-such-secret,"
    "renderer.extraVolumeMounts[0].name=absent,renderer.extraVolumeMounts[0].mountPath=/absent"
)
# No emulator, and a file that is no key.
_NO_KEY = (
    "renderer.extraEnv[0].name=STORAGE_EMULATOR_HOST,renderer.extraEnv[0].value=,"
    "renderer.extraEnv[1].name=GOOGLE_APPLICATION_CREDENTIALS,renderer.extraEnv[1].value=/etc/hostname"
)


def test_the_kubelet_stopped_and_a_renderer_dead(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Nobody says that the renderer is dead: its job waits for another one when its time is over."""
    with play("kubelet stopped, renderer dead") as scene:
        [pod] = injector.pods("renderer")
        [slow] = scene.post(trouble="slow-fill")
        scene.given(slow, 1)
        with injector.stopped("kubelet"):
            injector.kill_main(pod)
            scene.until("an Event about the job tells why", lambda: scene.events(slow) == ["RendererLost"], seconds=60)
        scene.post(5)
        assert scene.ended(slow, seconds=60)["attempt"] == 2


def test_the_kubelet_stopped_for_a_moment(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The renderers work on without it; what dies meanwhile is found out when it is back."""
    with play("kubelet stopped under load") as scene:
        scene.keep_posting(20)
        pod = scene.some_at_work()
        with injector.stopped("kubelet"):
            injector.kill_main(pod)
            scene.wait_for_posters()


@pytest.mark.parametrize(
    ("how", "kill"),
    [pytest.param("killed", True, marks=pytest.mark.brief), ("stopped, its address withdrawn,", False)],
    ids=["killed", "stopped"],
)
def test_the_api_server_away_under_load(play: Play, injector: FaultInjector, how: str, kill: bool) -> None:
    """Guarantee 1. Results that cannot be written are kept until they can; nobody's job is ended for it."""
    with play(f"API server {how} for {_API_SERVER_AWAY_SECONDS:.0f} s under load") as scene:
        scene.keep_posting(40, every=0.2)
        scene.post_at_once(20)
        scene.wait_for_accepted(5)
        scene.some_at_work()
        with injector.stopped("kube-apiserver", kill=kill):
            time.sleep(_API_SERVER_AWAY_SECONDS)  # The fault itself: it lasts so long.


def test_watches_that_get_410(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The programs sleep through so much that the API server cannot tell it any more: they list again."""
    with play("etcd compacted, watches get 410") as scene:
        first = scene.post(5)
        with injector.asleep("controller"), injector.asleep("api"), injector.asleep("renderer"):
            gone = [scene.create() for _ in range(3)]
            injector.kubectl("delete", "pdfexportjobs", *gone)
            kept = [scene.create() for _ in range(3)]
            with injector.stopped("kube-apiserver", kill=True):
                compact()
        for job in (*first, *kept):
            scene.ended(job)
        # What has ended a watch may end the next one more than a minute later.
        scene.keep_posting(25, every=3)
        scene.wait_for_posters()


@pytest.mark.parametrize(
    ("fault", "value", "because"),
    [
        ("image of the renderer missing", NO_IMAGE, "ImagePull"),
        (
            "node out of room, renderers unschedulable",
            "renderer.resources.requests.cpu=1000",
            "Insufficient cpu",
        ),
        ("Secret of the renderer missing", _NO_SECRET, 'secret "no-such-secret" not found'),
        ("key of the storage not valid", _NO_KEY, "File /etc/hostname is not a valid json file"),
    ],
    ids=["image-missing", "no-room", "secret-missing", "bad-key"],
)
def test_renderers_that_cannot_start(play: Play, injector: FaultInjector, fault: str, value: str, because: str) -> None:
    """Guarantee 1. An image, a Secret, a key or room on a node is missing: jobs wait, and a condition says why."""
    with play(fault) as scene, injector.installed(value, "pool.startDeadlineSeconds=4", in_vain=True):
        waiting(scene, injector, because=because)


def test_an_init_container_that_fails(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The pods' init container, of a service mesh say, fails: jobs wait, and a condition says how."""
    with play("init container of the renderer fails") as scene, injector.injecting(FAILING_INIT):
        # Those of before would serve on, and no other is launched beside them.
        injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer")
        waiting(scene, injector, because="container set-up: Error, exit code 3: no route to the mesh")


@pytest.mark.brief
def test_a_node_that_takes_no_pods_for_longer_than_a_start_may_take(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. As with an autoscaler: the pod waits for its node and is not given up, and the condition follows."""
    renderers = partial(condition, injector.kubectl, f"{FULLNAME}-controller", "RenderersAvailable")
    with play("no node for a renderer") as scene, injector.installed(f"pool.startDeadlineSeconds={_START_SECONDS}"):
        [node] = injector.nodes("renderer")
        injector.kubectl("cordon", node)
        try:
            before = injector.pod_names("renderer")
            injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer")
            # Nothing has failed to start: the condition is about those that are ready.
            scene.until("the condition says that none is ready", lambda: renderers()["status"] == "False")
            jobs = scene.post(2)
            scene.until("a pod waits for a node", lambda: bool(injector.pod_names("renderer") - before))
            first = injector.pod_names("renderer") - before
            scene.until("it has waited for long", lambda: age(injector, first) > 2 * _START_SECONDS)
            assert first <= injector.pod_names("renderer")
        finally:
            injector.kubectl("uncordon", node)
        scene.until("it is ready", lambda: first <= {name(pod) for pod in injector.pods("renderer") if is_ready(pod)})
        scene.until("the condition says so", lambda: renderers()["status"] == "True")
        assert {scene.ended(job)["attempt"] for job in jobs} == {1}


def age(injector: FaultInjector, pods: Iterable[str]) -> float:
    """The seconds since the youngest of some pods was created."""
    return time.time() - max(parse_time(injector.pod(each)["metadata"]["creationTimestamp"]) for each in pods)


def name(pod: dict[str, Any]) -> str:
    """The name of a pod."""
    return str(pod["metadata"]["name"])


def waiting(scene: Scene, injector: FaultInjector, *, because: str) -> None:
    """Jobs are accepted and wait, and condition and Event say why; the renderers of before are gone."""
    deployment = f"deployment/{FULLNAME}-controller"
    message = ("get", deployment, "-o", "jsonpath={.status.conditions[?(@.type=='RenderersAvailable')].message}")
    # The new controller leads, and the kubelet, or the scheduler, has given a reason.
    try:
        scene.until("the condition says why", lambda: because in injector.kubectl(*message), seconds=120)
    except AssertionError as e:
        e.add_note(injector.kubectl(*message))
        e.add_note(injector.kubectl("get", "pods,events"))
        raise
    # Those of before would serve on.
    injector.kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer")
    injector.kubectl("wait", "--for=condition=RenderersAvailable=False", deployment, "--timeout=60s")
    assert injector.kubectl("get", "events", "--field-selector=reason=RendererNotReady", "-o", "name").strip()
    jobs = scene.post(3)
    scene.until("the jobs are seen", lambda: all(scene.history(job).versions for job in jobs))
    assert all(scene.status(job).get("phase", "Pending") == "Pending" for job in jobs)


def compact() -> None:
    """Take all of etcd's history away, as the API server does every five minutes with what is older than that."""
    revision = _etcd("range", {"key": "AA=="})["header"]["revision"]
    _etcd("compaction", {"revision": revision, "physical": True})


def _etcd(method: str, body: dict[str, object]) -> dict[str, dict[str, str]]:
    asked = urllib.request.Request(f"{_ETCD}/{method}", data=json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(asked, timeout=10) as answer:
        found: dict[str, dict[str, str]] = json.load(answer)
    return found
