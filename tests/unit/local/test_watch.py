"""Watches and pages on local's API server, where a real one takes minutes: bookmarks, ends, and 410s."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.unit.local.conftest import JOBS, PODS, Here, job


async def events(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    """All events of a watch, until the server ends it."""
    answer = await client.get(JOBS, params={"watch": "true", "timeoutSeconds": "1", **query})
    assert answer.status_code == 200
    return [json.loads(line) for line in answer.text.splitlines()]


async def version(client: httpx.AsyncClient) -> str:
    listed: str = (await client.get(JOBS)).json()["metadata"]["resourceVersion"]
    return listed


async def test_a_watch_ends_in_time_with_a_bookmark(here: Here) -> None:
    client = await here.client()
    since = await version(client)
    await here.pod("not-a-job")

    (bookmark,) = await events(client, resourceVersion=since, allowWatchBookmarks="true", timeoutSeconds="3")

    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["kind"] == "PdfExportJob"
    assert bookmark["object"]["metadata"]["resourceVersion"] == await version(client)


async def test_a_watch_without_bookmarks_has_none(here: Here) -> None:
    client = await here.client()

    assert await events(client, resourceVersion=await version(client)) == []


async def test_a_watch_from_a_forgotten_version_is_told_that_it_is_too_old(here: Here) -> None:
    client = await here.client()
    since = await version(client)
    for number in range(21):
        await client.post(JOBS, json=job(f"job-{number}"))

    (error,) = await events(client, resourceVersion=since)

    assert error["type"] == "ERROR"
    assert (error["object"]["code"], error["object"]["reason"]) == (410, "Expired")
    assert error["object"]["message"].startswith(f"too old resource version: {since} ")


async def test_a_page_of_a_forgotten_list_is_refused(here: Here) -> None:
    client = await here.client()
    for name in "abc":
        await client.post(JOBS, json=job(name))
    first = (await client.get(JOBS, params={"limit": "1"})).json()
    for number in range(21):
        await client.post(JOBS, json=job(f"job-{number}"))

    answer = await client.get(JOBS, params={"limit": "1", "continue": first["metadata"]["continue"]})

    assert (answer.status_code, answer.json()["reason"]) == (410, "Expired")


async def test_a_continue_token_that_is_none_is_refused(here: Here) -> None:
    client = await here.client()

    assert (await client.get(JOBS, params={"continue": "nonsense"})).status_code == 400


async def test_a_watch_in_table_form_describes_its_columns_once(here: Here) -> None:
    client = await here.client()
    for name in "ab":
        await client.post(JOBS, json=job(name))
    client.headers["accept"] = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"

    first, second = await events(client)

    assert [column["name"] for column in first["object"]["columnDefinitions"]] == [
        *("Name", "Phase", "Template", "Renderer", "Attempt", "Reason", "Age"),
    ]
    assert second["object"]["columnDefinitions"] is None
    assert first["object"]["rows"][0]["cells"][:3] == ["a", "Pending", "modern"]


async def test_a_running_pod_is_gone_when_its_kubelet_has_ended_it(here: Here) -> None:
    client = await here.client()
    pod = await here.pod("a")

    stamped = (await client.delete(f"{PODS}/a")).json()
    again = (await client.request("DELETE", f"{PODS}/a", json={"gracePeriodSeconds": 60})).json()
    shorter = (await client.request("DELETE", f"{PODS}/a", json={"gracePeriodSeconds": 5})).json()
    ended = await client.request(
        "DELETE", f"{PODS}/a", json={"gracePeriodSeconds": 0, "preconditions": {"uid": pod["metadata"]["uid"]}}
    )

    assert stamped["metadata"]["deletionGracePeriodSeconds"] == 30
    assert stamped["metadata"]["deletionTimestamp"] > pod["metadata"]["creationTimestamp"]
    assert again == stamped
    assert shorter["metadata"]["deletionGracePeriodSeconds"] == 5
    assert ended.status_code == 200
    assert (await client.get(f"{PODS}/a")).status_code == 404


async def test_a_finished_pod_needs_no_grace(here: Here) -> None:
    client = await here.client()
    pod = await here.pod("a")
    await client.put(f"{PODS}/a/status", json={**pod, "status": {"phase": "Succeeded"}})

    await client.delete(f"{PODS}/a")

    assert (await client.get(f"{PODS}/a")).status_code == 404


async def test_a_change_that_changes_nothing_is_none(here: Here) -> None:
    client = await here.client()
    pod = await here.pod("a")

    answer = await client.put(f"{PODS}/a/status", json=pod)

    assert answer.json()["metadata"]["resourceVersion"] == pod["metadata"]["resourceVersion"]


async def test_what_is_not_there_is_a_status_too(here: Here) -> None:
    client = await here.client()

    answers = [
        await client.get("/apis/nothing.example/v1/things"),
        await client.put(JOBS, json={}),
        await client.post(JOBS, content=b"{"),
        await client.post(JOBS, content=b'{"a": NaN}'),
        await client.patch(f"{JOBS}/a", content=b"[]", headers={"content-type": "application/json-patch+json"}),
        await client.get(JOBS, headers={"accept": "text/html"}),
        await client.delete("/api/v1/namespaces/demo"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 400, 400, 400, 406, 405]
    assert {answer.json()["kind"] for answer in answers} == {"Status"}
