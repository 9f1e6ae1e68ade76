"""The reconcile pass: what the first one needs, and that none asks for thousands of jobs one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from controller import loop as loops
from controller.loop import Loop
from controller.release_client import ReleaseClient
from controller.state.actions import Assign, Launch
from controller.state.limits import Limits
from controller.state.pod import Pod, PodTemplate
from controller.state.state import State
from crds.job import Job, Phase
from kube.clock import monotonic
from kube.errors import KubeError
from tests.unit.api_fakes import until
from tests.unit.builders import NOW, job, newer, pod, starting


class Namespace(ReleaseClient):
    """Holds jobs, and counts how often one of them is asked for."""

    def __init__(self, *jobs: Job) -> None:
        self.known = {job.name: job for job in jobs}
        self.renderers: list[Pod] = []
        self.asked_for = 0

    @property
    def server_date(self) -> float | None:
        return None

    async def pods(self) -> tuple[list[Pod], int]:
        return self.renderers, 1_000_000_000

    async def unfinished_jobs(self) -> list[Job]:
        return [job for job in self.known.values() if not job.phase.finished]

    async def job_versions(self) -> tuple[dict[str, int], int]:
        return {job.name: job.resource_version for job in self.known.values()}, 1_000_000_000

    async def set_available(self, available: bool, message: str, now: float) -> None:
        """Nobody looks at it here."""

    async def job(self, name: str) -> Job:
        self.asked_for += 1
        return self.known[name]


def a_loop(namespace: Namespace, *, clock: Callable[[], float] = monotonic) -> tuple[Loop, State]:
    state = State(Limits(), pod_template="t1")
    template = PodTemplate.from_manifest({"kind": "Pod"})
    return Loop(namespace, state, template, new_name=lambda: "pod", reconcile_seconds=5, clock=clock), state


async def test_decisions_begin_with_the_jobs_that_have_not_ended() -> None:
    namespace = Namespace(job("waits"), *(job(f"done-{n}", phase=Phase.DONE) for n in range(1000)))
    loop, state = a_loop(namespace)
    await loop.reconcile()
    assert state.synced
    assert state.next_waiting() is state.jobs["waits"]
    assert state.waiting_jobs == 1
    assert namespace.asked_for == 0


async def test_a_pass_fetches_what_no_event_has_told_of_but_not_all_that_are_being_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loops, "_EVENT_LAG_SECONDS", 0.0)
    namespace = Namespace(*(job(f"done-{n}", phase=Phase.DONE) for n in range(1000)))
    loop, state = a_loop(namespace)
    await loop.reconcile()
    await loop.reconcile()
    assert 0 < namespace.asked_for == len(state.jobs) < 1000


class Clock:
    """Returns the time that it was set to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("kind", ["jobs", "pods"])
