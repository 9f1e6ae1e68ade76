"""Leader election by a Lease (coordination.k8s.io/v1): of several replicas one leads, the others stand by.

The protocol is that of client-go's leaderelection:

- The holder writes its identity and a new renewTime into the Lease every `renew_seconds`. Each write carries the
  resourceVersion that was read, so that of two writers one is refused (409).
- Nobody compares clocks. A replica takes the Lease when it has not seen it change for the `duration_seconds` that the
  holder wrote there, by the replica's own clock, which does not jump.
- A holder that cannot renew gives up after `deadline_seconds`, counted from before the last request that succeeded was
  sent. That is earlier than anybody may take the Lease, by the difference of the two.
- A holder that ends removes holderIdentity. The next one takes the Lease at its next look.

What may fail: the answer to a write is lost. Then the Lease is read again, and who holds it is seen there. The Lease
itself is deleted. Then the holder makes it anew; others wait as long as for a holder that is silent, since they cannot
tell whether there is one.

The holder writes its revision into the Lease, and a replica of another one may ask for it: an annotation names that as
the successor. The holder stops leading at its next look, waits one more for its writes to arrive, and then writes the
successor's identity as the holder's. So nobody else takes the Lease in between, and a successor that has died is
followed as any holder is. Both annotations have the form IDENTITY:REVISION.

A Lease also belongs to an owner, such as a release, for as long as it exists: an annotation names it. Replicas of
another owner never take it.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from kube import paths
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError

log = logging.getLogger(__name__)

OWNER_ANNOTATION = "pdfexport.dev/release"
REVISION_ANNOTATION = "pdfexport.dev/pod-template"
SUCCESSOR_ANNOTATION = "pdfexport.dev/successor"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTiming:
    """Times in seconds. A holder that is killed is replaced after duration + 2 × retry at most: 9 s.

    client-go's 15, 10 and 2 s would take 17 s. Shorter ones would take the Lease from a holder whose API server is slow
    to answer: here it may miss renewals for 5 s, and what it had sent by then has 3 s more to arrive.
    """

    duration: int = 8
    """How long a Lease that does not change is another's."""
    deadline: float = 5.0
    """How long the holder leads without a renewal."""
    renew: float = 1.5
    """The holder's pause between renewals."""
    retry: float = 0.5
    """The pause of those who stand by, and after a renewal that failed."""
    request: float = 2.0
    """How long one request may take."""


