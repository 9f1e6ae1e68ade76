"""A Pod's status, as the controller and `kubectl` read it."""

from __future__ import annotations

from typing import Any

import pytest

from local.kubelet.status import ContainerView, pod_status, restarts

NEW = ContainerView("renderer", "renderer:1")


def status(view: ContainerView, *, policy: str = "Never", before: Any = None, now: float = 0.0) -> dict[str, Any]:
    return pod_status(view, policy=policy, before=before or {}, now=now)


def condition(of: dict[str, Any], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in of["conditions"] if each["type"] == kind)
    return found


def test_a_pod_that_is_not_started_is_pending() -> None:
    found = status(NEW)
    assert found["phase"] == "Pending"
    assert condition(found, "Ready")["status"] == "False"
    assert found["containerStatuses"][0]["state"] == {"waiting": {"reason": "ContainerCreating"}}


def test_a_pod_whose_process_runs_is_running_and_not_ready_yet() -> None:
    found = status(NEW.running(7, now=0))
    assert found["phase"] == "Running"
    assert condition(found, "Ready")["status"] == "False"
    assert found["containerStatuses"][0]["state"] == {"running": {"startedAt": "1970-01-01T00:00:00Z"}}


@pytest.mark.parametrize(
    ("policy", "code", "phase"),
    [
        ("Never", 0, "Succeeded"),
        ("Never", 1, "Failed"),
        ("OnFailure", 0, "Succeeded"),
        ("OnFailure", 1, "Running"),
        ("Always", 0, "Running"),
    ],
)
def test_the_phase_after_an_end_depends_on_the_restart_policy(policy: str, code: int, phase: str) -> None:
    assert status(NEW.running(7, now=0).terminated(code, "", now=1), policy=policy)["phase"] == phase
    assert restarts(policy, code) == (phase == "Running")


def test_a_process_that_a_signal_has_ended_has_its_number() -> None:
    ended = NEW.running(7, now=0).terminated(137, "the last line", now=60)
    assert status(ended)["containerStatuses"][0]["state"]["terminated"] == {
        "exitCode": 137,
        "signal": 9,
        "reason": "Error",
        "message": "the last line",
        "startedAt": "1970-01-01T00:00:00Z",
        "finishedAt": "1970-01-01T00:01:00Z",
    }


def test_a_container_that_is_started_again_shows_its_last_end() -> None:
    again = NEW.running(7, now=0).terminated(1, "", now=1).waiting("CrashLoopBackOff").restarted()
    found = status(again, policy="Always")
    assert found["phase"] == "Running"
    assert found["containerStatuses"][0]["restartCount"] == 1
    assert found["containerStatuses"][0]["lastState"]["terminated"]["exitCode"] == 1


def test_a_condition_keeps_its_time_until_it_changes() -> None:
    first = status(NEW, now=0)
    second = status(NEW.running(7, now=30), before=first, now=30)
    assert condition(second, "Ready")["lastTransitionTime"] == "1970-01-01T00:00:00Z"
    assert second["startTime"] == first["startTime"]
