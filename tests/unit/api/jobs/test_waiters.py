"""Requests that wait for the end of a job."""

from __future__ import annotations

import asyncio

import pytest

from api.jobs.waiters import Waiters


class Clock:
    """Stands for asyncio.timeout: the time of a wait is over when the test says so."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.timeouts: list[asyncio.Timeout] = []

    def timeout(self, seconds: float) -> asyncio.Timeout:
        self.asked.append(seconds)
        self.timeouts.append(asyncio.Timeout(None))
        return self.timeouts[-1]

    def pass_all(self) -> None:
        for timeout in self.timeouts:
            timeout.reschedule(0)


async def test_a_wait_ends_with_its_time_and_not_before(monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    clock, waiters = Clock(), Waiters()
    monkeypatch.setattr(asyncio, "timeout", clock.timeout)
    # When
    waiting = asyncio.create_task(waiters.wait("job", 7.0))
    await asyncio.sleep(0)
    assert (clock.asked, len(waiters), waiting.done()) == ([7.0], 1, False)
    clock.pass_all()
    # Then
    await waiting
    assert len(waiters) == 0
