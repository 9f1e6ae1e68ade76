"""The controller's loop: decide when something has changed, start the actions; the reconcile pass repairs the cache."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping

from controller import metrics
from controller.decisions.dispatch import decide
from controller.executor import Executor
from controller.release_client import ReleaseClient
from controller.state.actions import Action
from controller.state.census import take_census
from controller.state.pod import Pod, PodTemplate, Stage
from controller.state.state import State
from controller.state.storage_health import StorageHealth
from controller.state.watch_health import WatchHealth
from crds.job import Job
from kube.clock import monotonic
from kube.errors import KubeError
from runtime.text import counted

log = logging.getLogger("controller")

# Deadlines and expiries are looked at this often when nothing else happens, the gauges set as often.
_TICK_SECONDS = 0.5
# When jobs wait, the time that passes may call for another renderer.
_TICK_WHILE_WAITING_SECONDS = 0.1
# An event may be on its way this long before the reconcile pass fetches the object itself.
_EVENT_LAG_SECONDS = 1.0
_FETCHES = 8
_FETCHES_A_PASS = 200
# More at once gain nothing: one connection pool, one API server.
_REQUESTS_AT_ONCE = 32
# The term of a replica without others.
_ALONE = 1


class Loop:
    """Owns the state; kopf's handlers call the observe methods, all in one event loop.

    `run` calls `decide` and `reconcile` in time; a simulation calls them when it likes, with a `clock` of its own
    (seconds since the epoch) and names of its own for new pods.

    `term` gives the number of this replica's term as the leader, 0 while it does not lead. A standby observes and
    reconciles, so that its cache is warm, and writes nothing. A new leader first reads what its predecessor has written
    last: its own watches may be behind, and it would launch a pod or give a slot a second time.
    """

    def __init__(
        self,
        client: ReleaseClient,
        state: State,
        template: PodTemplate,
        *,
        new_name: Callable[[], str],
        reconcile_seconds: float,
        clock: Callable[[], float] = monotonic,
        requests_at_once: int = _REQUESTS_AT_ONCE,
        term: Callable[[], int] | None = None,
    ) -> None:
        self._client = client
        self._state = state
        self._new_name = new_name
        self._reconcile_seconds = reconcile_seconds
        self._clock = clock
        self._wake = asyncio.Event()
        self._leader_term = term or (lambda: _ALONE)
        self._term = 0 if term else _ALONE
        self._executor = Executor(
            client, state, template, self.wake, requests_at_once, clock=clock, may_write=lambda: self.in_charge
        )
        self._job_watch, self._pod_watch = WatchHealth(), WatchHealth()
        self._storage = StorageHealth()
        self._template_proved = not state.limits.min_warm
        self.last_pass = time.monotonic()
        """When the loop last decided (monotonic seconds), for the liveness probe."""

    @property
    def in_charge(self) -> bool:
        """Whether this replica leads and has read all that its predecessor has written: only then it writes."""
        return self._term == self._leader_term() != 0

    @property
    def warm(self) -> bool:
        """Whether the cache is complete enough to lead."""
        return self._state.synced

    @property
    def missing_renderer(self) -> str:
        """Why a rollout of this replica's pod template has to wait; empty once one of its renderers was ready.

        Renderers that are lost later do not make the replica unready: it would start them no sooner.
        """
        self._template_proved = self._template_proved or self._state.current_ready
        if self._template_proved:
            return ""
        why = self._state.start_trouble or "it is launched when this replica leads"
        return f"No renderer of the current pod template is ready: {why}."

    def wake(self) -> None:
        """Something has changed: decide soon."""
        self._wake.set()

    def observe_job(self, job: Job, *, deleted: bool) -> None:
        """An event about a job."""
        self._job_watch.event_received()
        if deleted:
            self._state.forget_job(job.name, job.uid, self._clock())
        else:
            self._state.observe_job(job, self._clock())
            self._storage.observe(job)
        self._wake.set()

    def observe_pod(self, pod: Pod, *, deleted: bool) -> None:
        """An event about a renderer pod."""
        self._pod_watch.event_received()
        if deleted:
            # The event has the last status. A list that lacks the pod would not show whether it ran.
            self._state.forget_pod(pod.name, pod.uid, self._clock(), never_ran=pod.stage is not Stage.STARTED)
        else:
            self._state.observe_pod(pod, self._clock())
        self._wake.set()

    @property
    def silent_seconds(self) -> float:
        """For how long a watch has been silent although objects changed; 0 while both deliver."""
        return max(each.silent_seconds(self._clock()) for each in (self._job_watch, self._pod_watch))

    async def run(self) -> None:
        """Decide and reconcile until cancelled; then write nothing more, and wait a moment for what is under way."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._decide_forever())
                group.create_task(self._reconcile_forever())
        finally:
            await self._stand_by()

    async def _decide_forever(self) -> None:
        shown_at = float("-inf")
        while True:
            try:
                async with asyncio.timeout(_TICK_WHILE_WAITING_SECONDS if self._state.waiting_jobs else _TICK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            await self.follow_lease()
            with metrics.DECIDE_SECONDS.time():
                self.decide()
            self.last_pass = time.monotonic()
            if self.last_pass - shown_at >= _TICK_SECONDS:
                self._set_gauges()
                shown_at = self.last_pass

    def _set_gauges(self) -> None:
        state, now = self._state, self._clock()
        census = take_census(state)
        metrics.set_gauges(
            leads=self.in_charge,
            jobs=census.jobs,
            pods=census.pods,
            slots=census.slots,
            oldest_waiting_seconds=state.oldest_waiting_seconds(now),
            service_seconds=state.service_seconds,
            start_seconds=state.start_seconds,
            launches_held=state.launches_held(now),
            storage_available=self._storage.available,
        )

    def decide(self) -> list[Action]:
        """Decide once, record the plan, and start its actions; a standby only forgets what is gone."""
        now = self._clock()
        if not self.in_charge:
            self._state.drop_old_expiries(now)
            # The leader counts them: the sum over the replicas has each job once.
            self._state.take_endings()
            return []
        actions = self._state.apply(decide(self._state, now, self._new_name), now)
        if self._state.synced and (report := self._storage.report(now)) is not None:
            actions.append(report)
        for action in actions:
            self._executor.start(action)
        for ending in self._state.take_endings():
            metrics.count_ending(ending.outcome, ending.seconds)
        return actions

    async def follow_lease(self) -> None:
        """Begin or end to be in charge, when the lease was gained or lost."""
        if (term := self._leader_term()) != self._term:
            await self._stand_by()
            if term and self.warm and await self._catch_up():
                self._term = term

    async def _stand_by(self) -> None:
        if self._term:
            self._term = 0
            await self._executor.stop()

    async def _catch_up(self) -> bool:
        """Read what the last leader has written; False when the API server does not answer."""
        try:
            await self._read_pods()
            await self._read_jobs()
        except KubeError as e:
            log.warning("cannot take over yet: %s %s", e.status, e.reason)
            return False
        jobs, renderers = counted(len(self._state.jobs), "job"), counted(len(self._state.pods), "renderer")
        log.info("leading: %s, %s", jobs, renderers)
        return True

    async def _read_jobs(self) -> None:
        behind = _behind(await self._list_jobs(), self._state.jobs)
        if len(behind) > _FETCHES_A_PASS:
            # kopf is still listing.
            for job in await self._client.unfinished_jobs():
                self._state.observe_job(job, self._clock())
        else:
            await self._fetch_all(behind)

    async def _reconcile_forever(self) -> None:
        while True:
            await self.reconcile()
            await asyncio.sleep(self._reconcile_seconds if self._state.synced else 1.0)

    async def reconcile(self) -> None:
        """Compare with the API server once; the first time that succeeds, decisions begin."""
        try:
            await self._reconcile()
        except KubeError as e:
            if e.temporary:
                self._state.unreachable(self._clock())
            log.warning("reconcile pass failed: %s %s", e.status, e.reason)
        else:
            if not self._state.synced:
                jobs, renderers = counted(len(self._state.jobs), "job"), counted(len(self._state.pods), "renderer")
                log.info("in sync: %s, %s", jobs, renderers)
            self._state.mark_synced()
            self._wake.set()

    async def _reconcile(self) -> None:
        """Repair the cache: kopf reports no DELETED event for an object that was deleted between two watches."""
        await self._read_pods()
        if not self._state.synced:
            # All that the first decisions need. kopf is still listing, which takes long when many jobs have ended.
            for job in await self._client.unfinished_jobs():
                self._state.observe_job(job, self._clock())
            return
        versions = await self._list_jobs()
        if _behind(versions, self._state.jobs):
            self._job_watch.change_missed(self._clock())
            await asyncio.sleep(_EVENT_LAG_SECONDS)
            # When there are more, kopf is listing them.
            missed = _behind(versions, self._state.jobs)[:_FETCHES_A_PASS]
            metrics.JOBS_FETCHED.inc(len(missed))
            await self._fetch_all(missed)

    async def _read_pods(self) -> None:
        asked_at = self._clock()
        pods, version = await self._client.pods()
        if (date := self._client.server_date) is not None:
            self._state.server_date_seen(date, self._clock())
        if _behind({pod.name: pod.resource_version for pod in pods}, self._state.pods):
            self._pod_watch.change_missed(self._clock())
        self._state.pods_listed(pods, version=version, asked_at=asked_at, now=self._clock())

    async def _list_jobs(self) -> dict[str, int]:
        asked_at = self._clock()
        versions, version = await self._client.job_versions()
        self._state.jobs_listed(versions, version=version, asked_at=asked_at, now=self._clock())
        return versions

    async def _fetch_all(self, names: Iterable[str]) -> None:
        limit = asyncio.Semaphore(_FETCHES)
        await asyncio.gather(*(self._fetch(name, limit) for name in names))

    async def _fetch(self, name: str, limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                self._state.observe_job(await self._client.job(name), self._clock())
            except KubeError as e:
                if e.status != 404:
                    raise


def _behind(versions: Mapping[str, int], known: Mapping[str, Job] | Mapping[str, Pod]) -> list[str]:
    """The names of the objects of which a list has a newer version than the cache, or which the cache lacks."""
    return [n for n, version in versions.items() if n not in known or known[n].resource_version < version]
