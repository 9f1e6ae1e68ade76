"""How many jobs, renderer pods and slots there are in each state, for the metrics.

The states of each kind exclude each other: their sum is the number of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from controller.state.pod import Pod
from controller.state.reader import StateReader

CURRENT = "current"
FORMER = "former"
_POD_STATES = ("launching", "starting", "ready", "unready", "ending")


@dataclass(frozen=True, slots=True)
class Census:
    """The numbers at one moment."""

    jobs: Mapping[str, int]
    """By state: waiting, running or finished."""
    pods: Mapping[tuple[str, str], int]
    """By state and template. launching: asked for and not seen yet; starting: never ready so far; ready; unready: ready
    before and not now; ending. The template is current or former."""
    slots: Mapping[str, int]
    """By state: used, or free: room at ready pods that take jobs."""


def take_census(state: StateReader) -> Census:
    """Count; O(pods)."""
    finished, running = state.finished_jobs, state.running_jobs
    # A state without pods has to be zero again.
    pods = {(each, template): 0 for each in _POD_STATES for template in (CURRENT, FORMER)}
    for pod in state.pods.values():
        pods[_state(pod, state), _template(pod, state)] += 1
    pods["launching", CURRENT] = len(state.launching)
    return Census(
        jobs={"waiting": len(state.jobs) - finished - running, "running": running, "finished": finished},
        pods=pods,
        slots={"used": running, "free": sum(_free(pod, state) for pod in state.pods.values())},
    )


def _state(pod: Pod, state: StateReader) -> str:
    if pod.finished or pod.terminating or pod.name in state.deleting_pods:
        return "ending"
    if pod.ready_at is not None:
        return "ready"
    return "starting" if state.ready_since(pod.name) is None else "unready"


def _template(pod: Pod, state: StateReader) -> str:
    return CURRENT if pod.template == state.pod_template else FORMER


def _free(pod: Pod, state: StateReader) -> int:
    if pod.ready_at is None or not state.serves(pod):
        return 0
    return max(state.limits.slots_per_pod - len(state.jobs_by_pod.get(pod.name, ())), 0)
