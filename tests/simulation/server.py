"""A model of the API server's front: requests that wait, and then fail in every way there is."""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from typing import Any

from controller.release_client import ReleaseClient
from controller.state.actions import Action, Assign, DeleteJob, DeletePod, Fail
from controller.state.pod import TEMPLATE_LABEL, Pod
from crds.errors import ErrorCode, JobError
from crds.job import Job
from kube.client import JsonObject
from kube.errors import KubeError
from tests.simulation.laws import Law, Laws
from tests.simulation.truth import Truth

# What the real client waits for an answer at most, in seconds.
_PATIENCE = 10.0
_WRITES = ("patch job", "delete job", "create pod", "delete pod")
_OWNER = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "controller", "uid": "owner"}


class Outcome(StrEnum):
    """What becomes of a request."""

    OK = "it is carried out and answered"
    APPLIED = "it is carried out; the answer is on its way"
    LOST = "it is carried out; the answer never comes"
    TWICE = "it arrives twice; the answer to the second comes back"
    CONFLICT = "somebody else changes the object first"
    UNREACHABLE = "it never arrives"
    OVERLOADED = "503"
    THROTTLED = "429"
    FORBIDDEN = "403: by turns from a policy, and from an API server that does not know the rights yet"


_REFUSALS = {
    Outcome.LOST: (0, "Unreachable"),
    Outcome.UNREACHABLE: (0, "Unreachable"),
    Outcome.OVERLOADED: (503, "ServiceUnavailable"),
    Outcome.THROTTLED: (429, "TooManyRequests"),
    Outcome.FORBIDDEN: (403, "Forbidden"),
}
_WORDS_OF_403 = ("a policy denied the request", 'it is forbidden: User "controller" cannot do this')


@dataclass(eq=False)
class Request:
    """One request of the controller, under way; `answer` is a plain value or the error to raise."""

    verb: str
    name: str
    uid: str
    carry_out: Callable[[], Any]
    future: asyncio.Future[Any]
    since: float
    jumps: int
    """How often the server's clock had jumped when it was asked."""
    answer: Any = None
    applied: bool = False


