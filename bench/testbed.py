"""The release under measurement: its settings, its renderer pods, and the API server behind it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from bench.meter import Meter
from bench.sample import Sample
from cluster import demo
from cluster.paths import CHECKOUT, foreign_kubeconfig
from cluster.progress import Failed, say, wait_until
from cluster.release import Release, ensure, images
from controller.state.pod import TEMPLATE_LABEL, PodTemplate

_IDLE_RENDERER = CHECKOUT / "bench" / "idle_renderer.py"
_IDLE_NAME = "bench-idle-renderer"
_MOUNT = "/bench"
_PODS_SECONDS = 90.0
# Jobs are deleted this long after their creation, so that a measurement soon has as many deletions as creations.
TTL_SECONDS = 5
_ALWAYS = {"jobs.ttlSeconds": TTL_SECONDS, "pool.jobsPerPod": 100_000, "pool.idleSeconds": 1}


class Testbed:
    """One release, settled anew for each part; `sample` is what all parts export."""

    def __init__(self, sample: Sample, *, scale: float = 1.0, release: Release | None = None) -> None:
        """`scale` shortens every measurement, for a quick look. Without a release it is the demo's."""
        self.sample = sample
        self.scale = scale
        self.release = release or demo.release()
        if foreign_kubeconfig(self.release.paths):
            raise Failed("KUBECONFIG names another cluster: processes are read on this machine, unset KUBECONFIG")
        # For KubeClient, which shall find the cluster as kubectl does.
        os.environ["KUBECONFIG"] = str(self.release.paths.kubeconfig)
        self.meter = Meter(self.release)
        self.series: dict[str, dict[str, list[float]]] = {}
        """What is drawn over time, by name: of the last run."""
        self._images: Mapping[str, str] = {}
        self._installed: list[str] = []
        self._idle = False

    def count(self, jobs: int) -> int:
        """So many, or fewer for a quick look."""
        return max(round(jobs * self.scale), 2)

    def seconds(self, seconds: float) -> float:
        """So long, or shorter for a quick look."""
        return max(seconds * self.scale, 2.0)

    def up(self) -> None:
        """Bring the cluster and the images up. They stay as they are, whatever changes in the checkout meanwhile."""
        ensure(self.release)
        self._images = images(self.release.paths)

    def settle(self, pods: int, *, idle_renderers: bool = False, **values: int | str) -> None:
        """Install with these values (`pool_minWarm=1` is pool.minWarm) and wait until so many renderers are ready.

        With idle_renderers the pods print nothing.
        """
        given = {name.replace("_", "."): value for name, value in values.items()}
        settings = {**_ALWAYS, "pool.minWarm": pods, "pool.max": max(pods, 1), **given}
        wanted = [f"{name}={value}" for name, value in sorted(settings.items())]
        if wanted != self._installed or idle_renderers != self._idle:
            say("settling the release: " + " ".join(wanted) + (", renderers that print nothing" * idle_renderers))
            self.release.install(self._images, values=wanted)
            self._installed = wanted
            if idle_renderers or self._idle:
                self._restart_controller(with_idle_renderers=idle_renderers)
        self.wait_for_renderers(pods)

    def scale_controller(self, replicas: int, *, wait: bool = True) -> None:
        """Start or stop the controller; the renderers stay."""
        deployment = f"deployment/{self.release.name}-controller"
        self.release.kubectl("scale", deployment, f"--replicas={replicas}")
        if wait:
            pods = ("get", "pods", "-l", "app.kubernetes.io/component=controller", "-o", "name")

            def scaled() -> bool:
                return len(self.release.kubectl(*pods).split()) == replicas

            wait_until(f"{replicas} controllers", scaled, seconds=_PODS_SECONDS)

    def restore(self) -> None:
        """Leave the release as `make demo-kubernetes` makes it."""
        self.release.install(self._images)
        if self._idle:
            self._restart_controller(with_idle_renderers=False)
        self._installed = []

    def api_url(self) -> str:
        """The API's address; Failed when nothing answers there."""
        return self.release.url("api")

    def renderers(self) -> list[dict[str, Any]]:
        """The renderer pods that are there, as the API server shows them."""
        selector = "app.kubernetes.io/component=renderer"
        items: list[dict[str, Any]] = json.loads(self.release.kubectl("get", "pods", "-l", selector, "-o", "json"))[
            "items"
        ]
        return items

    def wait_for_renderers(self, count: int) -> list[str]:
        """Wait until there are so many renderer pods, all ready, made from the template of now; their names."""
        names: list[str] = []
        [text] = self._pod_template()["data"].values()
        template = PodTemplate.from_manifest(yaml.safe_load(text)).digest

        def settled() -> bool:
            pods = self.renderers()
            names[:] = [pod["metadata"]["name"] for pod in pods]
            return len(pods) == count and all(is_ready(pod) and template_of(pod) == template for pod in pods)

        wait_until(f"{count} renderers are ready", settled, seconds=_PODS_SECONDS, every=0.1)
        return names

    def jobs(self, job_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """status of those of these jobs that have not expired yet, by jobId."""
        wanted = set(job_ids)
        items = json.loads(self.release.kubectl("get", "pdfexportjobs", "-o", "json"))["items"]
        return {item["metadata"]["name"]: item["status"] for item in items if item["metadata"]["name"] in wanted}

    def timings(self, job_ids: Iterable[str]) -> dict[str, list[float]]:
        """status.timings of these jobs, milliseconds by step."""
        found: dict[str, list[float]] = {}
        for status in self.jobs(job_ids).values():
            for step, milliseconds in status.get("timings", {}).items():
                found.setdefault(step, []).append(milliseconds)
        return found

    def _restart_controller(self, *, with_idle_renderers: bool) -> None:
        """Helm has put the chart's own pod template there; the controller reads it when it starts."""
        self._idle = with_idle_renderers
        if with_idle_renderers:
            self._replace_pod_template()
        deployment = f"deployment/{self.release.name}-controller"
        self.release.kubectl("rollout", "restart", deployment)
        self.release.kubectl("rollout", "status", deployment, "--timeout=60s")

    def _replace_pod_template(self) -> None:
        script = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": _IDLE_NAME},
            "data": {_IDLE_RENDERER.name: _IDLE_RENDERER.read_text()},
        }
        self._apply(script, manager="bench")
        found = self._pod_template()
        [(key, text)] = found["data"].items()
        changed = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {name: found["metadata"].get(name) for name in ("name", "labels", "annotations")},
            "data": {key: json.dumps(idle_pod(yaml.safe_load(text)))},
        }
        # In Helm's name: the next upgrade takes the field back without a conflict.
        self._apply(changed, manager="helm")

    def _pod_template(self) -> dict[str, Any]:
        """The ConfigMap with the one file that the controller makes renderers from."""
        name = f"{self.release.name}-renderer-pod"
        found: dict[str, Any] = json.loads(self.release.kubectl("get", "configmap", name, "-o", "json"))
        return found

    def _apply(self, manifest: Mapping[str, Any], *, manager: str) -> None:
        flags = ("--server-side", "--force-conflicts", f"--field-manager={manager}")
        self.release.kubectl("apply", *flags, "-f", "-", stdin=json.dumps(manifest))


