"""The seam to kopf: what its settings rely on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

import kopf
import pytest
from kopf._cogs.clients import api, watching
from kopf._cogs.structs.references import Resource

from controller.operator import Endless, kopf_settings


async def test_kopf_still_cancels_whoever_runs_when_the_timer_of_an_abandoned_watch_fires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a watch with an event, and a timer for inactivity that is due at once.
    async def stream(**_: Any) -> AsyncIterator[Any]:
        yield {"type": "ERROR", "object": {"code": 410}}

    monkeypatch.setattr(api, "stream", stream)
    settings = kopf.OperatorSettings()
    settings.watching.inactivity_timeout = 0
    watch = watching.watch_objs(
        settings=settings,
        resource=Resource("", "v1", "pods", namespaced=True),
        namespace=None,
        operator_pause_waiter=asyncio.get_running_loop().create_future(),
    )

    # When its consumer leaves it open after the event, as kopf's continuous_watch does, and goes on to other work.
    async def consume() -> None:
        await anext(watch)
        for _ in range(3):
            await asyncio.sleep(0)

    consumer = asyncio.create_task(consume())
    await asyncio.wait([consumer])

    # Then the consumer is cancelled: the defect for which operator.py turns the timer off.
    assert consumer.cancelled(), (
        "kopf has been mended: watch_objs no longer yields inside of asyncio.timeout. "
        "Remove the workaround (inactivity_timeout in controller/operator.py) and this test."
    )


def test_the_timer_for_inactivity_never_fires_and_the_client_ends_a_silent_watch_instead() -> None:
    watching_settings = kopf_settings("release").watching
    assert watching_settings.inactivity_timeout > 10 * 365 * 86_400
    assert watching_settings.server_timeout is not None
    assert watching_settings.client_timeout is not None
    assert watching_settings.server_timeout < watching_settings.client_timeout


def test_an_api_server_that_is_away_is_asked_again_for_ever() -> None:
    pauses = Endless(0.5, 1, 3)
    assert list(islice(pauses, 5)) == [0.5, 1, 3, 3, 3]
    assert list(islice(pauses, 2)) == [0.5, 1], "each outage begins with the shortest pause"
