"""Leader election: of replicas whose clocks do not jump but differ, at most one leads, whatever fails."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest

from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from kube.lease import OWNER_ANNOTATION, LeaseElection, LeaseTiming

TIMING = LeaseTiming()
OWNER_REFERENCE = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "controller", "uid": "u"}


class Leases(KubeClient):
    """An API server with one Lease, or none; it refuses what does not carry the Lease's resourceVersion."""

    def __init__(self, *, exists: bool = True) -> None:
        self.lease: JsonObject | None = {"metadata": {"name": "lease", "resourceVersion": "1"}} if exists else None
        self.away = False
        self.loses_answers = False
        self._version = 1

    def now(self) -> float:
        return 1_700_000_000.0

    async def request(self, method: str, path: str, *, body: JsonObject | None = None, **_: Any) -> JsonObject:
        if self.away:
            raise KubeError(0, "Unreachable", path)
        if method == "GET":
            if self.lease is None:
                raise KubeError(404, "NotFound", "", {"kind": "leases", "name": "lease"})
            return copy.deepcopy(self.lease)
        assert body is not None
        known = self.lease["metadata"]["resourceVersion"] if self.lease else None
        if body["metadata"].get("resourceVersion") != known:
            raise KubeError(409, "Conflict", "")
        self._version += 1
        self.lease = {**body, "metadata": {**body["metadata"], "resourceVersion": str(self._version)}}
        if self.loses_answers:
            raise KubeError(0, "Unreachable", path)
        return copy.deepcopy(self.lease)

    @property
    def holder(self) -> str:
        assert self.lease is not None
        found: str = self.lease["spec"].get("holderIdentity") or ""
        return found


class Clock:
    """The seconds that a replica's clock shows."""

    def __init__(self, start: float) -> None:
        self.now = start

    def __call__(self) -> float:
        return self.now


class Replicas:
    """Two replicas with clocks of their own, which run alike."""

    def __init__(
        self, leases: Leases, *, owners: tuple[str, str] = ("r", "r"), revisions: tuple[str, str] = ("a", "a")
    ) -> None:
        self.clocks = (Clock(5.0), Clock(1_000_000.0))
        self.one, self.two = (
            LeaseElection(
                leases,
                namespace="n",
                name="lease",
                identity=identity,
                owner=owner,
                revision=revision,
                owner_reference=_owner_reference,
                clock=clock,
            )
            for identity, owner, revision, clock in zip(("one", "two"), owners, revisions, self.clocks, strict=True)
        )

    def pass_time(self, seconds: float) -> None:
        for clock in self.clocks:
            clock.now += seconds


async def _owner_reference() -> JsonObject:
    return OWNER_REFERENCE


async def test_the_first_takes_a_lease_that_nobody_holds_and_the_other_stands_by() -> None:
    leases = Leases()
    replicas = Replicas(leases)
    assert await replicas.one.attempt()
    assert not await replicas.two.attempt()
    assert replicas.one.term()
    assert not replicas.two.term()


async def test_who_renews_in_time_leads_for_good() -> None:
    replicas = Replicas(Leases())
    await replicas.one.attempt()
    term = replicas.one.term()
    for _ in range(20):
        replicas.pass_time(TIMING.renew)
        assert await replicas.one.attempt()
        assert not await replicas.two.attempt()
    assert replicas.one.term() == term


async def test_the_lease_of_a_killed_leader_is_taken_within_ten_seconds_and_not_while_it_may_lead() -> None:
    # Given a leader that dies just after a renewal, and a standby that looks as often as it does.
    replicas = Replicas(Leases())
    await replicas.one.attempt()
    # When the standby goes on looking.
    waited = 0.0
    while not await replicas.two.attempt():
        replicas.pass_time(TIMING.retry)
        waited += TIMING.retry
        assert not (replicas.one.term() and replicas.two.term())
    # Then it leads, when the other has given up by its own clock.
    assert TIMING.duration <= waited < 10
    assert replicas.two.term()
    assert not replicas.one.term()


async def test_a_leader_that_cannot_renew_gives_up_before_its_lease_can_be_taken() -> None:
    leases = Leases()
    replicas = Replicas(leases)
    await replicas.one.attempt()
    await replicas.two.attempt()
    leases.away = True
    replicas.pass_time(TIMING.deadline)
    assert not await replicas.one.attempt()
    assert not replicas.one.term()
    leases.away = False
    assert not await replicas.two.attempt(), "its writes that are under way have time to arrive"
    # When nobody else has led since, its term goes on.
    assert await replicas.one.attempt()
    assert replicas.one.term() == 1


async def test_a_leader_that_ends_is_followed_at_the_next_look() -> None:
    leases = Leases()
    replicas = Replicas(leases)
    await replicas.one.attempt()
    await replicas.two.attempt()
    await replicas.one.release()
    assert not replicas.one.term()
    assert await replicas.two.attempt()
    assert leases.holder == "two"
    assert replicas.two.term() == 2


async def test_a_leader_that_slept_through_others_terms_has_another_term() -> None:
    # Given a leader whose process is stopped for longer than the lease lasts.
    replicas = Replicas(Leases())
    await replicas.one.attempt()
    before = replicas.one.term()
    await replicas.two.attempt()
    replicas.pass_time(TIMING.duration)
    await replicas.two.attempt()
    await replicas.two.release()
    # When it goes on.
    assert not replicas.one.term(), "it leads no more, although it has not read the Lease"
    await replicas.one.attempt()
    await replicas.one.attempt()
    # Then what it knows is of a term that is over.
    assert replicas.one.term() not in (0, before)


