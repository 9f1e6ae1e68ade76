"""The renderers remove the documents of deleted jobs, whoever has printed them."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from crds.deletions import Deletion
from crds.errors import ErrorCode, JobError
from kube.client import JsonObject, KubeClient
from renderer.storage.deletions import DeletionFollower
from renderer.storage.firebase import Storage, Target


class FakeStorage:
    """Refuses as many removals as it is told."""

    def __init__(self, refuse: int = 0) -> None:
        self.refuse = refuse
        self.removed: asyncio.Queue[Target] = asyncio.Queue()

    async def remove(self, target: Target) -> None:
        if self.refuse:
            self.refuse -= 1
            raise JobError(ErrorCode.UPLOAD_FAILED, "no answer")
        self.removed.put_nowait(target)


def config_map(*found: Deletion) -> JsonObject:
    return {"metadata": {"name": "n", "uid": "u"}, "data": {each.job_id: each.value for each in found}}


async def removed(storage: FakeStorage, *maps: JsonObject) -> list[Target]:
    """What is removed when the ConfigMap is seen in these states."""
    follower = DeletionFollower(cast(KubeClient, None), cast(Storage, storage), namespace="cv")
    for each in maps:
        follower.put(each)
    removing = asyncio.create_task(follower._remove())
    async with asyncio.timeout(10):
        found = [await storage.removed.get() for _ in {key for each in maps for key in each["data"]}]
    removing.cancel()
    assert storage.removed.empty()
    return found


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause before a removal."""
    monkeypatch.setattr("renderer.storage.deletions._PAUSE_SECONDS", (0.0, 0.0))


async def test_each_notice_is_acted_on_once_whichever_attempt_has_stored_the_document() -> None:
    first, second = Deletion("a", 1500, 1), Deletion("b", 2500, 2)
    targets = await removed(FakeStorage(), config_map(first), config_map(first, second))
    assert [(target.job_id, target.submitted) for target in targets] == [("a", 1.5), ("b", 2.5)]
    assert all(target.rank > (target.rank[0], 100) for target in targets)


async def test_a_storage_that_is_away_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    [target] = await removed(FakeStorage(refuse=2), config_map(Deletion("a", 1500, 1)))
    assert target.job_id == "a"
    assert "still in storage: UploadFailed" in caplog.text
