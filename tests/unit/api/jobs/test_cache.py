"""The job cache shows the newest state that it was told of, however the news arrive."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.jobs.cache import JobCache, retry_after_seconds
from crds.job import EXPIRED_SECONDS, Job, Phase

NOW = 1_000.0


def job(name: str = "a", version: int = 1, phase: Phase = Phase.PENDING, *, uid: str = "", ttl: float = 600) -> Job:
    return Job(
        name=name, uid=uid or f"uid-{name}", resource_version=version, created=NOW, submitted=NOW, expires=NOW + ttl,
        template_id="modern", user_id="", priority=0, timeout_seconds=60, phase=phase, renderer=None, attempt=0,
        started=None, completed=None, file_url=None, error_code=None, error_message=None, error_retryable=False,
    )  # fmt: skip


def phase(cache: JobCache, name: str = "a") -> Phase | None:
    found = cache.get(name, now=NOW)
    return found.phase if found else None


def test_a_later_state_wins_and_the_end_is_told_once() -> None:
    cache = JobCache()
    assert not cache.put(job(version=1), now=NOW)
    assert not cache.put(job(version=2, phase=Phase.RENDERING), now=NOW)
    assert cache.put(job(version=3, phase=Phase.DONE), now=NOW)
    assert not cache.put(job(version=4, phase=Phase.DONE), now=NOW)
    assert phase(cache) is Phase.DONE


def test_an_older_or_repeated_state_is_passed_over() -> None:
    cache = JobCache()
    cache.put(job(version=5, phase=Phase.DONE), now=NOW)
    cache.put(job(version=4, phase=Phase.RENDERING), now=NOW)
    cache.put(job(version=5, phase=Phase.PENDING), now=NOW)
    assert phase(cache) is Phase.DONE
    assert cache.waiting == 0


def test_a_deleted_job_does_not_come_back_with_a_late_event() -> None:
    cache = JobCache()
    cache.put(job(version=1), now=NOW)
    assert cache.deleted("a", uid="uid-a", now=NOW)
    cache.put(job(version=2, phase=Phase.RENDERING), now=NOW)
    assert phase(cache) is None
    assert not cache.deleted("a", uid="uid-a", now=NOW)


def test_a_new_job_under_the_same_name_is_another_job() -> None:
    cache = JobCache()
    cache.put(job(version=1), now=NOW)
    cache.put(job(version=9, uid="second"), now=NOW)
    assert not cache.deleted("a", uid="uid-a", now=NOW), "the deletion of the first must not take the second along"
    assert phase(cache) is Phase.PENDING


def test_a_relist_drops_what_vanished_but_not_what_was_just_created() -> None:
    cache = JobCache()
    for name, version in (("stays", 3), ("vanished", 4), ("just-created", 12)):
        cache.put(job(name, version), now=NOW)
    assert cache.relisted(["stays"], resource_version=10) == ["vanished"]
    assert phase(cache, "stays") is Phase.PENDING
    assert phase(cache, "vanished") is None
    assert phase(cache, "just-created") is Phase.PENDING
    assert cache.waiting == 2


def test_an_expired_job_is_gone_even_while_it_is_remembered() -> None:
    cache = JobCache()
    cache.put(job(ttl=10, phase=Phase.DONE), now=NOW)
    assert cache.get("a", now=NOW + 9.9) is not None
    assert cache.get("a", now=NOW + 10) is None
    assert cache.prune(now=NOW + 9.9) == []
    assert cache.prune(now=NOW + 10) == ["a"]
    assert len(cache) == 0
    cache.put(job(version=7, ttl=10, phase=Phase.DONE), now=NOW + 11)
    assert len(cache) == 0, "an event of an expired job must not bring it back"


def test_a_job_that_was_not_served_is_there_until_its_client_has_seen_its_end() -> None:
    cache = JobCache()
    cache.put(job(ttl=10), now=NOW)
    gone = NOW + 10 + EXPIRED_SECONDS
    assert cache.get("a", now=NOW + 10) is not None
    assert cache.get("a", now=gone) is None

    expired = replace(job(version=2, ttl=10, phase=Phase.ERROR), error_code="Expired")
    cache.put(expired, now=NOW + 11)
    assert cache.get("a", now=gone - 0.1) == expired
    assert cache.prune(now=gone) == ["a"]


def test_the_rate_counts_what_finished_within_the_window() -> None:
    cache = JobCache()
    assert cache.finish_rate(now=NOW) == 0
    for n in range(20):
        cache.put(job(f"j{n}", 1), now=NOW)
        cache.put(job(f"j{n}", 2, Phase.DONE), now=NOW)
    cache.put(job("listed-as-done", 3, Phase.DONE), now=NOW)
    assert cache.finish_rate(now=NOW + 10) == 2.0
    assert cache.finish_rate(now=NOW + 61) == 0


def test_retry_after_follows_the_rate_within_bounds() -> None:
    assert retry_after_seconds(waiting=1000, limit=1000, rate=0) == 10
    assert retry_after_seconds(waiting=1000, limit=1000, rate=20) == 5
    assert retry_after_seconds(waiting=1000, limit=1000, rate=30) == 4, "3.3 s are not over after 3"
    assert retry_after_seconds(waiting=1000, limit=1000, rate=1) == 60
    assert retry_after_seconds(waiting=1, limit=1, rate=100) == 1


STATES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9), st.sampled_from(Phase)), max_size=40)


@given(states=STATES, deaths=st.sets(st.sampled_from("abc")), data=st.data())
def test_the_order_of_the_news_does_not_matter(
    states: list[tuple[str, int, Phase]], deaths: set[str], data: st.DataObject
) -> None:
    # One state for each version, as an API server has it.
    news = list({(name, version): job(name, version, p) for name, version, p in states}.values())
    shuffled = data.draw(st.permutations(news))
    cache = JobCache()
    for item in shuffled:
        cache.put(item, now=NOW)
        if data.draw(st.booleans()):
            cache.put(item, now=NOW)
    for name in deaths:
        cache.deleted(name, uid=f"uid-{name}", now=NOW)
    for item in shuffled:
        cache.put(item, now=NOW)
    for name in "abc":
        newest = max((j for j in news if j.name == name), key=lambda j: j.resource_version, default=None)
        assert cache.get(name, now=NOW) == (None if name in deaths else newest)
    live = [j for name in "abc" if (j := cache.get(name, now=NOW))]
    assert cache.phases == {p: sum(j.phase is p for j in live) for p in Phase}


def test_ten_thousand_jobs_fit() -> None:
    cache = JobCache()
    for n in range(10_000):
        cache.put(job(f"j{n}", n + 1), now=NOW)
    cache.put(replace(job("j5", 20_000), phase=Phase.DONE), now=NOW)
    assert (len(cache), cache.waiting) == (10_000, 9_999)
