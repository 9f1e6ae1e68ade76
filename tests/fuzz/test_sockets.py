"""Hostile connections to the API on a real socket: it goes on answering, has no fault of its own, and keeps nothing."""

from __future__ import annotations

import asyncio
import logging

import pytest

from tests.fuzz.sockets import KINDS, Outcome, attacks, run
from tests.unit.api.test_server import answer_of, get, server
from tests.unit.api_fakes import Service, until


async def attack(seed: int, count: int) -> Outcome:
    """What came of so many connections to a server that is then looked at."""
    async with server(Service(queue_limit=1_000_000)) as running:
        tasks = asyncio.all_tasks()
        outcome = await run(attacks(seed, count), "127.0.0.1", running.port, at_once=20, silence=0.2)
        print(f"{count} connections, seed {seed}: answers {dict(sorted(outcome.statuses.items()))}")
        reader, writer = await running.open(get("/healthz"))
        assert (await answer_of(reader))[0] == 200
        writer.close()
        # All of the clients are gone, and nothing of them is left.
        await until(lambda: running.connections() == 0 and not running.uvicorn_server.server_state.tasks)
        assert len(running.service.jobs.waiters) == 0
        await until(lambda: asyncio.all_tasks() <= tasks)
    return outcome


def test_hostile_connections_leave_the_api_answering(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    count = request.config.getoption("--connections", default=500)
    seed = int(request.config.getoption("--hypothesis-seed") or 1)
    with caplog.at_level(logging.ERROR):
        outcome = asyncio.run(attack(seed, count))
    assert outcome.failed == []
    assert sum(outcome.kinds.values()) == count
    assert set(outcome.kinds) == set(KINDS)
    # It was no mere noise: good requests got through, and bad ones were told so.
    assert {200, 202, 400, 404, 413, 431} <= set(outcome.statuses)
    assert [record.getMessage() for record in caplog.records] == []
