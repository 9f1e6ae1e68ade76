from __future__ import annotations

import random

import pytest

from runtime.backoff import Backoff


@pytest.fixture
def backoff(monkeypatch: pytest.MonkeyPatch) -> Backoff:
    monkeypatch.setattr(random, "uniform", lambda low, high: high)
    return Backoff(0.1, 3.0)


def test_pauses_double_up_to_the_longest(backoff: Backoff) -> None:
    assert [backoff.next() for _ in range(7)] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0])


def test_after_a_success_the_first_pause_comes_again(backoff: Backoff) -> None:
    for _ in range(5):
        backoff.next()
    backoff.reset()
    assert backoff.next() == pytest.approx(0.1)


def test_pauses_differ_by_up_to_a_half() -> None:
    firsts = [Backoff(1.0, 8.0).next() for _ in range(200)]
    assert 0.5 <= min(firsts) < 0.6
    assert 0.9 < max(firsts) <= 1.0
