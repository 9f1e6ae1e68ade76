"""The status of a Pod, of what is known of its container."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from local.kubelet.launch import ADDRESS

JsonObject = dict[str, Any]
_SIGNAL_EXIT = 128


def timestamp(seconds: float) -> str:
    """Kubernetes' metav1.Time: RFC 3339 in whole seconds, UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class ContainerView:
    """What the kubelet has seen of a container. `state` is a ContainerState of core/v1."""

    name: str
    image: str
    state: JsonObject = field(default_factory=lambda: {"waiting": {"reason": "ContainerCreating"}})
    last_state: JsonObject = field(default_factory=dict)
    pid: int | None = None
    started: bool = False
    """The startup probe has succeeded, or there is none."""
    ready: bool = False
    restarts: int = 0

    @property
    def exit_code(self) -> int | None:
        """The exit code of a container that has ended, else None."""
        return self.state["terminated"]["exitCode"] if "terminated" in self.state else None

    def waiting(self, reason: str, message: str = "") -> Self:
        """It is not started, or not again yet."""
        last = self.state if "terminated" in self.state else self.last_state
        waiting = {"reason": reason, **({"message": message} if message else {})}
        return replace(self, state={"waiting": waiting}, last_state=last, pid=None, started=False, ready=False)

    def running(self, pid: int, now: float) -> Self:
        """A process of it runs."""
        state = {"running": {"startedAt": timestamp(now)}}
        return replace(self, state=state, pid=pid, started=False, ready=False)

    def terminated(self, exit_code: int, message: str, now: float) -> Self:
        """Its process has ended; exit code 128 + n is signal n, as a shell reports it."""
        began = self.state.get("running", {}).get("startedAt") or timestamp(now)
        state: JsonObject = {
            "exitCode": exit_code,
            "reason": "Error" if exit_code else "Completed",
            "startedAt": began,
            "finishedAt": timestamp(now),
            **({"signal": exit_code - _SIGNAL_EXIT} if exit_code > _SIGNAL_EXIT else {}),
            **({"message": message} if exit_code and message else {}),
        }
        return replace(self, state={"terminated": state}, pid=None, started=False, ready=False)

    def restarted(self) -> Self:
        """It is about to be started once more."""
        return replace(self, restarts=self.restarts + 1)


def restarts(policy: str, exit_code: int) -> bool:
    """Whether a container that has ended so is started again."""
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def pod_status(view: ContainerView, *, policy: str, before: Mapping[str, Any], now: float) -> JsonObject:
    """The status of a Pod with this one container. `before`: its status so far; conditions keep their time of it."""
    phase = _phase(view, policy)
    scheduled = {"PodScheduled": True, "Initialized": True, "ContainersReady": view.ready, "Ready": view.ready}
    return {
        "phase": phase,
        "conditions": [_condition(kind, met, view, before, now) for kind, met in scheduled.items()],
        "hostIP": ADDRESS,
        "podIP": ADDRESS,
        "podIPs": [{"ip": ADDRESS}],
        "startTime": before.get("startTime") or timestamp(now),
        "containerStatuses": [_container(view)],
        "qosClass": "Burstable",
    }


def _phase(view: ContainerView, policy: str) -> str:
    code = view.exit_code
    if code is not None and not restarts(policy, code):
        return "Failed" if code else "Succeeded"
    return "Pending" if "waiting" in view.state and not view.last_state else "Running"


def _container(view: ContainerView) -> JsonObject:
    return {
        "name": view.name,
        "image": view.image,
        "imageID": view.image,
        # A real one names its runtime: containerd://…. Here it is the process.
        **({"containerID": f"process://{view.pid}"} if view.pid is not None else {}),
        "state": view.state,
        "lastState": view.last_state,
        "started": view.started,
        "ready": view.ready,
        "restartCount": view.restarts,
    }


def _condition(kind: str, met: bool, view: ContainerView, before: Mapping[str, Any], now: float) -> JsonObject:
    status = str(met)
    former = next((each for each in before.get("conditions") or () if each["type"] == kind), None)
    since = former["lastTransitionTime"] if former and former["status"] == status else timestamp(now)
    if met:
        why = {}
    elif view.exit_code == 0:
        why = {"reason": "PodCompleted"}
    else:
        why = {"reason": "ContainersNotReady", "message": f"containers with unready status: [{view.name}]"}
    return {"type": kind, "status": status, "lastTransitionTime": since, **why}
