"""The jobs as the endpoints use them: create, find, wait for and cancel them, on the API server and in the cache."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from api.access.limits import UserLimits, user_retry_after_seconds
from api.http.errors import ApiError, Problem, from_kube, invalid, too_many, unavailable
from api.jobs.cache import JobCache, retry_after_seconds
from api.jobs.idempotency import HEADER, job_id, request_sha256
from api.jobs.waiters import Waiters
from api.jobs.watch import JobWatch
from api.metrics import CREATE_SECONDS, JobFigures
from crds.client import PdfExportJobClient
from crds.deletions import Deletion, give_notice
from crds.job import PLURAL, REQUEST_SHA256, SUBMITTED_AT, TRACEPARENT, Job, Phase, format_time, manifest
from kube.client import JsonObject, KubeClient, deployment_owner
from kube.errors import KubeError
from runtime import tracing
from runtime.text import counted

_log = logging.getLogger(__name__)

_CREATE_ATTEMPTS = 3
# An API server that has just started loads the jobs' schema within 5 s; until then policies refuse new jobs.
_STARTING_SECONDS = 12.0
_CREATE_SECONDS = 5.0
_OWNER_RETRY_SECONDS = 5
# While the watch is broken, a poll reads from the API server. A client does not wait longer than this for it.
_READ_WHILE_BROKEN_SECONDS = 2.0
# Nor for what does not change the answer.
_NOTICE_SECONDS = 2.0


class Jobs:
    """The jobs of one namespace."""

    def __init__(
        self,
        kube: KubeClient,
        *,
        namespace: str,
        queue_limit: int,
        user_limits: Mapping[str, int] | None = None,
        secret: bytes,
        owner: Mapping[str, Any] | None = None,
    ) -> None:
        self._kube = kube
        self._namespace = namespace
        self._jobs = PdfExportJobClient(kube, namespace)
        self._queue_limit = queue_limit
        self._user_limits = UserLimits(user_limits or {})
        self._secret = secret
        self._owner = owner
        self._creating = 0
        self._reads: dict[str, asyncio.Task[Job | None]] = {}
        self.cache = JobCache()
        self.waiters = Waiters()
        self.watch = JobWatch(kube, namespace, self.cache, self.waiters)
        self.faulty_templates = frozenset[str]()
        """The ids of the templates that no renderer can use, for what their files are (cv.template_files)."""
        self.refused = 0
        """The number of requests that were refused because the queue was full."""

    async def submit(
        self, spec: Mapping[str, Any], *, key: str | None, body: Mapping[str, Any], caller: str = ""
    ) -> str:
        """Create a job and return its jobId. With an Idempotency-Key, an earlier job of the
        key is returned when its request was the same `body`; `caller` is the name of the key's owner. ApiError 413,
        422, 429, 500 or 503."""
        annotations = {SUBMITTED_AT: format_time(self._kube.now())}
        if traceparent := tracing.traceparent():
            annotations[TRACEPARENT] = traceparent
        if key is None:
            name = str(uuid.uuid4())
            self._check_new(spec)
            if await self._create_owned(name, spec, annotations):
                return name
            raise unavailable("The random jobId is taken. Send the request again.", retry_after=1)
        name = job_id(self._secret, key, caller)
        annotations[REQUEST_SHA256] = request_sha256(body)
        known = self.known(name) is not None
        for _ in range(_CREATE_ATTEMPTS):
            if not known:
                self._check_new(spec)
                if await self._create_owned(name, spec, annotations):
                    return name
            if await self._is_same(name, annotations[REQUEST_SHA256]):
                return name
            known = False  # The job was deleted meanwhile: the key is free again.
        raise unavailable(
            f"Jobs with this {HEADER} are created and deleted too fast. Send the request again.", retry_after=1
        )

    def figures(self) -> JobFigures:
        """The figures of the jobs for the metrics."""
        return JobFigures(
            phases=self.cache.phases,
            cached=len(self.cache),
            in_sync=self.watch.in_sync,
            waiting_requests=len(self.waiters),
            watch_restarts=self.watch.informer.restarts,
            refused=self.refused,
        )

    def known(self, name: str) -> Job | None:
        """The job as this replica has cached it, unless it is not cached or has expired."""
        return self.cache.get(name, now=self._kube.now())

    async def find(self, name: str) -> Job | None:
        """The job, or None when it is unknown or has expired; from the cache where that is up to date."""
        if self.cache.uid(name) is not None:
            job = self.known(name)
            if job is None or job.phase.finished or self.watch.in_sync:
                return job
            try:
                async with asyncio.timeout(_READ_WHILE_BROKEN_SECONDS):
                    return await self._read(name)
            except (KubeError, TimeoutError):
                return job  # The cached state may be old, but is better than an error: the client polls again.
        try:
            return await self._read(name)
        except KubeError as e:
            raise _answer("read", e) from e

    async def find_finished(self, name: str, seconds: float) -> Job | None:
        """As `find`, but wait up to `seconds` for a job that has not ended."""
        deadline = time.monotonic() + seconds
        job = await self.find(name)
        if job is not None and not job.phase.finished:
            until_deleted = job.deleted_at - self._kube.now()
            await self.waiters.wait(name, min(deadline - time.monotonic(), until_deleted))
            job = await self.find(name)
        return job

    async def cancel(self, name: str) -> bool:
        """Delete the job; False when it is unknown or has expired."""
        known, job = self.cache.uid(name), self.known(name)
        if known is not None and job is None:
            return False
        try:
            uid = await self._jobs.delete(name)
        except KubeError as e:
            if not e.is_missing(PLURAL, name):
                raise _answer("delete", e) from e
            self._gone(name, known)
            return False
        self._gone(name, uid or known)
        _log.info("Job %s was cancelled", name)
        if job is not None and job.phase is Phase.DONE:
            await self._give_notice(job)
        return True

    async def _give_notice(self, job: Job) -> None:
        """Have the renderers remove the document of a job that was done and is deleted; the deletion stands anyway."""
        try:
            async with asyncio.timeout(_NOTICE_SECONDS):
                await give_notice(self._kube, self._namespace, Deletion.of(job, now=self._kube.now()))
        except (KubeError, TimeoutError) as e:
            reason = getattr(e, "reason", "no answer")
            _log.warning("No notice to the renderers that job %s was deleted: %s", job.name, reason)

    def broken_templates(self) -> frozenset[str]:
        """The ids of the templates that are broken, by their files or by a job that has lately shown it."""
        return self.faulty_templates | self.cache.broken_templates(now=self._kube.now())

    def _check_new(self, spec: Mapping[str, Any]) -> None:
        """ApiError when no job of this spec is to be created: 422 for its template, 429 and 503 for limits."""
        if spec["templateId"] in self.broken_templates():
            raise invalid([Problem("templateId", "this template is broken at the moment; choose another one")])
        self._check_queue()
        user, limit = spec.get("userId"), self._user_limits.of(spec.get("userPackage"))
        if not user or limit is None:
            return
        own = self.cache.unfinished_of(user) + self._user_limits.creating(user)
        if own < limit:
            return
        rate = self.cache.finish_rate(now=self._kube.now())
        raise too_many(
            f"This user has {counted(own, 'unfinished export')}, and the limit is {limit}. "
            "Send the request again when one has ended.",
            retry_after=user_retry_after_seconds(own=own, all_users=self.cache.unfinished, rate=rate),
        )

    def _check_queue(self) -> None:
        waiting = self.cache.waiting + self._creating
        if waiting < self._queue_limit:
            return
        self.refused += 1
        rate = self.cache.finish_rate(now=self._kube.now())
        raise unavailable(
            f"The queue is full: it has {counted(waiting, 'job')}, and the limit is {self._queue_limit}.",
            retry_after=retry_after_seconds(waiting=waiting, limit=self._queue_limit, rate=rate),
        )

    async def _create_owned(self, name: str, spec: Mapping[str, Any], annotations: Mapping[str, str]) -> bool:
        """As `_create`, of a job that its owner keeps: one that was made anew has another uid, and Kubernetes deletes
        what belongs to the old one. The owner is read beside the create, so that nothing waits for it. ApiError 503
        while there is none."""
        for _ in range(_CREATE_ATTEMPTS):
            owner = self._owner
            reading = asyncio.create_task(self._read_owner())
            try:
                # Not in a task of its own: the job counts for the limits before anything is awaited.
                created = await self._create(manifest(name, spec, annotations=annotations, owner=owner))
                current = await reading
            finally:
                reading.cancel()
            if not created or current == owner:
                return created
            await self._withdraw(name)
            if current is None:
                break
            _log.info("The owner of the jobs was made anew")
            self._owner = current
        raise unavailable(
            "The service is being installed anew. Send the request again.", retry_after=_OWNER_RETRY_SECONDS
        )

    async def _read_owner(self) -> Mapping[str, Any] | None:
        """The owner as it is now, None when it is gone; the known one when the API server does not say."""
        if self._owner is None:
            return None
        try:
            return await deployment_owner(self._kube, self._namespace, self._owner["name"])
        except KubeError as e:
            return None if e.is_missing("deployments", self._owner["name"]) else self._owner

    async def _withdraw(self, name: str) -> None:
        """Delete a job that was just created, before any client has its jobId."""
        if (uid := self.cache.uid(name)) is not None:
            with suppress(KubeError):  # Kubernetes deletes it as well.
                await self._jobs.delete(name, uid=uid)
            self._gone(name, uid)

    async def _create(self, body: JsonObject) -> bool:
        """False when there is a job of this name that this call did not create."""
        user = body["spec"].get("userId")
        self._creating += 1
        self._user_limits.began(user)
        try:
            maybe_ours = False
            deadline = time.monotonic() + _STARTING_SECONDS
            for attempt in count(1):
                try:
                    with CREATE_SECONDS.time(), tracing.step("create", calls=True, job=body["metadata"]["name"]):
                        metadata = await self._jobs.create(body, timeout_seconds=_CREATE_SECONDS)
                except KubeError as e:
                    if e.status == 409:
                        # After a lost answer the job that exists is the one that this call created.
                        return maybe_ours and REQUEST_SHA256 not in body["metadata"]["annotations"]
                    starting = e.undiscovered and time.monotonic() < deadline
                    if not starting and (not e.temporary or e.too_large or attempt >= _CREATE_ATTEMPTS):
                        raise _answer("create", e) from e
                    maybe_ours = True
                    await asyncio.sleep(random.uniform(0.1, 0.3) * min(attempt, _CREATE_ATTEMPTS))
                else:
                    self.cache.put(Job.from_object({**body, "metadata": metadata}), now=self._kube.now())
                    return True
            raise AssertionError("unreachable")
        finally:
            self._creating -= 1
            self._user_limits.ended(user)

    async def _is_same(self, name: str, sha256: str) -> bool:
        """Whether the job of an Idempotency-Key exists and is of the same request; ApiError 422 when it is of another.

        False when the job does not exist, or is deleted here: it has expired, or has failed in a way that may pass.
        """
        known = self.cache.uid(name)
        try:
            obj = await self._jobs.get(name)
            job = Job.with_details(obj)
            if self._kube.now() >= job.expires or job.error_retryable:
                # A key stands for one outcome: after a failure that may pass there is none yet, and the key is free.
                await self._jobs.delete(name, uid=job.uid)
                self._gone(name, job.uid)
                return False
        except KubeError as e:
            if e.status == 409 or e.is_missing(PLURAL, name):
                self._gone(name, known)
                return False
            raise _answer("read", e) from e
        if obj["metadata"].get("annotations", {}).get(REQUEST_SHA256) != sha256:
            raise invalid([Problem(HEADER, "was used for another request; send a new key with a new request")])
        self.cache.put(job, now=self._kube.now())
        return True

    async def _read(self, name: str) -> Job | None:
        """The job from the API server; polls that ask for the same job at the same time share one request."""
        task = self._reads.get(name)
        if task is None:
            task = self._reads[name] = asyncio.create_task(self._read_now(name))
            task.add_done_callback(lambda task: self._read_is_over(name, task))
        return await asyncio.shield(task)

    def _read_is_over(self, name: str, task: asyncio.Task[Job | None]) -> None:
        del self._reads[name]
        if not task.cancelled():
            task.exception()  # Retrieved, even when every poll that waited for it has disconnected.

    async def _read_now(self, name: str) -> Job | None:
        known = self.cache.uid(name)
        try:
            obj = await self._jobs.get(name)
        except KubeError as e:
            if not e.is_missing(PLURAL, name):
                raise
            self._gone(name, known)
            return None
        if self.cache.put(Job.with_details(obj), now=self._kube.now()):
            self.waiters.wake(name)
        return self.known(name)

    def _gone(self, name: str, uid: str | None) -> None:
        # `uid` was cached before the request: meanwhile a new job may have taken the name.
        if uid is not None and self.cache.deleted(name, uid=uid, now=self._kube.now()):
            self.waiters.wake(name)


def _answer(verb: str, e: KubeError) -> ApiError:
    # e.message is not logged: it may quote the job.
    _log.warning("The API server did not %s a job: %s %s", verb, e.status, e.reason)
    return from_kube(e)