class LeaseElection:
    """One replica's part in the election. `run` takes part; `term` is to be asked before each write."""

    def __init__(
        self,
        kube: KubeClient,
        *,
        namespace: str,
        name: str,
        identity: str,
        owner: str,
        revision: str = "",
        owner_reference: Callable[[], Awaitable[JsonObject]],
        timing: LeaseTiming | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`owner_reference` gives the object with which a Lease that is made here is deleted.

        `identity` is this replica's, such as the pod's name: a container that is started again takes its own Lease at
        once. `revision` is of what this replica manages; the holder writes it into the Lease.
        """
        self._kube = kube
        self._namespace, self._name = namespace, name
        self._identity, self._owner, self._revision = identity, owner, revision
        self._owner_reference = owner_reference
        self._timing = timing or LeaseTiming()
        self._clock = clock
        self._lease: JsonObject | None = None
        self._seen_version: str | None = None
        self._marks: JsonObject = {}
        self._seen_at = clock()
        self._seen_duration: int = self._timing.duration
        self._held_until = float("-inf")
        self._term = 0
        self._failing = False
        self.foreign_owner = ""
        """The owner that the Lease belongs to, when that is another."""
        self._holder_revision: str | None = None

    @property
    def led_by_another_revision(self) -> bool:
        """Whether the Lease is held by a replica of another revision, which can be asked for it."""
        return self._holder_revision not in (None, "", self._revision)

    @property
    def led_by_older_version(self) -> bool:
        """Whether the Lease is held by a replica that does not write its revision, and cannot be asked for it."""
        return self._holder_revision == ""

    def term(self) -> int:
        """The number of this replica's term while it leads: nobody else can, now. 0 while it does not.

        The number differs when another replica may have led since.
        """
        return self._term if self._clock() < self._held_until else 0

    async def run(self, on_change: Callable[[], Awaitable[None]]) -> None:
        """Take part until cancelled. `on_change` is called when `term` or `foreign_owner` has changed."""
        before = (0, "")
        while True:
            renewed = await self.attempt()
            if before != (before := (self.term(), self.foreign_owner)):
                log.info("%s %s the Lease %s", self._identity, "holds" if before[0] else "does not hold", self._name)
                await on_change()
            await asyncio.sleep(self._timing.renew if renewed else self._timing.retry)

    async def attempt(self) -> bool:
        """Renew the Lease, or take it when it is free; whether it is held by a write of just now."""
        try:
            async with asyncio.timeout(self._timing.request):
                renewed = await self._attempt()
        except (KubeError, TimeoutError) as e:
            # Somebody else may have changed it, or the answer was lost: it is read anew.
            self._lease = None
            if isinstance(e, KubeError) and e.status == 409:
                return False
            if not self._failing:
                log.warning("the Lease %s cannot be read or written: %s", self._name, getattr(e, "reason", "no answer"))
            self._failing = True
            return False
        self._failing = False
        return renewed

    async def release(self) -> None:
        """Give the Lease up, so that another takes it at its next look; the holder must have ended its writes."""
        if not self.term():
            return
        self._held_until = float("-inf")
        with suppress(KubeError, TimeoutError):
            async with asyncio.timeout(self._timing.request):
                lease = self._lease or await self._read()
                if lease["spec"].get("holderIdentity") == self._identity:
                    await self._write(lease, {"holderIdentity": None, "leaseDurationSeconds": 1})

    async def ask(self) -> None:
        """Ask the holder for the Lease; KubeError."""
        lease = await self._read()
        held = lease["spec"].get("holderIdentity") and not self._other_owner(lease)
        if held and _annotation(lease, SUCCESSOR_ANNOTATION) != self._signature:
            lease["metadata"].setdefault("annotations", {})[SUCCESSOR_ANNOTATION] = self._signature
            await self._replace(lease)

    async def _attempt(self) -> bool:
        asked_at = self._clock()
        try:
            lease = self._lease or await self._read()
        except KubeError as e:
            if not e.is_missing("leases", self._name):
                raise
            self._observe({"metadata": {}, "spec": {}})
            if not self.term() and not self._silent_for_too_long():
                return False
            lease = await self._new_lease()
        self.foreign_owner = self._other_owner(lease)
        may_take = not self.foreign_owner and self._may_take(lease)
        successor = self._successor(lease)
        if not may_take or successor:
            led = self.term()
            self._lease = None
            self._held_until = float("-inf")
            if may_take and not led:
                # What was sent while this replica led has had a pause to arrive.
                await self._hand_over(lease, successor)
            return False
        self._lease = await self._write(lease, self._record(lease["spec"]), self._signature)
        self._term = self._lease["spec"]["leaseTransitions"]
        self._held_until = asked_at + self._timing.deadline
        return True

    async def _hand_over(self, lease: JsonObject, successor: str) -> None:
        identity = successor.partition(":")[0]
        log.info("%s gives the Lease %s to %s, which has asked for it", self._identity, self._name, identity)
        record = self._record(lease["spec"])
        following = {"holderIdentity": identity, "leaseTransitions": record["leaseTransitions"] + 1}
        await self._write(lease, record | following | {"acquireTime": record["renewTime"]}, successor)

    @property
    def _signature(self) -> str:
        return f"{self._identity}:{self._revision}"

    def _successor(self, lease: JsonObject) -> str:
        """The replica that has asked this one for the Lease, which it holds; empty when there is none."""
        if lease["spec"].get("holderIdentity") != self._identity:
            return ""
        successor = _annotation(lease, SUCCESSOR_ANNOTATION)
        return "" if successor == self._signature else successor

    def _may_take(self, lease: JsonObject) -> bool:
        self._observe(lease)
        holder = lease["spec"].get("holderIdentity") or ""
        # A holder of an older version, which cannot be asked, keeps the annotation that another one has written.
        identity, _, revision = _annotation(lease, REVISION_ANNOTATION).partition(":")
        self._holder_revision = (revision if identity == holder else "") if holder else None
        return holder in ("", self._identity) or self._silent_for_too_long()

    def _observe(self, lease: JsonObject) -> None:
        version = lease["metadata"].get("resourceVersion", "")
        if version != self._seen_version:
            self._seen_version, self._seen_at = version, self._clock()
            self._seen_duration = lease["spec"].get("leaseDurationSeconds") or self._timing.duration

    def _silent_for_too_long(self) -> bool:
        return self._clock() >= self._seen_at + self._seen_duration

    def _other_owner(self, lease: JsonObject) -> str:
        owner = _annotation(lease, OWNER_ANNOTATION) or self._owner
        return "" if owner == self._owner else owner

    def _record(self, spec: JsonObject) -> JsonObject:
        now = datetime.fromtimestamp(self._kube.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        mine = spec.get("holderIdentity") == self._identity
        return {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": self._timing.duration,
            "acquireTime": spec["acquireTime"] if mine and "acquireTime" in spec else now,
            "renewTime": now,
            "leaseTransitions": max(spec.get("leaseTransitions", 0) + (not mine), 1),
        }

    async def _read(self) -> JsonObject:
        lease = await self._kube.request("GET", paths.lease(self._namespace, self._name))
        # The chart makes it without a spec.
        lease.setdefault("spec", {})
        return lease

    async def _new_lease(self) -> JsonObject:
        """The Lease as it was, should it have been deleted."""
        metadata = {"name": self._name, "ownerReferences": [await self._owner_reference()], **self._marks}
        return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": {}}

    async def _write(self, lease: JsonObject, changes: JsonObject, signature: str = "") -> JsonObject:
        """Change the Lease as it was read: its spec, and the signature of its holder; a request for it is answered."""
        changed = copy.deepcopy(lease)
        changed["spec"].update(changes)
        annotations = changed["metadata"].setdefault("annotations", {})
        annotations[OWNER_ANNOTATION] = self._owner
        for name in (REVISION_ANNOTATION, SUCCESSOR_ANNOTATION):
            annotations.pop(name, None)
        if signature:
            annotations[REVISION_ANNOTATION] = signature
        return await self._replace(changed)

    async def _replace(self, changed: JsonObject) -> JsonObject:
        """Replace the Lease as it was read, or create it; KubeError 409 when it is not so any more."""
        exists = "resourceVersion" in changed["metadata"]
        path = paths.lease(self._namespace, self._name) if exists else paths.leases(self._namespace)
        written = await self._kube.request("PUT" if exists else "POST", path, body=changed)
        self._observe(written)
        # By these Helm recognises it: it refuses to upgrade where an object of its chart is without them.
        self._marks = {key: written["metadata"].get(key) or {} for key in ("labels", "annotations")}
        return written


def _annotation(lease: JsonObject, name: str) -> str:
    found: str = (lease["metadata"].get("annotations") or {}).get(name) or ""
    return found
