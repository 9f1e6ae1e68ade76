"""The reconcile pass: what the first one needs, and that none asks for thousands of jobs one by one."""

from __future__ import annotations

import pytest

from controller import loop as loops
from controller.kube import Cluster
from controller.limits import Limits
from controller.loop import Loop
from controller.pod import Pod, PodTemplate
from controller.view import View
from crds.job import Job, Phase
from tests.unit.builders import job


class Namespace(Cluster):
    """Holds jobs, and counts how often one of them is asked for."""

    def __init__(self, *jobs: Job) -> None:
        self.known = {job.name: job for job in jobs}
        self.asked_for = 0

    @property
    def server_date(self) -> float | None:
        return None

    async def pods(self) -> tuple[list[Pod], int]:
        return [], 1

    async def unfinished_jobs(self) -> list[Job]:
        return [job for job in self.known.values() if not job.phase.finished]

    async def job_versions(self) -> tuple[dict[str, int], int]:
        return {job.name: job.resource_version for job in self.known.values()}, 1_000_000_000

    async def job(self, name: str) -> Job:
        self.asked_for += 1
        return self.known[name]


def a_loop(namespace: Namespace) -> tuple[Loop, View]:
    view = View(Limits(), pod_template="t1")
    template = PodTemplate.from_manifest({"kind": "Pod"})
    return Loop(namespace, view, template, new_name=lambda: "pod", reconcile_seconds=5), view


async def test_decisions_begin_with_the_jobs_that_have_not_ended() -> None:
    namespace = Namespace(job("waits"), *(job(f"done-{n}", phase=Phase.DONE) for n in range(1000)))
    loop, view = a_loop(namespace)
    await loop.reconcile()
    assert view.synced
    assert "waits" in view.places.waiting
    assert namespace.asked_for == 0


async def test_a_pass_fetches_what_no_event_has_told_of_but_not_all_that_are_being_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loops, "_EVENT_LAG_SECONDS", 0.0)
    namespace = Namespace(*(job(f"done-{n}", phase=Phase.DONE) for n in range(1000)))
    loop, view = a_loop(namespace)
    await loop.reconcile()
    await loop.reconcile()
    assert 0 < namespace.asked_for == len(view.jobs) < 1000
