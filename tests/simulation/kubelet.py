"""A model of the kubelet and of the renderers in its pods: they start or do not, take jobs, finish, die."""

from __future__ import annotations

from dataclasses import dataclass, field

from controller.state.pod import CONTAINER
from crds import job as jobs
from crds.errors import timeout_error
from crds.job import Phase
from kube.client import JsonObject
from tests.simulation.laws import Laws
from tests.simulation.truth import Truth

_READY, _NOT_READY = "True", "False"


@dataclass
class Renderer:
    """The process in a pod: what it works on is what its watch has shown it."""

    jobs_left: int
    working_on: dict[str, str] = field(default_factory=dict)
    """uid and name of its jobs."""
    taken: set[str] = field(default_factory=set)
    draining: bool = False


class Kubelet:
    """Runs the pods that the API server has; every method is one thing that can happen to one of them."""

    def __init__(self, truth: Truth, laws: Laws, jobs_per_pod: int) -> None:
        self._truth = truth
        self._laws = laws
        self._jobs_per_pod = jobs_per_pod
        self.renderers: dict[str, Renderer] = {}
        """The processes that run, by pod."""
        self.ran: set[str] = set()
        """The pods whose processes run or have run."""

    def lives(self, pod: str) -> bool:
        """Whether a pod is there and its renderer has not ended: the process may run, or come to."""
        return pod in self._truth.pods and not _has_ended(self._truth.pods[pod])

    def start(self, pod: str) -> None:
        """A pod becomes ready, for the first time or again."""
        if not self.lives(pod):
            return
        renderer = self.renderers.setdefault(pod, Renderer(self._jobs_per_pod))
        self.ran.add(pod)
        if renderer.jobs_left > 0 and not renderer.draining and not self._is_ready(pod):
            self._laws.launches_count_anew(self._truth.monotonic)
            self._set_ready(pod, _READY, phase="Running", containerStatuses=[_container("running")])

    def schedule(self, pod: str) -> None:
        """A node has room for a pod, and begins to pull its image."""
        if self.lives(pod) and self.unscheduled(pod):
            self._truth.change_pod(pod, conditions=[{"type": "PodScheduled", "status": "True"}])

    def trouble(self, pod: str) -> None:
        """A pod that has a node cannot start for now: its image is missing."""
        if self.lives(pod) and pod not in self.renderers and not self.unscheduled(pod):
            waiting = _container("waiting", reason="ErrImagePull", message="no such image")
            self._truth.change_pod(pod, containerStatuses=[waiting])

    def run(self, pod: str) -> None:
        """A pod's process runs, and is not ready yet."""
        if self.lives(pod) and pod not in self.renderers:
            self.ran.add(pod)
            self._set_ready(pod, _NOT_READY, phase="Running", containerStatuses=[_container("running")])

    def unscheduled(self, pod: str) -> bool:
        """Whether no node has a pod."""
        status = self._truth.pods[pod]["status"]
        return not status.get("containerStatuses") and not status.get("conditions")

    def blink(self, pod: str) -> None:
        """A ready pod's probe fails."""
        if self.lives(pod) and self._is_ready(pod):
            self._set_ready(pod, _NOT_READY)

    def take(self, pod: str) -> None:
        """A renderer sees which jobs are its own: it takes the new ones and drops what was taken away."""
        if (renderer := self.renderers.get(pod)) is None:
            return
        ours = {job.uid: job.name for job in self._truth.running(pod)}
        renderer.working_on = {uid: name for uid, name in renderer.working_on.items() if uid in ours}
        for uid, name in ours.items():
            if uid not in renderer.taken and not renderer.draining:
                renderer.taken.add(uid)
                renderer.jobs_left -= 1
                renderer.working_on[uid] = name
                workers = [name for name, other in self.renderers.items() if uid in other.working_on]
                self._laws.renderer_takes(name, workers)
        if renderer.jobs_left <= 0 and self._is_ready(pod):
            self._set_ready(pod, _NOT_READY)
        self._end_if_done(pod)

    def finish(self, pod: str, *, well: bool) -> None:
        """A renderer writes the result of its oldest job, if it still has it."""
        renderer = self.renderers.get(pod)
        if renderer is None or not renderer.working_on:
            return
        uid, name = next(iter(renderer.working_on.items()))
        del renderer.working_on[uid]
        job = self._truth.jobs.get(name)
        ours = job and job["metadata"]["uid"] == uid and job["status"].get("renderer") == pod
        if job and ours and job["status"]["phase"] == Phase.RENDERING:
            self._truth.change_job(name, self._result(well=well))
        self._end_if_done(pod)

    def stop(self, pod: str) -> None:
        """A pod is deleted: it finishes what it has; one without a process is gone at once."""
        if not self.lives(pod) or pod not in self.renderers:
            self.renderers.pop(pod, None)
            self._truth.delete_pod(pod)
            return
        self.renderers[pod].draining = True
        self._truth.terminate_pod(pod)

    def die(self, pod: str, *, code: int = 137, beside_sidecar: bool = False) -> None:
        """A pod's process ends, and with it the pod unless another container still runs."""
        if self.lives(pod):
            self.renderers.pop(pod, None)
            terminated = _container("terminated", exitCode=code, reason="OOMKilled" if code else "Completed")
            ended = "Failed" if code else "Succeeded"
            phase = "Running" if beside_sidecar else ended
            self._set_ready(pod, _NOT_READY, phase=phase, containerStatuses=[_container("running", "mesh"), terminated])

    def remove(self, pod: str, *, by_force: bool = False) -> None:
        """A pod that is being deleted is gone, its process with it."""
        if pod in self._truth.pods and (by_force or self.terminating(pod)):
            self.renderers.pop(pod, None)
            self._truth.delete_pod(pod)

    def terminating(self, pod: str) -> bool:
        """Whether a pod is being deleted."""
        return "deletionTimestamp" in self._truth.pods[pod]["metadata"]

    def work_well(self) -> None:
        """Everything happens as it should: a second of a healthy node."""
        for pod in list(self._truth.pods):
            renderer = self.renderers.get(pod)
            if self.terminating(pod) and not (renderer and renderer.working_on):
                self.remove(pod)
            elif self.lives(pod):
                self.start(pod)
                self.take(pod)
                self.finish(pod, well=True)
                self.take(pod)

    def _end_if_done(self, pod: str) -> None:
        renderer = self.renderers[pod]
        if renderer.draining and not renderer.working_on:
            self.die(pod, code=0)

    def _result(self, *, well: bool) -> jobs.Status:
        now = self._truth.monotonic + self._truth.node_ahead
        if not well:
            return jobs.failed(timeout_error(1), now=now)
        return jobs.done(file_url="https://x", storage_path="x", size_bytes=1, pages=1, sha256="", timings={}, now=now)

    def _is_ready(self, pod: str) -> bool:
        return any(c["status"] == _READY for c in self._truth.pods[pod]["status"].get("conditions", ()))

    def _set_ready(self, pod: str, ready: str, **status: object) -> None:
        condition = {"type": "Ready", "status": ready, "lastTransitionTime": self._truth.node_time()}
        self._truth.change_pod(pod, conditions=[condition], **status)


def _has_ended(pod: JsonObject) -> bool:
    """Whether the renderer in a pod has ended, whatever else runs there."""
    containers = pod["status"].get("containerStatuses", ())
    return pod["status"]["phase"] in ("Succeeded", "Failed") or any(
        each["name"] == CONTAINER and "terminated" in each["state"] for each in containers
    )


def _container(state: str, name: str = CONTAINER, **fields: object) -> JsonObject:
    return {"name": name, "restartCount": 0, "state": {state: fields}}
