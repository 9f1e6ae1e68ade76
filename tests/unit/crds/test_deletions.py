"""Notices of deleted jobs: what the API writes into the ConfigMap, and what renderers read there."""

from __future__ import annotations

from typing import cast

import pytest

from crds.deletions import CONFIG_MAP, KEPT_SECONDS, Deletion, deletions, give_notice
from kube import paths
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from tests.unit.builders import NOW, job

PATH = paths.config_map("cv", CONFIG_MAP)


class ApiServer:
    """Has the ConfigMap, and refuses as many writes as it is told, since another replica was faster."""

    def __init__(self, **data: str) -> None:
        self.config_map: JsonObject = {"metadata": {"name": CONFIG_MAP, "resourceVersion": "1"}, "data": data}
        self.conflicts = 0

    async def request(self, method: str, path: str, *, body: JsonObject | None = None) -> JsonObject:
        assert path == PATH
        if method == "PUT":
            if self.conflicts:
                self.conflicts -= 1
                raise KubeError(409, "Conflict", "the object has been modified")
            assert body is not None
            assert body["metadata"]["resourceVersion"] == "1"
            self.config_map = body
        return self.config_map


async def given(server: ApiServer, deletion: Deletion) -> list[Deletion]:
    await give_notice(cast(KubeClient, server), "cv", deletion)
    return list(deletions(server.config_map))


async def test_a_notice_is_read_as_it_was_written() -> None:
    deletion = Deletion.of(job("a", submitted=NOW + 0.25), now=NOW)
    assert await given(ApiServer(), deletion) == [deletion]
    assert deletion.submitted_ms == round(NOW * 1000) + 250


async def test_old_notices_go_and_new_ones_stay() -> None:
    old, new = (Deletion(name, 1, int(NOW - age)) for name, age in (("old", KEPT_SECONDS), ("new", 5)))
    last = Deletion("last", 1, int(NOW))
    server = ApiServer(old=old.value, new=new.value)
    assert await given(server, last) == [new, last]


async def test_two_replicas_that_write_at_once_both_succeed() -> None:
    server, deletion = ApiServer(), Deletion("a", 1, 2)
    server.conflicts = 3
    assert await given(server, deletion) == [deletion]

    server.conflicts = 99
    with pytest.raises(KubeError, match="Conflict"):
        await given(server, deletion)


def test_what_has_another_form_is_no_notice() -> None:
    assert list(deletions({"data": {"a": "soon", "b": "1", "c": "1 2 3"}})) == []
    assert list(deletions({})) == []
