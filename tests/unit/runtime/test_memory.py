"""The memory of a program that runs for long: runtime.memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from runtime.memory import freeze_garbage_collector


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_exists_is_exempt_and_new_objects_are_looked_at_less_often() -> None:
    before, *others = gc.get_threshold()
    freeze_garbage_collector()
    assert gc.get_freeze_count() > 0
    assert gc.isenabled()
    assert before < gc.get_threshold()[0] <= 10_000
    assert list(gc.get_threshold()[1:]) == others
