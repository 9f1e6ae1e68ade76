"""The owner of the jobs is made anew: no job is accepted that Kubernetes deletes with the old one."""

from __future__ import annotations

from typing import Any, cast

import pytest

from api.http.errors import ApiError
from api.jobs.service import Jobs
from kube import paths
from kube.client import JsonObject, KubeClient
from kube.errors import KubeError
from tests.unit.api_fakes import BODY, NAMESPACE, FakeKube

DEPLOYMENT = paths.deployment(NAMESPACE, "api")


class WithDeployment(FakeKube):
    """Has a Deployment with a uid, or none, or does not say."""

    def __init__(self) -> None:
        super().__init__()
        self.uid: str | None = "old"
        self.deleting = False
        self.away = False

    async def request(self, method: str, path: str, **options: Any) -> JsonObject:
        if path != DEPLOYMENT:
            return await super().request(method, path, **options)
        if self.away:
            raise KubeError(503, "ServiceUnavailable", "")
        if self.uid is None:
            raise KubeError(404, "NotFound", "", {"kind": "deployments", "name": "api"})
        ending = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if self.deleting else {}
        return {"metadata": {"name": "api", "uid": self.uid, **ending}}


@pytest.fixture
def kube() -> WithDeployment:
    return WithDeployment()


@pytest.fixture
def jobs(kube: WithDeployment) -> Jobs:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api", "uid": "old"}
    return Jobs(
        cast(KubeClient, kube), namespace=NAMESPACE, queue_limit=10, secret=b"a secret of 16 bytes", owner=owner
    )


async def submit(jobs: Jobs, key: str | None = None) -> str:
    return await jobs.submit({"resumeId": 1, "templateId": "modern", "userId": "u", "cvData": {}}, key=key, body=BODY)


def owners(kube: FakeKube) -> dict[str, str]:
    """The uid of each job's owner, by jobId."""
    return {name: obj["metadata"]["ownerReferences"][0]["uid"] for name, obj in kube.objects.items()}


@pytest.mark.parametrize("key", [None, "key"])
async def test_a_job_belongs_to_the_owner_that_is_there(kube: WithDeployment, jobs: Jobs, key: str | None) -> None:
    first = await submit(jobs)
    kube.uid = "new"
    second = await submit(jobs, key)
    assert owners(kube) == {first: "old", second: "new"}


@pytest.mark.parametrize("key", [None, "key"])
async def test_while_there_is_no_owner_nothing_is_accepted_and_nothing_left(
    kube: WithDeployment, jobs: Jobs, key: str | None
) -> None:
    kube.uid = None
    with pytest.raises(ApiError) as refused:
        await submit(jobs, key)
    assert refused.value.kind.status == 503
    assert "Retry-After" in refused.value.headers
    assert not kube.objects
    # The same request is accepted when it is there again.
    kube.uid = "new"
    job_id = await submit(jobs, key)
    assert owners(kube) == {job_id: "new"}


async def test_an_owner_that_is_being_deleted_is_none(kube: WithDeployment, jobs: Jobs) -> None:
    """Kubernetes has looked already for what it is to keep of it: what is created now is deleted with it."""
    kube.deleting = True
    with pytest.raises(ApiError) as refused:
        await submit(jobs)
    assert refused.value.kind.status == 503
    assert not kube.objects


async def test_an_api_server_that_does_not_say_keeps_no_job_from_being_accepted(
    kube: WithDeployment, jobs: Jobs
) -> None:
    kube.away = True
    job_id = await submit(jobs)
    assert owners(kube) == {job_id: "old"}
