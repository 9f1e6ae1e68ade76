"""What is left of programs that were killed inside a renderer: nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from bench.footprint import Observer
from cluster.paths import foreign_kubeconfig, from_environment
from cluster.release import Release
from tests.e2e.client import ApiClient, eventually
from tests.e2e.conftest import Run
from tests.e2e.test_export import load

RENDERERS = "app.kubernetes.io/component=renderer"
KILLS = 3

pytestmark = pytest.mark.skipif(
    foreign_kubeconfig(from_environment()) is not None, reason="processes are looked at on this machine"
)


def test_a_chromium_that_was_killed_again_and_again_leaves_no_zombies(
    api: ApiClient, installed: Release, kubectl: Run, cvs: Path
) -> None:
    cv = load(cvs, "cv-minimal")
    assert api.finished(api.post(cv))["status"] == "done"
    uids = kubectl("get", "pods", "-l", RENDERERS, "-o", "jsonpath={.items[*].metadata.uid}").split()
    observer = Observer(installed.paths, dict.fromkeys(uids, "renderer"))

    def browsers() -> set[int]:
        return {pid for (pid, _), held in observer.sample(0).held.items() if held.role == "chromium browser"}

    for _ in range(KILLS):
        before = browsers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        # The next job has it started again, in the same pod.
        assert api.finished(api.post(cv))["status"] == "done"
        eventually("there is another Chromium", lambda before=before: browsers() - before, seconds=30)  # type: ignore[misc]
    eventually("no process is left that nobody waits for", lambda: not observer.sample(0).zombies, seconds=30, every=1)
    left = kubectl("get", "pods", "-l", RENDERERS, "-o", "jsonpath={.items[*].metadata.uid}").split()
    assert set(left) & set(uids), "the renderers were replaced, and took their zombies along"
