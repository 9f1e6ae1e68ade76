"""Nobody's children are waited for, everybody else's are left to whoever started them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from renderer.chromium.zombies import reap_forever, zombies
from tests.unit.api_fakes import until


def spawn() -> int:
    """The pid of a program that ends at once."""
    return os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})


@pytest.fixture
async def reaping() -> AsyncIterator[None]:
    task = asyncio.create_task(reap_forever(period_seconds=0.05))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_child_that_nobody_waits_for_is_reaped(reaping: None) -> None:
    # As those that the kernel hands over: this process knows nothing of them.
    pids = {spawn() for _ in range(3)}
    await until(lambda: pids <= zombies())
    await until(lambda: not pids & zombies())


async def test_a_child_that_is_waited_for_tells_its_exit_code(reaping: None) -> None:
    async def run(code: int) -> int:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", f"raise SystemExit({code})")
        return await child.wait()

    assert await asyncio.gather(*(run(code) for code in range(4))) == [0, 1, 2, 3]
