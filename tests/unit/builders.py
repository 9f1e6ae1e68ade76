"""Jobs, pods and a state for tests of the controller's decisions, each with the least that matters."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from controller.decisions.dispatch import decide
from controller.state.actions import Action, Assign, DeleteJob, DeletePod, Fail, Launch, Requeue
from controller.state.limits import Limits
from controller.state.pod import Pod
from controller.state.state import State
from crds.job import Job, Phase

NOW = 1_000_000.0
_versions = count(1)


def job(name: str = "job", **fields: Any) -> Job:
    """A waiting job created at NOW."""
    base = Job(
        name=name, uid=f"uid-{name}", resource_version=next(_versions), created=NOW, submitted=NOW,
        expires=NOW + 600, template_id="modern", user_id="", priority=0, timeout_seconds=60,
        phase=Phase.PENDING, renderer=None, attempt=0, started=None, completed=None, file_url=None,
        error_code=None, error_message=None, error_retryable=False,
    )  # fmt: skip
    return replace(base, **fields)


def pod(name: str = "pod", **fields: Any) -> Pod:
    """A pod of the current template, ready since NOW."""
    base = Pod(
        name=name, uid=f"uid-{name}", resource_version=next(_versions), created=NOW, template="t1",
        ready_at=NOW, finished=False, terminating=False, trouble="",
    )  # fmt: skip
    return replace(base, **fields)


def starting(name: str = "pod", **fields: Any) -> Pod:
    """A pod that is not ready yet."""
    return pod(name, ready_at=None, **fields)


def newer(thing: Any, **fields: Any) -> Any:
    """The same job or pod, changed later."""
    return replace(thing, resource_version=next(_versions), **fields)


class World:
    """A state and a perfect API server behind it: what is decided happens at once."""

    def __init__(self, *, synced: bool = True, **limits: Any) -> None:
        self.state = State(Limits(**{"min_warm": 0, **limits}), pod_template="t1")
        if synced:
            self.state.mark_synced()
        self.now = NOW
        self._names = (f"new-{n}" for n in count(1))

    def see(self, *things: Job | Pod) -> None:
        for thing in things:
            if isinstance(thing, Job):
                self.state.observe_job(thing, self.now)
            else:
                self.state.observe_pod(thing, self.now)

    def decide(self) -> list[Action]:
        """Only decide and record it: nothing is carried out."""
        plan = decide(self.state, self.now, lambda: next(self._names))
        return self.state.apply(plan, self.now)

    def step(self) -> list[Action]:
        """Decide, and let everything happen."""
        actions = self.decide()
        for action in actions:
            self.happen(action)
        return actions

    def happen(self, action: Action) -> None:
        state, now = self.state, self.now
        match action:
            case Assign(name, _, renderer, attempt):
                self.see(
                    newer(
                        state.jobs[name],
                        phase=Phase.RENDERING,
                        renderer=renderer,
                        attempt=attempt,
                        started=now,
                    )
                )
            case Requeue(name, _, _, attempt):
                self.see(newer(state.jobs[name], phase=Phase.PENDING, renderer=None, started=None, attempt=attempt))
            case Fail(name, _, error):
                self.see(newer(state.jobs[name], phase=Phase.ERROR, completed=now, error_code=error.code))
            case DeleteJob(name, uid):
                state.forget_job(name, uid, now)
            case Launch(name):
                self.see(starting(name, created=now))
            case DeletePod(name, uid, _):
                state.forget_pod(name, uid, now)
        state.settle(action, now, ok=True)

    def finish(self, name: str) -> None:
        """A renderer reports a job done."""
        self.see(newer(self.state.jobs[name], phase=Phase.DONE, completed=self.now, file_url="https://x"))


def only(actions: list[Action], kind: type) -> list[Any]:
    """The actions of one kind."""
    return [action for action in actions if isinstance(action, kind)]