async def test_of_two_that_take_it_at_once_one_leads() -> None:
    replicas = Replicas(Leases())
    await asyncio.gather(replicas.one.attempt(), replicas.two.attempt())
    assert (replicas.one.term() > 0) != (replicas.two.term() > 0)


async def test_a_container_that_is_started_again_takes_its_own_lease_at_once() -> None:
    leases = Leases()
    await Replicas(leases).one.attempt()
    again = Replicas(leases).one
    assert await again.attempt()


async def test_a_write_whose_answer_was_lost_is_found_at_the_next_look() -> None:
    leases = Leases()
    replicas = Replicas(leases)
    leases.loses_answers = True
    assert not await replicas.one.attempt()
    assert not replicas.one.term()
    leases.loses_answers = False
    assert await replicas.one.attempt()
    assert leases.holder == "one"


async def test_a_lease_that_is_deleted_is_made_anew_by_its_holder_only() -> None:
    leases = Leases()
    assert leases.lease is not None
    leases.lease["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm"}
    replicas = Replicas(leases)
    await replicas.one.attempt()
    leases.lease = None
    late = Replicas(leases).two
    assert not await replicas.two.attempt()
    assert not await late.attempt(), "one that has just begun cannot tell whether there is a holder"
    replicas.pass_time(TIMING.renew)
    await replicas.one.attempt()
    assert await replicas.one.attempt()
    assert leases.lease is not None
    assert leases.holder == "one"
    assert leases.lease["metadata"]["ownerReferences"] == [OWNER_REFERENCE]
    assert leases.lease["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "Helm"}, "Helm knows it again"


async def test_where_there_is_no_lease_one_is_made_after_the_time_of_a_silent_holder() -> None:
    leases = Leases(exists=False)
    replicas = Replicas(leases)
    assert not await replicas.one.attempt()
    replicas.pass_time(TIMING.duration)
    assert await replicas.one.attempt()


@pytest.mark.parametrize("ends", ["killed", "released"])
async def test_another_owner_never_takes_the_lease(ends: str) -> None:
    leases = Leases()
    replicas = Replicas(leases, owners=("first", "second"))
    await replicas.one.attempt()
    if ends == "released":
        await replicas.one.release()
    for _ in range(30):
        assert not await replicas.two.attempt()
        replicas.pass_time(1)
    assert replicas.two.foreign_owner == "first"
    assert leases.lease is not None
    assert leases.lease["metadata"]["annotations"][OWNER_ANNOTATION] == "first"
    # Until it is gone with its release.
    leases.lease = None
    assert not await replicas.two.attempt()
    replicas.pass_time(TIMING.duration)
    assert await replicas.two.attempt()
    assert not replicas.two.foreign_owner


async def test_a_replica_of_another_revision_is_given_the_lease_that_it_asks_for() -> None:
    leases = Leases()
    replicas = Replicas(leases, revisions=("a", "b"))
    await replicas.one.attempt()
    await replicas.two.attempt()
    assert replicas.two.led_by_another_revision
    assert not replicas.one.led_by_another_revision
    # When it asks, then the holder first stops leading, which takes its next renewal and a look.
    await replicas.two.ask()
    before = replicas.one.term()
    while replicas.one.term():
        await replicas.one.attempt()
        assert not await replicas.two.attempt()
    assert leases.holder == "one", "what it has sent is on its way"
    # And then hands over, in a term of its own.
    assert not await replicas.one.attempt()
    assert leases.holder == "two"
    assert await replicas.two.attempt()
    assert replicas.two.term() == before + 1
    assert not await replicas.one.attempt()
    assert replicas.one.led_by_another_revision
    assert not replicas.two.led_by_another_revision
    # And back, as after a rollback.
    await replicas.one.ask()
    for _ in range(3):
        await replicas.two.attempt()
    assert await replicas.one.attempt()
    assert replicas.one.term() == before + 2


async def test_a_request_is_answered_once() -> None:
    replicas = Replicas(Leases(), revisions=("a", "b"))
    await replicas.one.attempt()
    await replicas.two.ask()
    for _ in range(3):
        await replicas.one.attempt()
    for _ in range(5):
        assert await replicas.two.attempt()
        assert not await replicas.one.attempt()


async def test_a_lease_that_was_given_to_a_replica_that_has_died_is_taken_back() -> None:
    replicas = Replicas(Leases(), revisions=("a", "b"))
    await replicas.one.attempt()
    await replicas.two.ask()
    for _ in range(3):
        await replicas.one.attempt()
    assert not await replicas.one.attempt()
    replicas.pass_time(TIMING.duration)
    assert await replicas.one.attempt()
    assert await replicas.one.attempt(), "the request was answered"


async def test_a_holder_of_an_older_version_cannot_be_asked() -> None:
    # Given a Lease that a version without revisions took from one with them: it keeps the annotation.
    leases = Leases()
    replicas = Replicas(leases, revisions=("a", "b"))
    await replicas.one.attempt()
    assert leases.lease is not None
    leases.lease["spec"]["holderIdentity"] = "older"
    leases.lease["metadata"]["resourceVersion"] = "older"
    # Then nobody takes that for its revision.
    await replicas.two.attempt()
    assert replicas.two.led_by_older_version
    assert not replicas.two.led_by_another_revision


async def test_another_owners_lease_is_not_asked_for() -> None:
    leases = Leases()
    replicas = Replicas(leases, owners=("first", "second"), revisions=("a", "b"))
    await replicas.one.attempt()
    before = leases.lease
    await replicas.two.ask()
    assert leases.lease == before
