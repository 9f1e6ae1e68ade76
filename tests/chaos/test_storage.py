"""Storage fails, for a moment or for good: uploads are tried again, and what cannot be stored is told."""

from __future__ import annotations

from functools import partial

import pytest

from tests.chaos.conftest import Play
from tests.chaos.fault_injector import FULLNAME, FaultInjector
from tests.e2e.client import condition

# What storage does, and how a job ends that meets nothing else until its deadline.
FOR_GOOD = {
    "refuse": "UploadFailed",
    "hang": "UploadFailed",
    "error-500": "UploadFailed",
    "error-412": "UploadFailed",
    "reset": "UploadFailed",
}


@pytest.mark.brief
@pytest.mark.parametrize("kind", FOR_GOOD)
def test_storage_that_fails_for_a_moment(play: Play, injector: FaultInjector, kind: str) -> None:
    """Guarantees 1 and 3. The first upload fails; tried again it succeeds, and one object lies there."""
    with play(f"storage: {kind}, once") as scene:
        injector.storage(kind, count=1)
        jobs = scene.post(3)
        if kind == "refuse":
            # Nobody counts connections that were refused; an upload that goes well takes no such time.
            scene.until("the upload is tried again", lambda: scene.rendering_for(jobs[0]) > 2)
            injector.storage("none")
        else:
            injector.uploads_met()
        for job in jobs:
            assert scene.ended(job)["attempt"] == 1


@pytest.mark.parametrize(("kind", "code"), FOR_GOOD.items())
def test_storage_that_fails_for_good(play: Play, injector: FaultInjector, kind: str, code: str) -> None:
    """Guarantees 1 and 3. The job ends by its deadline, says that it may be tried again, and leaves no object."""
    with play(f"storage: {kind}, for good") as scene:
        injector.storage(kind)
        jobs = scene.post(2, expected=[code])
        for job in jobs:
            assert scene.ended(job)["error"]["retryable"]
        injector.storage("none")
        scene.post(3)


def test_storage_that_refuses(play: Play, injector: FaultInjector) -> None:
    """Guarantee 1. No right to write: jobs end at once and are not to be tried again; the condition has the cause,
    until a document is stored."""
    available = partial(condition, injector.kubectl, f"{FULLNAME}-controller", "StorageAvailable")
    with play("storage refuses") as scene:
        injector.storage("error-403")
        for job in scene.post(2, expected=["StorageRefused"]):
            ended = scene.ended(job)
            assert (ended["error"]["retryable"], ended["attempt"]) == (False, 1)
        scene.until("the condition says why", lambda: "may not write" in available().get("message", ""))
        assert available()["status"] == "False"
        injector.storage("none")
        scene.post()
        scene.until("the condition is true again", lambda: available()["status"] == "True")


def test_a_document_stored_without_an_answer(play: Play, injector: FaultInjector) -> None:
    """Guarantee 3. The upload has arrived, the job has timed out: the document is removed."""
    with play("storage takes the document and never answers") as scene:
        injector.storage("hold-answer")
        [job] = scene.post(expected=["UploadFailed"])
        scene.until("the document is stored", lambda: any(job in path for path in injector.objects()))
        scene.ended(job)
        injector.storage("none")
        scene.post(3)
