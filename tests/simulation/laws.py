"""What must hold whatever happens: the guarantees of the controller, checked on the API server's truth."""

from __future__ import annotations

from enum import StrEnum

from controller.state.limits import Limits
from crds.errors import ErrorCode
from crds.job import Job, Phase

# As well as the controller can know the server's time: its answers carry whole seconds, and differences up to
# two seconds are taken for delay.
CLOCK_SECONDS = 3.0


class Law(StrEnum):
    """One guarantee each; the value is what a violation says."""

    ENDS = "every job ends or is deleted once things are quiet"
    SERVED = "in quiet times every job is done, in its first attempt"
    FINAL = "a finished job never changes"
    SLOTS = "a pod never has more jobs than it has slots"
    ONE_RENDERER = "a job is never taken from a renderer that lives before its time is over"
    ATTEMPTS = "a job is assigned at most max_attempts times, and counts them"
    TEMPLATE = "no job goes to a pod of an outdated template that is not ready or has a successor"
    DELETED = "no job goes to a pod that is to be deleted"
    READY = "no job goes to a pod that was ready and is not"
    SILENT = "no job goes to a ready pod that has let a job's time pass without a report"
    REQUEUED = "a job whose renderer has ended waits again, and is not left to its timeout"
    PATIENT = "a pod that no node has is not given up"
    TIMELY = "no job fails before its time is over"
    MAX_PODS = (
        "there are never more pods than max_pods, or while others are replaced the surge, and never twice as many"
    )
    REPLACED = "no ready pod is taken out of service while fewer than min_warm others serve"
    STORM = "pods that do not become ready are not followed by a storm of others"
    FAIR = "users of one priority are served in turn"
    ORDER = "higher priorities first, and a user's own jobs oldest first"
    EXPIRY = "a job is deleted when it has expired, and not before"
    VISIBLE = "a job that was not served by its expiry ends before it is deleted, for its client to see, and not before"
    CONDITION = "RenderersAvailable follows the renderers that are ready"
    WARM = "the pool returns to min_warm ready pods"
    ONCE = "nothing is asked for again while it is being asked for"
    REST = "nothing is asked for when nothing is to do"
    VIEW = "the state becomes what the API server has"
    MEMORY = "the state keeps nothing of what is gone"
    CRASH = "nothing fails unexpectedly"


class Violation(AssertionError):
    """A law does not hold."""

    def __init__(self, law: Law, detail: str) -> None:
        super().__init__(f"{law.name}: {law}, but {detail}")
        self.law = law
        self._detail = detail

    def __reduce__(self) -> tuple[type[Violation], tuple[Law, str]]:
        # It is sent from process to process.
        return type(self), (self.law, self._detail)


