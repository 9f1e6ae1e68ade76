"""The controller's loop: wake on news, decide, start the actions; the reconcile pass repairs the view."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from controller import metrics
from controller.dispatch import decide
from controller.executor import Executor
from controller.kube import Cluster
from controller.pod import Pod, PodTemplate, new_name
from controller.view import View
from crds.client import KubeError
from crds.job import Job

log = logging.getLogger("controller")

# Deadlines and expiries are looked at this often when nothing else happens.
_TICK_SECONDS = 0.5
# An event may be on its way this long before the reconcile pass fetches the object itself.
_EVENT_LAG_SECONDS = 1.0
_FETCHES = 8


class Loop:
    """Owns the view; kopf's handlers call the observe methods, all in one event loop."""

    def __init__(
        self, cluster: Cluster, view: View, template: PodTemplate, *, release: str, reconcile_seconds: float
    ) -> None:
        self._cluster = cluster
        self._view = view
        self._new_name = partial(new_name, release)
        self._reconcile_seconds = reconcile_seconds
        self._wake = asyncio.Event()
        self._executor = Executor(cluster, view, template, self._wake.set)
        self.last_pass = time.monotonic()
        """When the dispatcher last ran (monotonic seconds), for the liveness probe."""

    def observe_job(self, job: Job, *, deleted: bool) -> None:
        """An event about a job."""
        if deleted:
            self._view.forget_job(job.name, job.uid, time.time())
        else:
            self._view.observe_job(job, time.time())
        self._wake.set()

    def observe_pod(self, pod: Pod, *, deleted: bool) -> None:
        """An event about a renderer pod."""
        if deleted:
            self._view.forget_pod(pod.name, pod.uid, time.time())
        else:
            self._view.observe_pod(pod, time.time())
        self._wake.set()

    async def run(self) -> None:
        """Decide and reconcile until cancelled; then wait for the actions under way."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._decide_forever())
                group.create_task(self._reconcile_forever())
        finally:
            await self._executor.stop()

    async def _decide_forever(self) -> None:
        while True:
            try:
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            now = time.time()
            with metrics.DECIDE_SECONDS.time():
                actions = decide(self._view, now, self._new_name)
            for action in actions:
                self._executor.start(action)
            metrics.show(self._view, now)
            self.last_pass = time.monotonic()

    async def _reconcile_forever(self) -> None:
        while True:
            try:
                await self._reconcile()
                if not self._view.synced:
                    log.info("in sync: %d jobs, %d renderers", len(self._view.jobs), len(self._view.pods))
                self._view.synced = True
                self._wake.set()
            except KubeError as e:
                if e.temporary:
                    self._view.unreachable(time.time())
                log.warning("reconcile pass failed: %s %s", e.status, e.reason)
            await asyncio.sleep(self._reconcile_seconds if self._view.synced else 1.0)

    async def _reconcile(self) -> None:
        """Compare with the API server: kopf makes no DELETED event for what vanished between its watches."""
        asked_at = time.time()
        pods, version = await self._cluster.pods()
        self._view.pods_listed(pods, version=version, asked_at=asked_at, now=time.time())
        versions, version = await self._cluster.job_versions()
        self._view.jobs_listed(set(versions), version=version, now=time.time())
        if self._behind(versions):
            await asyncio.sleep(_EVENT_LAG_SECONDS)
            places = asyncio.Semaphore(_FETCHES)
            await asyncio.gather(*(self._fetch(name, places) for name in self._behind(versions)))

    def _behind(self, versions: dict[str, int]) -> list[str]:
        """The jobs that the view does not know as well as the list does."""
        jobs = self._view.jobs
        return [n for n, version in versions.items() if n not in jobs or jobs[n].resource_version < version]

    async def _fetch(self, name: str, places: asyncio.Semaphore) -> None:
        async with places:
            try:
                self._view.observe_job(await self._cluster.job(name), time.time())
            except KubeError as e:
                if e.status != 404:
                    raise
