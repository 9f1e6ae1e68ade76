"""The soak in short: `make soak` is the long one."""

from __future__ import annotations

import asyncio

import pytest

from bench import soak
from bench.soak_load import DONE
from cluster.paths import foreign_kubeconfig, from_environment
from crds.errors import ErrorCode

RENDERS = 300

pytestmark = pytest.mark.skipif(
    foreign_kubeconfig(from_environment()) is not None, reason="processes are read on this machine"
)


def test_renders_without_end_leave_nothing_behind() -> None:
    seen = asyncio.run(soak.run(RENDERS))
    assert seen.faults() == []
    assert seen.outcome.renders == RENDERS
    assert seen.outcome.ends[DONE] >= RENDERS - 3
    assert seen.outcome.ends[ErrorCode.INVALID_DATA] == 2
    # Memory settles later than this.
    assert [line for line in seen.lines() if line.judged and line.leaks_descriptors] == []