class Laws:
    """Checks what is written at the API server, as it is written."""

    def __init__(self, limits: Limits, now: float) -> None:
        self.limits = limits
        self.violation: Violation | None = None
        """The first violation."""
        self._written_off: set[tuple[str, str]] = set()
        """Jobs that were taken from renderers that live, when their time was over, with these renderers."""
        self._launched = 0
        self._assigned = 0
        self._launching_since = now

    def require(self, law: Law, holds: bool, detail: str) -> None:
        """Raise a Violation when the law does not hold."""
        if not holds:
            self.violation = self.violation or Violation(law, detail)
            raise self.violation

    def controller_patches(
        self, before: Job, after: Job, on_pod: int, *, renderer_lives: bool, renderer_ran: bool, over: bool
    ) -> None:
        """The controller changes a job's status; `on_pod` are the running jobs of the job's new renderer.

        `renderer_lives` and `renderer_ran` are about the one before, and `over` says whether the job's time with it is.
        """
        name = before.name
        self.require(Law.FINAL, not before.phase.finished, f"{name} goes from {before.phase} to {after.phase}")
        match after.phase:
            case Phase.RENDERING:
                self.require(
                    Law.ONE_RENDERER,
                    before.phase is Phase.PENDING,
                    f"{name} goes to {after.renderer} as {before.phase}",
                )
                self._written_off.discard((name, after.renderer or ""))
                self.require(Law.SLOTS, on_pod <= self.limits.slots_per_pod, f"{after.renderer} has {on_pod}")
                counted = after.attempt == before.attempt + 1 and after.attempt <= self.limits.max_attempts
                self.require(Law.ATTEMPTS, counted, f"{name}: attempt {after.attempt} after {before.attempt}")
            case Phase.PENDING:
                self.require(Law.ONE_RENDERER, over or not renderer_lives, f"{name} is taken from {before.renderer}")
                self._written_off.add((name, before.renderer or ""))
                forgets = after.attempt != before.attempt and (renderer_ran or after.attempt != before.attempt - 1)
                self.require(Law.ATTEMPTS, not forgets, f"{name} forgets its attempts")
            case Phase.ERROR if after.error_code not in (ErrorCode.TIMEOUT, ErrorCode.EXPIRED):
                fails = f"{name} fails as {after.error_code} in attempt {before.attempt}"
                self.require(Law.ONE_RENDERER, over or not renderer_lives, fails)
                self.require(Law.ATTEMPTS, before.attempt >= self.limits.max_attempts, fails)
            case Phase.DONE:
                self.require(Law.FINAL, False, f"the controller calls {name} done")

    def assigned(self, job: str, renderer: str, *, serves: bool, deleting: bool) -> None:
        """The controller wants to give a job to a pod, whose template and readiness let it serve or not."""
        self._assigned += 1
        self.require(Law.TEMPLATE, serves, f"{job} is given to {renderer}")
        self.require(Law.DELETED, not deleting, f"{job} is given to {renderer}")

    def times_out(self, job: Job, age: float) -> None:
        """The controller wants to fail a job that was assigned `age` seconds ago, which it has seen."""
        early = job.timeout_seconds - age
        self.require(Law.TIMELY, early <= 0, f"{job.name} fails {early:.1f} s too early")

    def deleted(self, job: Job, now: float) -> None:
        """The controller wants to delete a job, at a time of the server that it knows."""
        early = job.expires - now
        self.require(Law.EXPIRY, early <= CLOCK_SECONDS, f"{job.name} is deleted {early:.1f} s too early")
        early = job.deleted_at - now
        self.require(Law.VISIBLE, early <= CLOCK_SECONDS, f"{job.name} is deleted {early:.1f} s too early")

    def expired(self, job: Job, now: float) -> None:
        """The controller wants to end a job as expired, at a time of the server that it knows."""
        early = job.expires - now
        self.require(Law.VISIBLE, early <= CLOCK_SECONDS, f"{job.name} expires {early:.1f} s too early")

    def renderer_takes(self, name: str, pods: list[str]) -> None:
        """A renderer begins with a job; `pods` are all live renderers that work on it now."""
        pods = [pod for pod in pods if (name, pod) not in self._written_off]
        self.require(Law.ONE_RENDERER, len(pods) == 1, f"{name} runs on {pods}")

    def pod_created(self, ours: int, others: int) -> None:
        """The controller has created a pod: so many renderers have not ended, `others` of older templates."""
        limits = self.limits
        surge = limits.surge if others else 0
        within = ours <= limits.max_pods + surge and ours + others <= 2 * limits.max_pods
        self.require(Law.MAX_PODS, within, f"there are {ours}, and {others} of older templates")

    def taken_out_of_service(self, pods: set[str], serving: set[str]) -> None:
        """The controller has decided that ready pods get no more jobs; it knows of these that still do."""
        enough = len(serving) >= min(self.limits.min_warm, len(serving | pods))
        self.require(Law.REPLACED, not pods or enough, f"{pods} are taken out of service, {serving} are left")

    def asked_again(self, verb: str, name: str) -> None:
        """The controller asks for what it is asking for already."""
        self.require(Law.ONCE, False, f"{verb} {name} is asked for again")

    def launch_asked(self, now: float) -> None:
        """The controller asks for a pod."""
        self._launched += 1
        allowed = self._launches_allowed(now - self._launching_since)
        self.require(
            Law.STORM,
            self._launched <= allowed,
            f"{self._launched} were launched in {now - self._launching_since:.1f} s, {allowed} are allowed",
        )

    def launches_count_anew(self, now: float) -> None:
        """A pod became ready or the controller began anew: what was launched before is forgiven."""
        self._launched, self._assigned, self._launching_since = 0, 0, now

    def _launches_allowed(self, seconds: float) -> int:
        """A full pool, one more, one for each pause (1, 2, 4 … s) that fits, one for pods that were recycled."""
        jobs_per_pod = self.limits.jobs_per_pod
        recycled = self._assigned // (jobs_per_pod - jobs_per_pod // 2)
        allowed, pause = self.limits.max_pods + 1 + recycled, 1.0
        while seconds >= pause:
            seconds -= pause
            allowed += 1
            pause = min(pause * 2, self.limits.launch_backoff_max_seconds)
        return allowed
