"""What the programs rely on of a Kubernetes API server, tested on local's and, with KUBECONFIG, on a real one."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest
import yaml

from crds.client import PdfExportJobClient
from crds.job import CRD_FILE, Job
from kube import paths
from kube.client import METADATA, STRATEGIC_MERGE_PATCH, JsonObject, KubeClient, deployment_owner
from kube.errors import KubeError
from tests.local.conftest import Cluster, job, pod, rendering, until_found

ERROR = {"phase": "Error", "error": {"code": "Timeout", "message": "It took too long.", "retryable": True}}
DONE = {**rendering(), "phase": "Done", "fileUrl": "https://example.com/cv.pdf"}


async def refusal(call: object) -> KubeError:
    """The error that a request ends with."""
    with pytest.raises(KubeError) as caught:
        await call  # type: ignore[misc]
    return caught.value


def new_status() -> JsonObject:
    """What the definition shows of a job that nobody has written a status of."""
    (version,) = yaml.safe_load(CRD_FILE.read_text())["spec"]["versions"]
    status: JsonObject = version["schema"]["openAPIV3Schema"]["properties"]["status"]["default"]
    return status


async def test_a_created_job_has_its_metadata_and_its_defaults(cluster: Cluster) -> None:
    created = await cluster.create_job("a", unknown="field")
    metadata = created["metadata"]

    assert metadata["name"] == "a"
    assert metadata["namespace"] == cluster.namespace
    assert metadata["generation"] == 1
    assert metadata["uid"]
    assert int(metadata["resourceVersion"]) > 0
    assert abs(Job.from_object(created).created - time.time()) < 60
    assert created["status"] == new_status()
    assert created["spec"] == {
        **job("a")["spec"],
        "ttlSeconds": 600,
        "timeoutSeconds": 60,
        "priority": 0,
    }
    assert await cluster.kube.request("GET", f"{cluster.jobs}/a") == created


async def test_the_status_of_a_manifest_is_ignored(cluster: Cluster) -> None:
    created = await cluster.kube.request("POST", cluster.jobs, body={**job("a"), "status": ERROR})

    assert created["status"] == new_status()


async def test_a_name_can_be_generated(cluster: Cluster) -> None:
    manifest = job("")
    manifest["metadata"] = {"generateName": "job-"}

    created = await cluster.kube.request("POST", cluster.jobs, body=manifest)

    assert created["metadata"]["name"].startswith("job-")
    assert len(created["metadata"]["name"]) == len("job-") + 5


async def test_null_in_an_optional_field_counts_as_missing(cluster: Cluster) -> None:
    created = await cluster.create_job("a", userId=None, priority=None, cvData={"kept": None})

    assert created["spec"]["priority"] == 0
    assert "userId" not in created["spec"]
    assert created["spec"]["cvData"] == {"kept": None}


async def test_every_field_that_does_not_fit_is_named(cluster: Cluster) -> None:
    wrong = {
        "resumeId": [],
        "templateId": "Bad Name!",
        "priority": "x",
        "timeoutSeconds": 100_000,
        "options": {"pageFormat": "A9", "sectionOrder": ["work", "work"], "accentColor": "#0123456789"},
    }

    error = await refusal(cluster.create_job("bad", **wrong))

    assert (error.status, error.reason) == (422, "Invalid")
    assert {key: error.details[key] for key in ("name", "group", "kind")} == {
        "name": "bad",
        "group": "pdfexport.dev",
        "kind": "PdfExportJob",
    }
    assert {(cause["field"], cause["reason"]) for cause in error.causes} == {
        ("spec.options.pageFormat", "FieldValueNotSupported"),
        ("spec.options.accentColor", "FieldValueTooLong"),
        ("spec.resumeId", "FieldValueTypeInvalid"),
        ("spec.priority", "FieldValueTypeInvalid"),
        ("spec.templateId", "FieldValueInvalid"),
        ("spec.timeoutSeconds", "FieldValueInvalid"),
        ("<nil>", "FieldValueInvalid"),
    }


async def test_a_missing_field_is_named(cluster: Cluster) -> None:
    manifest = job("bad")
    del manifest["spec"]["templateId"]

    error = await refusal(cluster.kube.request("POST", cluster.jobs, body=manifest))

    assert ("FieldValueRequired", "spec.templateId") in {(c["reason"], c["field"]) for c in error.causes}


async def test_a_rule_of_the_schema_is_kept(cluster: Cluster) -> None:
    error = await refusal(cluster.create_job("bad", options={"sectionOrder": ["work", "skills", "work"]}))

    assert error.status == 422
    assert error.fields == ["spec.options.sectionOrder"]
    assert "a section is named twice" in error.message


async def test_a_rule_of_the_whole_object_has_no_field(cluster: Cluster) -> None:
    error = await refusal(cluster.create_job("a" * 64))

    assert error.status == 422
    assert error.fields == []
    assert "at most 63 characters" in error.message


async def test_a_name_that_no_object_may_have_is_refused(cluster: Cluster) -> None:
    error = await refusal(cluster.create_job("Not_A_Name"))

    assert error.status == 422
    assert "metadata.name" in error.fields


@pytest.mark.parametrize(
    "broken",
    [
        {"metadata": "text"},
        {"metadata": {"name": "a", "labels": {"x": 1}}},
        {"metadata": {"name": "a", "ownerReferences": {}}},
        {"apiVersion": 5},
        {"apiVersion": "v1"},
    ],
)
async def test_what_is_no_object_at_all_is_a_bad_request(cluster: Cluster, broken: JsonObject) -> None:
    error = await refusal(cluster.kube.request("POST", cluster.jobs, body={**job("a"), **broken}))

    assert (error.status, error.reason) == (400, "BadRequest")


async def test_an_object_of_another_kind_is_refused(cluster: Cluster) -> None:
    error = await refusal(cluster.kube.request("POST", cluster.jobs, body={**job("a"), "kind": "Pod"}))

    assert (error.status, error.fields) == (422, ["kind"])


async def test_unknown_fields_are_refused_when_asked_for(cluster: Cluster) -> None:
    body = job("a", unknown=1)
    error = await refusal(cluster.kube.request("POST", cluster.jobs, body=body, query={"fieldValidation": "Strict"}))

    assert (error.status, error.reason) == (400, "BadRequest")
    assert 'unknown field "spec.unknown"' in error.message


async def test_a_job_larger_than_etcd_takes_is_refused(cluster: Cluster) -> None:
    # Each < is stored as six bytes.
    with pytest.raises(KubeError) as refused:
        await cluster.create_job(cvData={"basics": {"name": "Ada"}, "x-filler": "<" * 300_000})
    assert refused.value.too_large


async def test_a_second_job_of_a_name_conflicts(cluster: Cluster) -> None:
    await cluster.create_job("a")

    error = await refusal(cluster.create_job("a"))

    assert (error.status, error.reason) == (409, "AlreadyExists")
    assert error.message == 'pdfexportjobs.pdfexport.dev "a" already exists'


async def test_what_is_missing_is_named_with_its_resource(cluster: Cluster) -> None:
    error = await refusal(cluster.kube.request("GET", f"{cluster.jobs}/none"))
    assert error.is_missing("pdfexportjobs", "none")
    assert error.message == 'pdfexportjobs.pdfexport.dev "none" not found'

    error = await refusal(cluster.kube.request("GET", f"{cluster.pods}/none"))
    assert error.is_missing("pods", "none")
    assert error.details == {"name": "none", "kind": "pods"}


async def test_a_namespace_that_is_not_there_is_no_missing_object(cluster: Cluster) -> None:
    elsewhere = cluster.jobs.replace(cluster.namespace, "nowhere-at-all")

    error = await refusal(cluster.kube.request("POST", elsewhere, body=job("a")))
    listed = await cluster.kube.request("GET", elsewhere)

    assert error.status == 404
    assert not error.is_missing("pdfexportjobs", "a")
    assert listed["items"] == []


async def test_a_status_changes_the_status_alone(cluster: Cluster) -> None:
    created = await cluster.create_job("a")
    body = {**created, "spec": {**created["spec"], "templateId": "other"}, "status": rendering()}

    changed = await cluster.kube.request("PUT", f"{cluster.jobs}/a/status", body=body)

    assert changed["status"] == rendering()
    assert changed["spec"] == created["spec"]
    assert changed["metadata"]["generation"] == 1
    assert int(changed["metadata"]["resourceVersion"]) > int(created["metadata"]["resourceVersion"])


async def test_a_status_of_an_older_version_conflicts(cluster: Cluster) -> None:
    created = await cluster.create_job("a")
    await cluster.put_status(created, rendering())

    error = await refusal(cluster.put_status(created, rendering("other")))

    assert (error.status, error.reason) == (409, "Conflict")
    assert "the object has been modified" in error.message


async def test_a_status_of_another_uid_conflicts(cluster: Cluster) -> None:
    created = await cluster.create_job("a")

    error = await refusal(cluster.put_status(created, rendering(), uid="00000000-0000-4000-8000-000000000000"))

    assert (error.status, error.reason) == (409, "Conflict")


async def test_an_update_of_a_custom_resource_needs_a_version(cluster: Cluster) -> None:
    created = await cluster.create_job("a")

    error = await refusal(cluster.put_status(created, rendering(), resourceVersion=""))

    assert error.status == 422
    assert error.fields == ["metadata.resourceVersion"]


async def test_the_main_resource_ignores_a_status_and_its_spec_never_changes(cluster: Cluster) -> None:
    created = await cluster.create_job("a")
    path = f"{cluster.jobs}/a"

    unchanged = await cluster.kube.request("PUT", path, body={**created, "status": rendering()})
    error = await refusal(
        cluster.kube.request("PUT", path, body={**unchanged, "spec": {**created["spec"], "templateId": "other"}})
    )

    assert (unchanged["spec"], unchanged["status"]) == (created["spec"], created["status"])
    assert unchanged["metadata"]["generation"] == 1
    assert error.status == 422
    assert error.fields == ["spec"]
    assert "spec is immutable" in error.message


async def test_a_finished_job_never_changes(cluster: Cluster) -> None:
    done = await cluster.put_status(await cluster.put_status(await cluster.create_job("a"), rendering()), DONE)

    error = await refusal(cluster.put_status(done, ERROR))

    assert error.status == 422
    assert error.fields == ["status"]
    assert "a finished job never changes" in error.message


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({"phase": "Done"}, "phase Done needs fileUrl"),
        ({"phase": "Error"}, "phase Error needs error"),
        ({"phase": "Rendering", "renderer": "x"}, "phase Rendering needs renderer, attempt and startedAt"),
    ],
)
async def test_a_phase_needs_its_fields(cluster: Cluster, status: JsonObject, text: str) -> None:
    created = await cluster.create_job("a")

    error = await refusal(cluster.put_status(created, status))

    assert error.status == 422
    assert text in error.message


async def test_a_date_must_be_one(cluster: Cluster) -> None:
    created = await cluster.create_job("a")

    error = await refusal(cluster.put_status(created, {**rendering(), "startedAt": "yesterday"}))

    assert error.fields == ["status.startedAt", "<nil>"][:1]


async def test_the_metadata_form_has_no_spec(cluster: Cluster) -> None:
    created = await cluster.kube.request("POST", cluster.jobs, body=job("a"), accept=METADATA)
    versions, version = await PdfExportJobClient(cluster.kube, cluster.namespace).list_versions()

    assert created.keys() == {"kind", "apiVersion", "metadata"}
    assert created["kind"] == "PartialObjectMetadata"
    assert versions == {"a": int(created["metadata"]["resourceVersion"])}
    assert version >= versions["a"]


async def test_the_table_form_has_the_columns_of_the_definition(cluster: Cluster) -> None:
    client = PdfExportJobClient(cluster.kube, cluster.namespace)
    await cluster.put_status(await cluster.create_job("a"), ERROR)
    await cluster.create_job("b")

    assert await client.list_reasons("status.phase=Error") == {"a": "Timeout"}
    assert await client.list_reasons("status.phase=Pending") == {"b": None}
    assert await client.list_reasons("status.phase=Done") == {}


async def test_jobs_are_selected_by_their_fields(cluster: Cluster) -> None:
    client = PdfExportJobClient(cluster.kube, cluster.namespace)
    await cluster.put_status(await cluster.create_job("a"), rendering("renderer-1"))
    await cluster.put_status(await cluster.create_job("b"), ERROR)
    await cluster.create_job("c")

    async def names(selector: str) -> list[str]:
        return [item["metadata"]["name"] for item in await client.list(selector)]

    assert await names("status.renderer=renderer-1") == ["a"]
    assert await names("status.renderer=") == ["b", "c"]
    assert await names("status.phase!=Done,status.phase!=Error") == ["a", "c"]
    assert await names("metadata.name=b") == ["b"]


async def test_a_field_that_cannot_be_selected_by_is_refused(cluster: Cluster) -> None:
    error = await refusal(cluster.kube.request("GET", cluster.jobs, query={"fieldSelector": "spec.templateId=x"}))

    assert (error.status, error.reason) == (400, "BadRequest")
    assert "field label not supported: spec.templateId" in error.message


async def test_pages_show_the_list_as_it_was_at_the_first(cluster: Cluster) -> None:
    for name in "abcd":
        await cluster.create_job(name)
    first = await cluster.kube.request("GET", cluster.jobs, query={"limit": "2"})
    await cluster.kube.request("DELETE", f"{cluster.jobs}/c")
    await cluster.create_job("e")

    second = await cluster.kube.request(
        "GET", cluster.jobs, query={"limit": "2", "continue": first["metadata"]["continue"]}
    )

    assert [item["metadata"]["name"] for item in first["items"]] == ["a", "b"]
    assert first["metadata"]["remainingItemCount"] == 2
    assert [item["metadata"]["name"] for item in second["items"]] == ["c", "d"]
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert not second["metadata"].get("continue")


async def test_a_deletion_is_of_the_very_object(cluster: Cluster) -> None:
    created = await cluster.create_job("a")
    client = PdfExportJobClient(cluster.kube, cluster.namespace)

    error = await refusal(client.delete("a", uid="00000000-0000-4000-8000-000000000000"))
    deleted = await client.delete("a", uid=created["metadata"]["uid"])
    missing = await refusal(client.delete("a"))

    assert (error.status, error.reason) == (409, "Conflict")
    assert deleted == created["metadata"]["uid"]
    assert missing.is_missing("pdfexportjobs", "a")


async def test_the_time_of_the_server_comes_with_each_answer(cluster: Cluster) -> None:
    await cluster.kube.request("GET", cluster.jobs)

    assert cluster.kube.server_date is not None
    assert abs(cluster.kube.server_date - time.time()) < 60


async def watched(
    kube: KubeClient, path: str, since: str, count: int, query: dict[str, str] | None = None
) -> list[tuple[str, str, str]]:
    """The type, name and version of the first events of a watch, bookmarks left out."""
    events: list[tuple[str, str, str]] = []
    async with asyncio.timeout(10), aclosing(kube.watch(path, resource_version=since, query=query)) as stream:  # type: ignore[type-var]
        async for event in stream:
            if event["type"] != "BOOKMARK":
                metadata = event["object"]["metadata"]
                events.append((event["type"], metadata["name"], metadata["resourceVersion"]))
            if len(events) == count:
                break
    return events


async def test_a_watch_shows_each_change_after_its_version(cluster: Cluster) -> None:
    _, since = await cluster.kube.list(cluster.jobs)
    created = await cluster.create_job("a")
    changed = await cluster.put_status(created, rendering())
    await cluster.kube.request("DELETE", f"{cluster.jobs}/a")

    events = await watched(cluster.kube, cluster.jobs, since, 3)
    later = await watched(cluster.kube, cluster.jobs, created["metadata"]["resourceVersion"], 2)

    assert [(kind, name) for kind, name, _ in events] == [("ADDED", "a"), ("MODIFIED", "a"), ("DELETED", "a")]
    assert [version for _, _, version in events[:2]] == [
        created["metadata"]["resourceVersion"],
        changed["metadata"]["resourceVersion"],
    ]
    assert int(events[2][2]) > int(events[1][2])
    assert later == events[1:]


async def test_a_watch_that_selects_shows_what_begins_and_ceases_to_match(cluster: Cluster) -> None:
    _, since = await cluster.kube.list(cluster.jobs)
    await cluster.create_job("other")
    assigned = await cluster.put_status(await cluster.create_job("a"), rendering("me"))
    await cluster.put_status(assigned, {"phase": "Pending", "attempt": 1})

    events = await watched(cluster.kube, cluster.jobs, since, 2, {"fieldSelector": "status.renderer=me"})

    assert [(kind, name) for kind, name, _ in events] == [("ADDED", "a"), ("DELETED", "a")]


async def test_a_watch_from_the_beginning_shows_what_is_there(cluster: Cluster) -> None:
    created = await cluster.create_job("a")

    events = await watched(cluster.kube, cluster.jobs, "0", 1)

    assert events == [("ADDED", "a", created["metadata"]["resourceVersion"])]


async def test_pods_are_selected_by_label_and_deleted_with_preconditions(cluster: Cluster) -> None:
    created = await cluster.kube.request("POST", cluster.pods, body=pod("a", labels={"app": "x"}))
    await cluster.kube.request("POST", cluster.pods, body=pod("b"))

    found, _ = await cluster.kube.list(cluster.pods, query={"labelSelector": "app=x"})
    pending, _ = await cluster.kube.list(cluster.pods, query={"fieldSelector": "status.phase=Pending"})
    wrong = {"preconditions": {"uid": "00000000-0000-4000-8000-000000000000"}, "gracePeriodSeconds": 0}
    error = await refusal(cluster.kube.request("DELETE", f"{cluster.pods}/a", body=wrong))
    right = {"preconditions": {"uid": created["metadata"]["uid"]}, "gracePeriodSeconds": 0}
    await cluster.kube.request("DELETE", f"{cluster.pods}/a", body=right)
    missing = await refusal(cluster.kube.request("GET", f"{cluster.pods}/a"))

    assert [item["metadata"]["name"] for item in found] == ["a"]
    assert [item["metadata"]["name"] for item in pending] == ["a", "b"]
    assert error.status == 409
    assert missing.is_missing("pods", "a")


DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "owner"},
    "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "owner"}},
        "template": {
            "metadata": {"labels": {"app": "owner"}},
            "spec": {"containers": [{"name": "main", "image": "registry.invalid/none"}]},
        },
    },
}


async def test_what_has_an_owner_is_deleted_with_it(cluster: Cluster) -> None:
    deployments = paths.deployment(cluster.namespace, "owner")
    await cluster.kube.request("POST", deployments.removesuffix("/owner"), body=DEPLOYMENT)
    owner = await deployment_owner(cluster.kube, cluster.namespace, "owner")
    manifest = job("owned")
    manifest["metadata"]["ownerReferences"] = [owner]
    await cluster.kube.request("POST", cluster.jobs, body=manifest)
    await cluster.create_job("free")

    await cluster.kube.request("DELETE", deployments)

    async with asyncio.timeout(60):
        while True:
            items, _ = await cluster.kube.list(cluster.jobs)
            if [item["metadata"]["name"] for item in items] == ["free"]:
                break
            await asyncio.sleep(0.1)


async def test_conditions_of_a_deployment_are_merged_by_type(cluster: Cluster) -> None:
    deployments = paths.deployment(cluster.namespace, "owner").removesuffix("/owner")
    await cluster.kube.request("POST", deployments, body=DEPLOYMENT)
    path = paths.deployment_status(cluster.namespace, "owner")

    for kind, value in (("One", "True"), ("Two", "True"), ("One", "False")):
        patch = {"status": {"conditions": [{"type": kind, "status": value, "reason": "R", "message": "m"}]}}
        changed = await cluster.kube.request("PATCH", path, body=patch, content_type=STRATEGIC_MERGE_PATCH)

    conditions = {each["type"]: each["status"] for each in changed["status"]["conditions"]}
    assert conditions.items() >= {"One": "False", "Two": "True"}.items()


async def test_events_can_be_reported(cluster: Cluster) -> None:
    created = await cluster.create_job("a")
    about = {"apiVersion": created["apiVersion"], "kind": "PdfExportJob", "name": "a", "namespace": cluster.namespace}
    event = {"metadata": {"name": "a.1"}, "involvedObject": about, "type": "Warning", "reason": "R", "message": "m"}

    await cluster.kube.request("POST", paths.events(cluster.namespace), body=event)

    query = {"fieldSelector": "involvedObject.name=a"}
    await until_found(lambda: cluster.kube.request("GET", f"{paths.events(cluster.namespace)}/a.1"))
    items, _ = await cluster.kube.list(paths.events(cluster.namespace), query=query)
    assert [item["reason"] for item in items] == ["R"]


async def test_discovery_names_the_resources(cluster: Cluster) -> None:
    core = await cluster.kube.request("GET", "/api/v1")
    groups = await cluster.kube.request("GET", "/apis")
    ours = await cluster.kube.request("GET", "/apis/pdfexport.dev/v1")

    assert {"pods", "pods/status", "events", "namespaces"} <= {each["name"] for each in core["resources"]}
    assert {"apps", "pdfexport.dev"} <= {group["name"] for group in groups["groups"]}
    resource, status = ours["resources"]
    assert (resource["name"], resource["kind"], resource["shortNames"]) == ("pdfexportjobs", "PdfExportJob", ["pej"])
    assert set(resource["verbs"]) >= {"create", "delete", "get", "list", "patch", "update", "watch"}
    assert (status["name"], status["verbs"]) == ("pdfexportjobs/status", ["get", "patch", "update"])


async def test_half_of_a_surrogate_pair_becomes_the_replacement_character(cluster: Cluster) -> None:
    created = await cluster.create_job("a", cvData={"\ud800": "\udfff"})

    assert created["spec"]["cvData"] == {"\ufffd": "\ufffd"}
