"""Documents that hang, eat memory or fill the disk: they end their own job only."""

from __future__ import annotations

import pytest

from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FaultInjector

_FILL = """
import contextlib, os
with contextlib.suppress(OSError), open("/tmp/full", "wb", buffering=0) as file:
    while True:
        file.write(bytes(1 << 20))
print(os.statvfs("/tmp").f_bavail)
"""


def test_a_page_that_hangs(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Layout never ends: the job times out, the page is replaced, the next jobs print."""
    with play("page hangs") as scene:
        [endless] = scene.post(trouble="endless", expected=["Timeout"])
        scene.rendering(endless)
        scene.ended(endless)
        scene.post(5)


def test_a_page_that_eats_memory(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. The kernel kills what takes too much: that job ends, the others print."""
    with play("page eats memory, OOM kill") as scene:
        [greedy] = scene.post(trouble="greedy", expected=["PageCrashed", "RendererLost", "Timeout"])
        scene.rendering(greedy)
        scene.ended(greedy, seconds=120)
        scene.post(5)


@pytest.mark.brief
def test_a_full_disk(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. Nothing can be written in the renderer's pod: jobs print without, or another pod prints them."""
    with play("disk of the pod full") as scene:
        [renderer] = injector.pods("renderer")
        assert injector.exec(renderer["metadata"]["name"], _FILL).strip() == "0"
        for job in scene.post(5):
            scene.ended(job)
        injector.kubectl("delete", "pod", renderer["metadata"]["name"], "--wait=false")
