"""The controller's own loop in a world of models: everything that can happen to it, and how it all comes to rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from itertools import count

from controller.loop import Loop
from controller.state.actions import Action, Fail, Requeue
from controller.state.limits import Limits
from controller.state.pod import TEMPLATE_LABEL, Pod, PodTemplate
from controller.state.state import State
from crds.errors import ErrorCode
from crds.job import Job, Phase
from tests.simulation.kubelet import Kubelet
from tests.simulation.laws import CLOCK_SECONDS, Law, Laws, Violation
from tests.simulation.queueing import Turns
from tests.simulation.server import ApiServer, Outcome
from tests.simulation.truth import Truth
from tests.simulation.virtual import VirtualLoop

START = 1_700_000_000.0
_RECONCILE_SECONDS = 5.0
_REQUESTS_AT_ONCE = 3
# After which requests that follow each other without time passing are taken for endless.
_ROUNDS = 100
# How long the state remembers what is gone, so that late events do not bring it back.
_TOMBSTONE_SECONDS = 120.0
# A report that failed is sent again after five.
_CONDITION_SECONDS = 7


class World:
    """One run: use it as a context manager."""

    def __init__(self, limits: Limits, *, controller_ahead: float = 0.0, nodes_ahead: float = 0.0) -> None:
        """The clocks are ahead of the API server's by so many seconds."""
        self.limits = limits
        self.laws = Laws(limits, START)
        self.truth = Truth(START)
        self.kubelet = Kubelet(self.truth, self.laws, limits.jobs_per_pod)
        self.server = ApiServer(
            self.truth,
            self.laws,
            self.kubelet.stop,
            lives=self.kubelet.lives,
            ran=lambda pod: pod in self.kubelet.ran,
            unscheduled=self.kubelet.unscheduled,
        )
        self.stalled = False
        """Whether the controller's process gets no time to decide."""
        self._controller_ahead = controller_ahead
        self.truth.node_ahead = nodes_ahead
        self._template = 0
        self._names = (f"pod-{n}" for n in count(1))
        self._time = VirtualLoop()
        self._errors = _ErrorLog()
        self._reconciling: asyncio.Task[None] | None = None
        self._start_controller()

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self._time.end()
        self._errors.close()

    # -- the controller's process

    def clock(self) -> float:
        """The controller's clock, which may be wrong but does not jump."""
        return self.truth.monotonic + self._controller_ahead

    def run(self) -> None:
        """The controller does what there is to do now."""
        if not self.stalled:
            self._run(self._decide)

    def reconcile(self) -> None:
        """A reconcile pass begins, unless one is still under way."""
        if self._reconciling is None or self._reconciling.done():
            self._run(self._begin_reconciling)

    def restart(self, *, requests_arrive: bool, new_template: bool) -> None:
        """The controller is killed, and another begins with nothing but what the API server has."""
        self.server.cut_off(arrive=requests_arrive)
        self._time.cancel_all()
        self._template += new_template
        self.laws.launches_count_anew(self.truth.monotonic)
        self._start_controller()

    # -- what reaches it

    def serve(self, index: int, outcome: Outcome) -> None:
        """Something becomes of one of the requests under way."""
        if requests := self.server.requests:
            self.server.serve(requests[index % len(requests)], outcome)
            self._run()

    def deliver_job(self, index: int = 0) -> None:
        """An event about a job arrives: the next one, or with an index one that overtakes others."""
        if stream := self.truth.job_events.pending:
            self._see_job(*self.truth.job_events.take(index % len(stream)))

    def deliver_pod(self, index: int = 0) -> None:
        """An event about a pod arrives."""
        if stream := self.truth.pod_events.pending:
            self._see_pod(*self.truth.pod_events.take(index % len(stream)))

    def repeat_events(self) -> None:
        """The last events arrive once more, now late."""
        for event, job in self.truth.job_events.delivered:
            self._see_job(event, job)
        for event, pod in self.truth.pod_events.delivered:
            self._see_pod(event, pod)

    def lose_events(self) -> None:
        """What is on its way never arrives."""
        self.truth.job_events.pending = []
        self.truth.pod_events.pending = []

    # -- time

    def pass_time(self, seconds: float) -> None:
        """Time passes for everybody."""
        self.truth.monotonic += seconds
        self.server.time_out()
        self._time.pass_time(seconds)
        self._check()

    # -- health

    def flow(self) -> None:
        """All requests are answered and all events arrive, until no more follow."""
        for rounds in count():
            self.laws.require(Law.REST, rounds < _ROUNDS, "answers and events are followed by requests for ever")
            if not (self.server.requests or self.truth.job_events.pending or self.truth.pod_events.pending):
                return
            self.answer_all()
            self.deliver_all_jobs()
            self.deliver_all_pods()
            self.run()

    def answer_all(self) -> None:
        """All requests are carried out and answered, and those that follow."""
        while self.server.requests:
            self.serve(0, Outcome.OK)

    def deliver_all_jobs(self) -> None:
        """All events about jobs arrive."""
        while self.truth.job_events.pending:
            self.deliver_job()

    def deliver_all_pods(self) -> None:
        """All events about pods arrive."""
        while self.truth.pod_events.pending:
            self.deliver_pod()

    def healthy_seconds(self, seconds: int) -> None:
        """All goes well for some time."""
        for second in range(seconds):
            self.kubelet.work_well()
            if second % _RECONCILE_SECONDS == 0:
                self.reconcile()
            self.flow()
            self.run()
            self.flow()
            self.pass_time(1.0)

    def settle(self) -> None:
        """Let all faults end; then the laws of a world at rest must come to hold, each within its time."""
        self.stalled = False
        limits = self.limits
        patience = int(2 * limits.start_deadline_seconds + limits.launch_backoff_max_seconds + 60)
        self._wait(Law.ENDS, patience + 2 * len(self.truth.jobs), self._unfinished)
        self._check_condition()
        self._probe(patience)
        self.healthy_seconds(6)
        self._check_state()
        if self.truth.jobs:
            expiry = max(Job.from_object(job).deleted_at for job in self.truth.jobs.values())
            self.pass_time(max(expiry - self.truth.now, 0) + CLOCK_SECONDS)
        self._wait(Law.EXPIRY, 20, lambda: ", ".join(self.truth.jobs))
        self.pass_time(limits.idle_seconds)
        self._wait(Law.WARM, patience, self._wrong_pool)
        self.pass_time(_TOMBSTONE_SECONDS)
        self.healthy_seconds(6)
        self._check_state()
        self._check_memory()
        before = self._writes()
        self.healthy_seconds(10)
        after = self._writes()
        self.laws.require(Law.REST, before == after, f"{after} follow {before}")
        self.laws.require(Law.WARM, not self._wrong_pool(), self._wrong_pool())
        self.laws.require(Law.CONDITION, self.server.available is True, f"it is {self.server.available}")

    # -- inside

    def _probe(self, patience: int) -> None:
        """More jobs than there are slots: with no faults left, all must go well."""
        jobs = [f"probe-{n}" for n in range(self.limits.max_pods * self.limits.slots_per_pod + 2)]
        for n, name in enumerate(jobs):
            self.truth.create_job(name, user=f"user-{n % 2}", priority=0, ttl=6000, timeout=60)
        self._wait(Law.ENDS, patience + 2 * len(jobs), self._unfinished)
        for name in jobs:
            job = Job.from_object(self.truth.jobs[name])
            well = job.phase is Phase.DONE and job.attempt == 1
            self.laws.require(Law.SERVED, well, f"{name} is {job.phase} after attempt {job.attempt}")

    def _start_controller(self) -> None:
        template = PodTemplate.from_manifest({"metadata": {"annotations": {"revision": str(self._template)}}})
        self.state = State(self.limits, pod_template=template.digest)
        self.server.pod_template = template.digest
        self._turns = Turns(self.state, self.laws)
        self._seen_ready: set[str] = set()
        self._silent: set[str] = set()
        self._controller = Loop(
            self.server,
            self.state,
            template,
            new_name=lambda: next(self._names),
            reconcile_seconds=_RECONCILE_SECONDS,
            clock=self.clock,
            requests_at_once=_REQUESTS_AT_ONCE,
        )
        self._reconciling = None
        self.truth.relist()
        self.reconcile()

    def _run(self, *callbacks: Callable[[], object]) -> None:
        try:
            self._time.run_ready(*callbacks)
        except Violation:
            raise
        except Exception as error:
            self.laws.require(Law.CRASH, False, repr(error))
        self._check()

    def _check(self) -> None:
        """What goes wrong inside the controller's tasks is raised here."""
        error = self._errors.first()
        if self.laws.violation:
            raise self.laws.violation
        self.laws.require(Law.CRASH, error is None, str(error))

    def _begin_reconciling(self) -> None:
        self._reconciling = asyncio.get_running_loop().create_task(self._controller.reconcile())

    def _decide(self) -> None:
        before = self._in_service()
        with self._turns.watched() as decided:
            decided += self._controller.decide()
        pods = self.state.pods.values()
        ready = {pod.name for pod in pods if pod.ready_at is not None}
        ending = {pod.name for pod in pods if pod.terminating or pod.finished}
        after = self._in_service()
        self._silent |= self._found_silent(decided, ready)
        for action in decided:
            self.server.check(
                action,
                ending=ending,
                stalled=self._seen_ready - ready,
                silent=self._silent,
                serving=before | after,
                dead=self._seen_dead(),
            )
        self._seen_ready |= ready
        jobs_left = {name for name in before if self.state.jobs_taken[name] < self.limits.jobs_per_pod}
        self.laws.taken_out_of_service((before - after) & jobs_left - self._silent, after)

    def _found_silent(self, decided: list[Action], ready: set[str]) -> set[str]:
        """The ready pods that let the time of a job pass, and had no other's end seen since they had it."""
        late = {
            action.job
            for action in decided
            if isinstance(action, Requeue)
            or (isinstance(action, Fail) and action.error.code in (ErrorCode.TIMEOUT, ErrorCode.RENDERER_LOST))
        }
        return {
            pod
            for pod, jobs in self.state.jobs_by_pod.items()
            if pod in ready and any(job in late and not self.state.reported_since(pod, jobs[job]) for job in jobs)
        }

    def _seen_dead(self) -> set[str]:
        """The pods whose renderer has ended, and of which the controller has cached that."""
        pods = self.truth.pods
        return {
            pod.name
            for pod in self.state.pods.values()
            if pod.name in pods
            and int(pods[pod.name]["metadata"]["resourceVersion"]) == pod.resource_version
            and not self.kubelet.lives(pod.name)
        }

    def _in_service(self) -> set[str]:
        """The ready pods that are in service, as far as the controller knows."""
        out_of_service = self.state._expectations.deleting_pods | self.state._expectations.retired_pods.keys()
        pods = [pod for pod in self.state.pods.values() if not (pod.terminating or pod.finished)]
        return {pod.name for pod in pods if pod.ready_at is not None} - out_of_service

    def _see_job(self, event: str, obj: dict[str, object]) -> None:
        self._controller.observe_job(Job.from_object(obj), deleted=event == "DELETED")

    def _see_pod(self, event: str, obj: dict[str, object]) -> None:
        self._controller.observe_pod(Pod.from_object(obj), deleted=event == "DELETED")

    def _wait(self, law: Law, seconds: int, wrong: Callable[[], str]) -> None:
        for _ in range(seconds):
            self.healthy_seconds(1)
            if not wrong():
                return
        raise Violation(law, f"after {seconds} quiet seconds: {wrong()}")

    def _unfinished(self) -> str:
        jobs = [Job.from_object(job) for job in self.truth.jobs.values()]
        return ", ".join(f"{job.name} is {job.phase} on {job.renderer}" for job in jobs if not job.phase.finished)

    def _wrong_pool(self) -> str:
        ready = sum(
            pod["metadata"]["labels"][TEMPLATE_LABEL] == self.server.pod_template
            and any(c["status"] == "True" for c in pod["status"].get("conditions", ()))
            for pod in self.truth.pods.values()
        )
        right = ready == len(self.truth.pods) == self.limits.min_warm
        return (
            ""
            if right
            else f"{ready} of {len(self.truth.pods)} pods are ready and up to date, not {self.limits.min_warm}"
        )

    def _writes(self) -> int:
        return sum(n for verb, n in self.server.asked.items() if not verb.startswith("list"))

    def _check_condition(self) -> None:
        """A node takes all renderers along, and for some seconds no other starts."""
        for pod in list(self.truth.pods):
            self.kubelet.remove(pod, by_force=True)
        for _ in range(_CONDITION_SECONDS):
            self.flow()
            self.run()
            self.flow()
            self.pass_time(1.0)
        wanted = self.limits.min_warm > 0 or bool(self.state._launch_backoff.trouble)
        self.laws.require(Law.CONDITION, self.server.available is not wanted, f"it is {self.server.available}")

    def _check_state(self) -> None:
        state, truth = self.state, self.truth
        jobs = {job.name: job.resource_version for job in state.jobs.values()}
        pods = {pod.name: pod.resource_version for pod in state.pods.values()}
        for known, real in ((jobs, truth.jobs), (pods, truth.pods)):
            versions = {name: int(obj["metadata"]["resourceVersion"]) for name, obj in real.items()}
            self.laws.require(Law.VIEW, known == versions, f"it has {known} instead of {versions}")
        self.laws.require(
            Law.VIEW,
            state.running_jobs == 0 and state.waiting_jobs == 0,
            "it has jobs where there are none",
        )

    def _check_memory(self) -> None:
        # Expiries are not looked into: the time at which a job expires stays until then; what is due then is dropped.
        state = self.state
        for part in (state._cache, state._expectations, state._assignments, state._launch_backoff):
            for name, kept in vars(part).items():
                if isinstance(kept, dict | set | list):
                    self.laws.require(
                        Law.MEMORY, len(kept) <= len(state.pods), f"{name} has {len(kept)} entries: {kept}"
                    )


class _ErrorLog(logging.Handler):
    """Errors in the controller's log are violations: it logs what it did not expect."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._errors: list[str] = []
        self._log = logging.getLogger("controller")
        self._level = self._log.level
        self._log.setLevel(logging.ERROR)
        self._log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self._errors.append(logging.Formatter().format(record))

    def first(self) -> str | None:
        """The oldest error that was logged and not been asked for."""
        return self._errors.pop(0) if self._errors else None

    def close(self) -> None:
        self._log.removeHandler(self)
        self._log.setLevel(self._level)
        super().close()