class ApiServer(ReleaseClient):
    """What the controller talks to. Each request waits until `serve` decides what becomes of it."""

    def __init__(
        self,
        truth: Truth,
        laws: Laws,
        stop_pod: Callable[[str], None],
        *,
        lives: Callable[[str], bool],
        ran: Callable[[str], bool],
        unscheduled: Callable[[str], bool],
    ) -> None:
        self.truth = truth
        self.laws = laws
        self.requests: list[Request] = []
        self.asked: Counter[str] = Counter()
        """How many requests of each kind there have been."""
        self.available: bool | None = None
        """The condition RenderersAvailable of the Deployment."""
        self.pod_template = ""
        """The digest that the running controller gives its pods."""
        self.knows_time = False
        """Whether the controller has received the server's time since that jumped last."""
        self._date: float | None = None
        self._jumps = 0
        self._words_of_403 = cycle(_WORDS_OF_403)
        self._began = float("-inf")
        self._deleting: set[str] = set()
        self._stop_pod = stop_pod
        self._lives, self._ran, self._unscheduled = lives, ran, unscheduled

    def serve(self, request: Request, outcome: Outcome) -> None:
        """Let a request end, or with APPLIED only happen."""
        if request.applied and outcome in (Outcome.THROTTLED, Outcome.FORBIDDEN):
            # These say that nothing was done: they never come after it was.
            outcome = Outcome.OK
        if outcome is Outcome.CONFLICT and request.name in self.truth.jobs:
            self.truth.touch_job(request.name)
        if not request.applied and outcome not in _REFUSALS.keys() - {Outcome.LOST}:
            request.applied = True
            request.answer = self._attempt(request)
            if outcome is Outcome.TWICE:
                request.answer = self._attempt(request)
        if outcome is Outcome.APPLIED:
            return
        self.requests.remove(request)
        answer = KubeError(*_REFUSALS[outcome], next(self._words_of_403)) if outcome in _REFUSALS else request.answer
        if outcome not in (Outcome.LOST, Outcome.UNREACHABLE):
            self._date = math.floor(self.truth.now)
            if request.verb == "list pods" and request.jumps == self._jumps and not isinstance(answer, KubeError):
                self.knows_time = True
        if isinstance(answer, KubeError):
            request.future.set_exception(answer)
        else:
            request.future.set_result(answer)

    def time_out(self) -> None:
        """The client gives up on what has waited too long."""
        for request in [r for r in self.requests if r.since + _PATIENCE < self.truth.monotonic]:
            self.serve(request, Outcome.LOST if request.applied else Outcome.UNREACHABLE)

    def cut_off(self, *, arrive: bool) -> None:
        """The controller is gone: what it has asked for arrives all the same, or does not."""
        for request in self.requests:
            if arrive and not request.applied:
                self._attempt(request)
        self.requests = []
        self.knows_time = False
        self._began = self.truth.monotonic
        self._deleting = set()

    def jump(self, seconds: float) -> None:
        """The server's clock is set forwards or backwards."""
        self.truth.ahead += seconds
        self.knows_time = False
        self._jumps += 1

    # -- the requests

    @property
    def server_date(self) -> float | None:
        return self._date

    async def job(self, name: str) -> Job:
        return Job.from_object(await self._ask("get job", name, lambda: self._find(self.truth.jobs, name)))

    async def unfinished_jobs(self) -> list[Job]:
        jobs = await self._ask("list jobs", "", lambda: [Job.from_object(job) for job in self.truth.jobs.values()])
        return [job for job in jobs if not job.phase.finished]

    async def job_versions(self) -> tuple[dict[str, int], int]:
        jobs, version = await self._ask("list jobs", "", lambda: (list(self.truth.jobs.values()), self.truth.version))
        return {job["metadata"]["name"]: int(job["metadata"]["resourceVersion"]) for job in jobs}, version

    async def pods(self) -> tuple[list[Pod], int]:
        pods, version = await self._ask("list pods", "", lambda: (list(self.truth.pods.values()), self.truth.version))
        return [Pod.from_object(pod) for pod in pods], version

    async def change_status(self, job: Job, status: Mapping[str, Any]) -> Job:
        version = await self._ask(
            "patch job", job.name, lambda: self._patch(job.name, job.resource_version, status), job.uid
        )
        return job.changed(status, resource_version=version)

    async def delete_job(self, name: str, uid: str) -> None:
        await self._ask("delete job", name, lambda: self._delete_job(name, uid), uid)

    async def create_pod(self, manifest: JsonObject) -> Pod:
        self.laws.launch_asked(self.truth.monotonic)
        return Pod.from_object(
            await self._ask("create pod", manifest["metadata"]["name"], lambda: self._create_pod(manifest))
        )

    async def delete_pod(self, name: str, uid: str) -> None:
        self._deleting.add(name)
        try:
            await self._ask("delete pod", name, lambda: self._delete_pod(name, uid), uid)
        except KubeError:
            self._deleting.discard(name)
            raise

    async def owner(self) -> JsonObject:
        return _OWNER

    async def warn(self, reason: str, message: str, now: float, about: Job | None = None) -> None:
        await self._ask("create event", "", lambda: None)

    async def last_warning(self, pod: str) -> str:
        found: str = await self._ask("list events", "", lambda: "FailedMount: no such Secret")
        return found

    async def set_available(self, available: bool, message: str, now: float) -> None:
        await self._ask("patch deployment", "", lambda: self._set_available(available))

    async def set_storage_available(self, available: bool, message: str, now: float) -> None:
        await self._ask("patch deployment", "storage", lambda: None)

    async def _ask(self, verb: str, name: str, carry_out: Callable[[], Any], uid: str = "") -> Any:
        self.asked[verb] += 1
        if verb in _WRITES and any((r.verb, r.name, r.uid) == (verb, name, uid) for r in self.requests):
            self.laws.asked_again(verb, name)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.requests.append(Request(verb, name, uid, carry_out, future, self.truth.monotonic, self._jumps))
        return await future

    def check(
        self,
        action: Action,
        *,
        ending: set[str],
        stalled: set[str],
        silent: set[str],
        serving: set[str],
        dead: set[str],
    ) -> None:
        """What is wrong to decide, whatever becomes of it.

        The controller knows which pods are `ending`, which are `stalled`: not ready, although they were; which are
        `silent`: ready, and have reported nothing in time; which ready ones were `serving` when it decided; and of
        which `dead` ones the renderer has ended.
        """
        match action:
            case Assign(name, _, renderer) if renderer in self.truth.pods:
                template = self.truth.pods[renderer]["metadata"]["labels"][TEMPLATE_LABEL]
                serves = template == self.pod_template or renderer in serving
                self.laws.assigned(name, renderer, serves=serves, deleting=renderer in ending | self._deleting)
                self.laws.require(Law.READY, renderer not in stalled, f"{name} is given to {renderer}")
                self.laws.require(Law.SILENT, renderer not in silent, f"{name} is given to {renderer}")
            case DeletePod(name, _, "it was not ready for too long") if name in self.truth.pods:
                self.laws.require(Law.PATIENT, not self._unscheduled(name), f"{name} is deleted")
            case DeleteJob(name, uid) if self.knows_time and (job := self._job(name, uid)):
                self.laws.deleted(job, self.truth.now)
            case Fail(name, version, JobError(ErrorCode.EXPIRED)) if self.knows_time and (job := self._job(name)):
                # The name may belong to a later job by now, which the controller has not cached.
                if job.resource_version == version:
                    self.laws.expired(job, self.truth.now)
            case Fail(name, _, JobError(ErrorCode.TIMEOUT)) if job := self._job(name):
                self.laws.require(Law.REQUEUED, job.renderer not in dead, f"{name} on {job.renderer} times out")
                # Of what was assigned before it began, it knows only what clocks say.
                if (assigned_at := self.truth.assigned_at.get(job.uid, float("-inf"))) > self._began:
                    self.laws.times_out(job, self.truth.monotonic - assigned_at)

    def _job(self, name: str, uid: str | None = None) -> Job | None:
        job = self.truth.jobs.get(name)
        return Job.from_object(job) if job and uid in (None, job["metadata"]["uid"]) else None

    # -- what they do

    def _attempt(self, request: Request) -> Any:
        try:
            return request.carry_out()
        except KubeError as error:
            return error

    def _find(self, objects: dict[str, JsonObject], name: str) -> JsonObject:
        if name not in objects:
            raise KubeError(404, "NotFound", name)
        return objects[name]

    def _patch(self, name: str, resource_version: int, status: Mapping[str, Any]) -> int:
        current = self._find(self.truth.jobs, name)
        if resource_version != int(current["metadata"]["resourceVersion"]):
            raise KubeError(409, "Conflict", name)
        before = Job.from_object(current)
        # Of what was assigned before it began, the controller knows only what clocks say.
        assigned_at = self.truth.assigned_at.get(before.uid, float("-inf"))
        over = assigned_at <= self._began or self.truth.monotonic - assigned_at >= before.timeout_seconds
        after = Job.from_object(self.truth.change_job(name, status))
        on_pod = len(self.truth.running(after.renderer)) if after.renderer else 0
        renderer = before.renderer or ""
        self.laws.controller_patches(
            before,
            after,
            on_pod,
            renderer_lives=self._lives(renderer),
            renderer_ran=self._ran(renderer),
            over=over,
        )
        return after.resource_version

    def _delete_job(self, name: str, uid: str) -> None:
        self._check_uid(self._find(self.truth.jobs, name), uid)
        self.truth.delete_job(name)

    def _create_pod(self, manifest: JsonObject) -> JsonObject:
        name = manifest["metadata"]["name"]
        if name in self.truth.pods:
            raise KubeError(409, "AlreadyExists", name)
        self.truth.create_pod(manifest)
        living = [pod["metadata"]["labels"][TEMPLATE_LABEL] for n, pod in self.truth.pods.items() if self._lives(n)]
        ours = living.count(self.pod_template)
        self.laws.pod_created(ours, len(living) - ours)
        return self.truth.pods[name]

    def _delete_pod(self, name: str, uid: str) -> None:
        self._check_uid(self._find(self.truth.pods, name), uid)
        self._stop_pod(name)

    def _set_available(self, available: bool) -> None:
        self.available = available

    def _check_uid(self, current: JsonObject, uid: str) -> None:
        if current["metadata"]["uid"] != uid:
            raise KubeError(409, "Conflict", "the UID in the precondition does not match")