async def test_a_watch_is_silent_from_the_first_missed_change_until_its_next_event(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(loops, "_EVENT_LAG_SECONDS", 0.0)
    namespace, clock = Namespace(), Clock()
    loop, _ = a_loop(namespace, clock=clock)
    await loop.reconcile()
    clock.now += 1000
    await loop.reconcile()
    assert loop.silent_seconds == 0  # Nothing happens, so no event is missing.
    for number in range(3):
        if kind == "jobs":
            namespace.known[f"new-{number}"] = job(f"new-{number}")
        else:
            namespace.renderers.append(pod(f"new-{number}"))
        await loop.reconcile()
        assert loop.silent_seconds == 10.0 * number
        clock.now += 10
    if kind == "jobs":
        loop.observe_job(job("new-1"), deleted=False)
    else:
        loop.observe_pod(pod("new-1"), deleted=False)
    assert loop.silent_seconds == 0


async def test_an_event_that_comes_before_its_pass_leaves_nothing_to_be_missed() -> None:
    namespace, clock = Namespace(), Clock()
    loop, _ = a_loop(namespace, clock=clock)
    await loop.reconcile()
    namespace.known["new"] = job("new")
    loop.observe_job(job("new"), deleted=False)
    await loop.reconcile()
    clock.now += 10
    assert loop.silent_seconds == 0


class Term:
    """The leader's term that a test sets; 0 while this replica stands by."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> int:
        return self.number


def a_standby(namespace: Namespace, clock: Callable[[], float] = lambda: NOW) -> tuple[Loop, State, Term]:
    term = Term()
    state = State(Limits(min_warm=1), pod_template="t1")
    template = PodTemplate.from_manifest({"kind": "Pod"})
    loop = Loop(namespace, state, template, new_name=lambda: "pod", reconcile_seconds=5, clock=clock, term=term)
    return loop, state, term


async def test_a_standby_keeps_its_cache_warm_and_decides_nothing() -> None:
    loop, state, _ = a_standby(Namespace(job("waits")))
    await loop.reconcile()
    await loop.follow_lease()
    assert loop.warm
    assert state.waiting_jobs == 1
    assert loop.decide() == []


async def test_a_standby_leaves_it_to_the_leader_to_count_how_jobs_end() -> None:
    # Given a standby that has seen a job end.
    loop, state, _ = a_standby(Namespace())
    waits = job("1")
    loop.observe_job(waits, deleted=False)
    loop.observe_job(newer(waits, phase=Phase.DONE, completed=NOW), deleted=False)
    # When it passes over its state.
    loop.decide()
    # Then nothing is left that it would count once it leads.
    assert state.take_endings() == []


async def test_a_new_leader_first_reads_what_the_last_one_has_written() -> None:
    # Given a standby whose watch is behind: the leader's last launch and assignment are not in its cache.
    namespace = Namespace(job("1"))
    loop, state, term = a_standby(namespace)
    await loop.reconcile()
    namespace.renderers.append(pod("launched"))
    namespace.known["1"] = newer(namespace.known["1"], phase=Phase.RENDERING, renderer="launched", attempt=1)
    # When it leads.
    term.number = 2
    await loop.follow_lease()
    # Then it has both, and neither launches nor assigns a second time.
    assert loop.in_charge
    assert state.jobs["1"].renderer == "launched"
    assert not [action for action in loop.decide() if isinstance(action, Assign | Launch)]


async def test_a_rollout_waits_until_a_renderer_of_its_template_is_ready_and_no_longer() -> None:
    # Given renderers of another template, and one of this replica's that has not become ready.
    loop, _, _ = a_standby(Namespace())
    launched = starting("launched")
    for each in (pod("old", template="t0"), launched):
        loop.observe_pod(each, deleted=False)
    assert "No renderer of the current pod template is ready" in loop.missing_renderer
    # When it fails, then the reason is given.
    loop.observe_pod(newer(launched, finished=True, trouble="Error, exit code 2: no such template"), deleted=False)
    assert "no such template" in loop.missing_renderer
    # When another is ready, then the rollout goes on, even if that is lost again.
    ready = pod("another")
    loop.observe_pod(ready, deleted=False)
    assert loop.missing_renderer == ""
    loop.observe_pod(ready, deleted=True)
    assert loop.missing_renderer == ""


async def test_a_rollout_of_a_pool_without_warm_renderers_waits_for_none() -> None:
    template = PodTemplate.from_manifest({"kind": "Pod"})
    state = State(Limits(min_warm=0), pod_template="t1")
    loop = Loop(Namespace(), state, template, new_name=lambda: "pod", reconcile_seconds=5)
    assert loop.missing_renderer == ""


async def test_the_metrics_have_who_leads() -> None:
    # Given a replica that stands by.
    namespace = Namespace()
    namespace.renderers.append(pod("ready"))
    loop, _, term = a_standby(namespace)

    async def exported(value: float) -> None:
        await until(lambda: REGISTRY.get_sample_value("pdf_export_controller_leader") == value)

    running = asyncio.create_task(loop.run())
    await exported(0)
    # When it is given the Lease, and then loses it, then its metric follows.
    term.number = 1
    await exported(1)
    term.number = 0
    await exported(0)
    running.cancel()
    await asyncio.wait([running])


async def test_a_leader_decides_nothing_from_the_moment_on_in_which_its_lease_may_be_anothers() -> None:
    loop, _, term = a_standby(Namespace(job("waits")))
    await loop.reconcile()
    term.number = 1
    await loop.follow_lease()
    term.number = 0
    assert loop.decide() == []
    # Nor in a later term, before it has read what others have written meanwhile.
    term.number = 3
    assert not loop.in_charge
    assert loop.decide() == []


async def test_a_leader_that_cannot_read_what_the_last_one_wrote_does_not_begin() -> None:
    class Away(Namespace):
        away = False

        async def job_versions(self) -> tuple[dict[str, int], int]:
            if self.away:
                raise KubeError(0, "Unreachable", "")
            return await super().job_versions()

    namespace = Away(job("waits"))
    loop, _, term = a_standby(namespace)
    await loop.reconcile()
    term.number, namespace.away = 1, True
    await loop.follow_lease()
    assert not loop.in_charge
    namespace.away = False
    await loop.follow_lease()
    assert loop.in_charge


async def test_a_standby_forgets_the_expiries_of_jobs_that_are_gone() -> None:
    clock = Clock()
    loop, state, _ = a_standby(Namespace(), clock)
    await loop.reconcile()
    for name in ("gone", "kept"):
        loop.observe_job(job(name, expires=clock.now + 10, phase=Phase.DONE), deleted=False)
    loop.observe_job(job("gone"), deleted=True)
    clock.now += 1000
    loop.decide()
    assert [name for name, _ in state.expired(clock.now)] == ["kept"]
