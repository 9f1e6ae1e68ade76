"""The controller's state: the cache, the expectations, and the indexes over both that keep every decision cheap.

No I/O and no clock: every call that needs the time is given it, in seconds since the epoch, by a clock that does
not jump. Times that objects carry are compared with the API server's own (`server_time`), which may differ and jump.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from controller.state import endings
from controller.state.actions import (
    Action,
    Assign,
    DeleteJob,
    DeletePod,
    Fail,
    Launch,
    ReportCondition,
    ReportFailedStart,
    Requeue,
)
from controller.state.endings import Ending
from controller.state.plan import (
    DeadlineScanMade,
    ExpiriesTaken,
    FullScanMade,
    Note,
    Plan,
    PodRetired,
    RetriesReleased,
    StartDelayed,
    StartFailed,
)
from controller.state.pod import Pod
from controller.state.reader import StateReader
from crds.job import Job


class State(StateReader):
    """Ties what the API server has said (Cache) to what was asked for and is not seen yet (Expectations).

    The loop and the executor report to it what they observe; decisions see it as a StateReader and change nothing;
    `apply` is the one place that records what was decided. A finished job has no assignment, and one whose last
    action failed has none until its retry.
    """

    # -- what the API server says

    def observe_job(self, job: Job, now: float) -> None:
        """A job as an event, a list or an answer shows it; older versions and late ones are ignored."""
        if not self._cache.is_newer_job(job):
            return
        known = self.jobs.get(job.name)
        if known is not None and known.uid != job.uid:
            # It is gone, and its name belongs to another.
            self.forget_job(job.name, known.uid, now)
            known = None
        if known is not None and job.phase.finished and not known.phase.finished:
            self._measure_service(known, now)
            self._endings.append(endings.finished(job, self.server_time(now)))
            if known.renderer is not None and not isinstance(self._expectations.busy.get(job.name), Fail):
                self._assignments.reported(known.renderer, now)
        self._cache.store_job(job, now)
        if known is None and job.phase.finished and job.renderer is not None and job.renderer in self.pods:
            self._assignments.count(job.renderer, 1)
        if self._expectations.unknown_assign(job.name) is not None:
            self._outcome_known(job.name, now)
        elif not self.is_busy(job.name):
            self._assignments.place(job, now)

    def forget_job(self, name: str, uid: str, now: float) -> None:
        """A job is deleted; its slot is free."""
        job = self.jobs.get(name)
        if self._cache.remove_job(name, uid, now):
            if job is not None and not job.phase.finished:
                self._endings.append(endings.deleted(job, self.server_time(now)))
            self._expectations.forget_job(name)
            self._assignments.take_out(name, now)

    def take_endings(self) -> list[Ending]:
        """The ends of jobs seen since the last call; not of those that had ended when they were first seen."""
        taken, self._endings = self._endings, []
        return taken

    def observe_pod(self, pod: Pod, now: float) -> None:
        """A renderer pod as an event or a list shows it."""
        if not self._cache.is_newer_pod(pod):
            return
        known, becomes_ready = self.pods.get(pod.name), self._cache.becomes_ready(pod)
        self._cache.store_pod(pod, now)
        self._assignments.pod_seen(pod.name, now)
        self._expectations.launch_seen(pod.name)
        if becomes_ready:
            self._assignments.pod_ready(pod.name, now)
        if not self.up_to_date(pod):
            return
        if becomes_ready:
            seconds = self._launch_backoff.succeeded(pod.name, now)
            if seconds is not None:
                self._start.add(seconds)
        elif pod.finished and (not known.finished if known else pod.trouble):
            # One that is first seen at its end, after a restart, has failed to start only if it ended badly.
            self._launch_backoff.ended(pod.name, pod.trouble or "it ended before it was ready", now)

    def forget_pod(self, name: str, uid: str, now: float, *, never_ran: bool = False) -> None:
        """A renderer pod is gone; `never_ran` when its last status shows that its program had not been started."""
        self._cache.bury_pod(name, uid, now, never_ran=never_ran)
        pod, launching = self.pods.get(name), name in self.launching
        self._expectations.launch_seen(name)
        if pod is not None and pod.uid != uid:
            return
        ours = launching if pod is None else self.up_to_date(pod)
        if ours and name not in self._expectations.deleting_pods:
            trouble = pod.trouble if pod is not None else ""
            self._launch_backoff.ended(name, trouble or "it was deleted before it was ready", now)
        self._launch_backoff.forget(name)
        self._cache.remove_pod(name)
        self._expectations.forget_pod(name)
        self._assignments.forget_pod(name)

    def pods_listed(self, pods: Iterable[Pod], *, version: int, asked_at: float, now: float) -> None:
        """All renderer pods as of a list's resourceVersion: what is not among them is gone."""
        listed = {pod.name: pod for pod in pods}
        for pod in listed.values():
            self.observe_pod(pod, now)
        for pod in self._cache.pods_missing(listed, version):
            self.forget_pod(pod.name, pod.uid, now)
        for name, since in list(self.launching.items()):
            patience = 0.0 if self._expectations.is_unknown_launch(name) else self.limits.start_deadline_seconds
            if name not in listed and since < asked_at - patience:
                self._not_launched(name)
        self._assignments.forget_counts(keep=self.pods)
        self._cache.pods_listed_at = asked_at

    def jobs_listed(self, versions: Mapping[str, int], *, version: int, asked_at: float, now: float) -> None:
        """The resourceVersions of all jobs as of a list's own: what is not among them is gone."""
        for job in self._cache.jobs_missing(versions, version):
            self.forget_job(job.name, job.uid, now)
        for name, since in self._expectations.unknown_since():
            if since < asked_at and versions.get(name) == self.jobs[name].resource_version:
                self._outcome_known(name, now)
        self._cache.drop_old_tombstones(now)

    def server_date_seen(self, date: float, now: float) -> None:
        """The API server's Date in an answer that came now, in whole seconds."""
        self._cache.server_clock.date_received(date, now)

    def unreachable(self, now: float) -> None:
        """The API server did not answer: what renderers have done meanwhile could not be written."""
        self._cache.last_outage = now

    def start_explained(self, warning: str) -> None:
        """The last Warning about a pod that did not start: it becomes part of the condition."""
        self._launch_backoff.explained(warning)

    def mark_synced(self) -> None:
        """The first reconcile pass has succeeded: decisions begin."""
        self._cache.synced = True

    # -- what is asked for

    def apply(self, plan: Plan, now: float) -> list[Action]:
        """Record a plan, each step before the next is drawn; the actions to carry out, in order."""
        actions: list[Action] = []
        for step in plan:
            if isinstance(step, Note):
                self._remember(step, now)
            else:
                self.expect(step, now)
                actions.append(step)
        return actions

    def expect(self, action: Action, now: float) -> None:
        """Record an action that is about to be asked for."""
        self._expectations.expect(action)
        match action:
            case Assign():
                self._assignments.serve(action.job, action.pod, now)
            case Requeue() | Fail() | DeleteJob():
                self._assignments.waiting.discard(action.job)
            case Launch():
                self._launch_backoff.asked(action.pod, now)
            case DeletePod():
                self._capacity.changed(action.pod)
            case ReportCondition():
                self._availability.asked(action)
            case ReportFailedStart():
                self._launch_backoff.reported()

    def sent(self, action: Action, now: float) -> None:
        """An action that was recorded is asked for only now: until then a list that lacks it proves nothing."""
        self._expectations.sent(action, now)

    def settle(self, action: Action, now: float, *, ok: bool, why: str = "") -> None:
        """Record that an action was carried out (observe what it answered before) or failed, and `why`.

        What failed is decided anew after `retry_seconds`, never in a hot loop.
        """
        match action:
            case Assign() | Requeue() | Fail() | DeleteJob():
                if not self._expectations.is_open(action):
                    return
                if isinstance(action, Assign):
                    self._take_back(action, now)
                if ok:
                    self._release(action.job, now)
                else:
                    self._expectations.hold(action, now + self.limits.retry_seconds)
            case Launch():
                if not ok and action.pod in self.launching:
                    self._launch_failed(action, now, why)
            case DeletePod():
                if not ok:
                    self._expectations.hold(action, now + self.limits.retry_seconds)
            case ReportCondition():
                self._availability.settled(now, ok=ok)

    def unknown_outcome(self, action: Assign | Launch, now: float) -> None:
        """An action is about to end without a clear answer: it counts until an event or a list shows its outcome."""
        self._expectations.unknown_outcome(action, now)

    def release_held(self, now: float) -> None:
        """Let what failed be decided anew when its time has come."""
        for action in self._expectations.take_retries(now):
            if isinstance(action, DeletePod):
                self._expectations.deleting_pods.discard(action.pod)
                self._capacity.changed(action.pod)
            elif self._expectations.busy.get(action.job) is action:
                self._release(action.job, now)

    def drop_old_expiries(self, now: float) -> None:
        """Forget the expiries that are due of jobs that are gone: where nothing is decided, nothing else does."""
        due = self._cache.expiries.due(self.server_time(now))
        self._cache.expiries.take(len(due))
        for time, name, uid in due:
            if (job := self.jobs.get(name)) is not None and job.uid == uid:
                self._cache.expiries.add(time, name, uid)

    # -- inside

    def _remember(self, note: Note, now: float) -> None:
        match note:
            case RetriesReleased():
                self.release_held(now)
            case FullScanMade():
                self._scanned_at = now
                if self._found_ready is None:
                    self._found_ready = sum(self.serves(pod) and pod.ready_at is not None for pod in self.pods.values())
            case DeadlineScanMade():
                self._deadlines_at = now
            case ExpiriesTaken(count):
                self._take_expiries(count)
            case PodRetired(pod, reason):
                self._expectations.retired_pods.setdefault(pod, reason)
                self._capacity.changed(pod)
            case StartDelayed(pod, trouble):
                self._launch_backoff.delayed(pod, trouble)
            case StartFailed(pod, trouble):
                self._launch_backoff.ended(pod, trouble, now)

    def _take_expiries(self, count: int) -> None:
        """Take out what is dealt with now; a job that is to end before it is deleted is due again."""
        for time, name, uid in self._cache.expiries.take(count):
            job = self.jobs.get(name)
            if job is not None and job.uid == uid and time < job.deleted_at:
                self._cache.expiries.add(job.deleted_at, name, uid)

    def _launch_failed(self, action: Launch, now: float, why: str) -> None:
        self._launch_backoff.ended(action.pod, ": ".join(filter(None, ("it could not be created", why))), now)
        if self._expectations.is_unknown_launch(action.pod):
            # It counts from now on, until a list that is asked for later lacks it.
            self._expectations.sent(action, now)
        else:
            self._not_launched(action.pod)

    def _not_launched(self, pod: str) -> None:
        self._expectations.launch_seen(pod)
        self._launch_backoff.forget(pod)

    def _outcome_known(self, name: str, now: float) -> None:
        action = self._expectations.outcome_known(name)
        self._take_back(action, now)
        # Its deletion may be under way meanwhile.
        if self._expectations.busy.get(name) is action:
            self._release(name, now)

    def _take_back(self, action: Assign, now: float) -> None:
        """Take an assignment back that, as far as is known, did not happen; one that did is seen again."""
        job = self.jobs.get(action.job)
        if job is None or (job.renderer, job.attempt) != (action.pod, action.attempt):
            self._assignments.take_out(action.job, now)
            self._assignments.count(action.pod, -1)

    def _release(self, name: str, now: float) -> None:
        """A job's action is over: the job is placed by its status again, unless an older action is still unknown."""
        action = self._expectations.release(name)
        if (job := self.jobs.get(name)) is None:
            return
        if not self.is_busy(name):
            self._assignments.place(job, now)
        not_ended = not job.phase.finished and job.expires <= self.server_time(now)
        if isinstance(action, DeleteJob) or not_ended:
            # Its expiry was taken out when the action was decided, or while another one was under way.
            self._cache.expiries.add(job.expires, name, job.uid)

    def _measure_service(self, job: Job, now: float) -> None:
        """Measure how long a job that ends has kept its slot; while its pod was starting does not count."""
        pod, since = self._assignments.slot_of(job.name) or ("", now)
        ready_since = self.ready_since(pod)
        if ready_since is not None:
            self._service.add(now - max(since, ready_since))