def idle_pod(manifest: dict[str, Any]) -> dict[str, Any]:
    """The pod template of a renderer, running the bench's idle one in the same image, with the same rights."""
    spec = manifest["spec"]
    [container] = spec["containers"]
    environment = [*container["env"], {"name": "PYTHONPATH", "value": "/app"}]
    mounts = [*container["volumeMounts"], {"name": _IDLE_NAME, "mountPath": _MOUNT, "readOnly": True}]
    command = ["/opt/venv/bin/python", f"{_MOUNT}/{_IDLE_RENDERER.name}"]
    idle = {**container, "command": command, "args": [], "env": environment, "volumeMounts": mounts}
    volumes = [*spec["volumes"], {"name": _IDLE_NAME, "configMap": {"name": _IDLE_NAME}}]
    return {**manifest, "spec": {**spec, "containers": [idle], "volumes": volumes}}


def template_of(pod: Mapping[str, Any]) -> str:
    """The digest of the template that the controller has made a pod from."""
    return str(pod["metadata"]["labels"].get(TEMPLATE_LABEL, ""))


def is_ready(pod: Mapping[str, Any]) -> bool:
    """Whether a pod is ready and not about to end."""
    conditions = {each["type"]: each["status"] for each in pod.get("status", {}).get("conditions", ())}
    return conditions.get("Ready") == "True" and "deletionTimestamp" not in pod["metadata"]
