"""`kubectl pdfexport`: what it says of a release, from objects as kubectl prints them; tests/local runs it for real."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pdf_export_client.operators import answers, release, support
from pdf_export_client.operators.command import run
from pdf_export_client.operators.kubectl import JsonObject, Kubectl, KubectlError

CREATED = "2026-01-01T00:00:00Z"
NOW = release.parse_time(CREATED) + 100
LABEL = "app.kubernetes.io/"


class Cluster(Kubectl):
    """Has the objects that it is given, by kind."""

    def __init__(self, **objects: list[JsonObject]) -> None:
        super().__init__()
        self.objects = objects

    def list(self, kind: str, *, selector: str = "", **fields: str) -> list[JsonObject]:
        return self.objects.get(kind.split(".")[0], [])

    def run(self, *command: str, stdin: str | None = None, timeout_seconds: float = 60) -> str:
        raise KubectlError("the server could not be reached at https://10.0.0.1:6443")


def labels(component: str, instance: str = "shop") -> dict[str, str]:
    return {f"{LABEL}component": component, f"{LABEL}instance": instance, f"{LABEL}version": "1.2.3"}


def pod(name: str, component: str, **status: Any) -> JsonObject:
    """A pod; ready unless its status is given."""
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    return {
        "metadata": {"name": name, "creationTimestamp": CREATED, "labels": labels(component)},
        "spec": {"nodeName": "node-1", "containers": [{"image": f"pdf-export/{component}:1.2.3"}]},
        "status": status or ready,
    }


def deployment(component: str, *conditions: Mapping[str, str], instance: str = "shop") -> JsonObject:
    metadata = {"name": f"{instance}-{component}", "labels": labels(component, instance)}
    return {"metadata": metadata, "status": {"conditions": list(conditions)}}


def job(name: str, phase: str = "Pending", *, priority: int = 0, **status: Any) -> JsonObject:
    return {
        "metadata": {"name": name, "creationTimestamp": CREATED},
        "spec": {"templateId": "modern", "priority": priority, "cvData": {"basics": {"name": "Ada"}}, "userId": "ada"},
        "status": {"phase": phase, **status},
    }


NOT_PULLED = {
    "containerStatuses": [{"state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}],
    "conditions": [{"type": "Ready", "status": "False"}],
}
UNAVAILABLE = {
    "type": "RenderersAvailable",
    "status": "False",
    "reason": "RendererNotReady",
    "message": "no such image",
}


def broken() -> Cluster:
    """A release whose renderers do not start."""
    return Cluster(
        deployments=[deployment("api"), deployment("controller", UNAVAILABLE)],
        pods=[pod("api-1", "api"), pod("controller-1", "controller"), pod("renderer-1", "renderer", **NOT_PULLED)],
        pdfexportjobs=[job("first", priority=5), job("second")],
        leases=[{"metadata": {"name": "pdf-export-controller"}, "spec": {"holderIdentity": "controller-1"}}],
    )


def test_problems_name_the_condition_and_the_pod() -> None:
    found = release.read(broken())

    assert answers.problems(found) == [
        "RenderersAvailable is False: no such image",
        "2 jobs wait and no renderer is ready",
        "renderer-1: ImagePullBackOff: no such image",
    ]


def test_status_has_queue_leader_and_versions() -> None:
    lines = answers.status(release.read(broken()), NOW)
    text = "\n".join(lines)

    assert "2 waiting, the oldest for 1m40s, 0 running" in text
    assert "leader: controller-1" in text
    assert "api 1.2.3" in text


def test_status_has_each_condition_of_the_controller_with_its_reason() -> None:
    # Given conditions of the controller and of Kubernetes, of which one is well when it is False.
    since = {"lastTransitionTime": CREATED}
    conditions = (
        {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable", "message": "enough"},
        {"type": "ReplicaFailure", "status": "False", "reason": "", "message": ""},
        UNAVAILABLE | since,
        {"type": "StorageAvailable", "status": "True", "reason": "Stored", "message": "a document was stored"} | since,
        {"type": "DefinitionCurrent", "status": "False", "reason": "FieldsMissing", "message": "no spec.userId"},
    )
    cluster = Cluster(deployments=[deployment("controller", *conditions)])

    # When its status is asked for.
    lines = answers.status(release.read(cluster), NOW)

    # Then each is there with its reason and its message, and what is not well is a problem.
    shown = {name: text.strip() for name, _, text in (line.partition(" ") for line in lines)}
    assert shown["Available"] == "True, MinimumReplicasAvailable: enough"
    assert shown["ReplicaFailure"] == "False"
    assert shown["RenderersAvailable"] == "False, RendererNotReady: no such image (for 1m40s)"
    assert shown["StorageAvailable"] == "True, Stored: a document was stored (for 1m40s)"
    assert shown["DefinitionCurrent"] == "False, FieldsMissing: no spec.userId"
    assert [line for line in lines if line.startswith("problem: ") and " is " in line][:2] == [
        "problem: RenderersAvailable is False: no such image",
        "problem: DefinitionCurrent is False: no spec.userId",
    ]


def test_a_refused_pod_of_the_controller_is_a_problem() -> None:
    refused = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}
    cluster = Cluster(deployments=[deployment("controller", refused)])
    assert "ReplicaFailure is True: exceeded quota" in answers.problems(release.read(cluster))


def test_why_a_job_waits_when_no_renderer_is_ready() -> None:
    found = release.read(broken())

    lines = answers.why(job("second"), found, [], NOW)

    assert lines[0] == "Pending: requested 1m40s ago, template modern"
    assert "1 jobs of a higher or the same priority have waited longer" in lines
    assert "no renderer is ready" in lines
    assert "renderer-1: ImagePullBackOff: no such image" in lines


def test_why_a_job_runs_on_a_pod_that_is_gone() -> None:
    lines = answers.why(
        job("a", "Rendering", renderer="renderer-9", attempt=2, startedAt=CREATED), release.read(broken()), [], NOW
    )
    assert "renderer renderer-9 has had it for 1m40s, attempt 2; its timeout is 60 s" in lines
    assert "that pod is gone: the controller assigns the job again" in lines


def test_a_namespace_with_two_releases_asks_for_one() -> None:
    cluster = Cluster(deployments=[deployment("controller"), deployment("controller", instance="other")])
    with pytest.raises(release.ReleaseError, match="other, shop"):
        release.read(cluster)
    assert release.read(cluster, "other").name == "other"


def test_the_report_has_numbers_where_names_would_give_access() -> None:
    # Given a condition and an Event that name a job and a link.
    jobs = [job("0b5a8f2e-0000-4000-8000-000000000001", "Error", error={"code": "Timeout", "message": "Ada's CV"})]
    told = {**UNAVAILABLE, "message": f"see https://storage/x?token=t of {jobs[0]['metadata']['name']}"}
    cluster = Cluster(
        deployments=[deployment("api"), deployment("controller", told)],
        pods=[pod("api-1", "api")],
        pdfexportjobs=jobs,
        events=[{"involvedObject": {"kind": "PdfExportJob", "name": jobs[0]["metadata"]["name"]}, "message": "x"}],
    )

    # When the report is made, although neither logs nor versions can be read.
    report = support.report(cluster, release.read(cluster), NOW)

    # Then nothing of a job but numbers is in it.
    text = json.dumps(report)
    assert report["jobs"]["errors"] == {"Timeout": 1}
    for secret in ("0b5a8f2e", "token=t", "Ada", "10.0.0.1"):
        assert secret not in text
    assert "see <url> of <job>" in text


def test_without_kubectl_the_message_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert run(["status"]) == 2
    assert "kubectl is not installed" in capsys.readouterr().err


@pytest.fixture
def kubectl_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl in PATH that writes its arguments down, a line a call, and knows a release of one renderer and job."""
    objects = {
        "pods": [pod("renderer-1", "renderer")],
        "deployments": [deployment("controller")],
        "pdfexportjobs.pdfexport.dev": [job("a")],
        "leases.coordination.k8s.io": [],
    }
    for kind, items in objects.items():
        (tmp_path / kind).write_text(json.dumps({"items": items}))
    script = """#!/bin/sh
cd "${0%/*}"
echo "$@" >> log
case "$1" in
  get) cat "$2" ;;
  exec) echo removed 3 documents ;;
esac
"""
    (tmp_path / "kubectl").write_text(script)
    (tmp_path / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path / "log"


def test_erase_deletes_the_jobs_of_the_user_before_the_documents(
    kubectl_log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["erase", "a,b=c"]) == 0

    assert capsys.readouterr().out == "deleted 1 job\nremoved 3 documents\n"
    *_, listed, deleted, erased = kubectl_log.read_text().splitlines()
    # What separates selectors is a part of the value.
    assert listed == "get pdfexportjobs.pdfexport.dev --output json --field-selector spec.userId=a\\,b\\=c"
    assert deleted == "delete pdfexportjobs.pdfexport.dev --ignore-not-found a"
    assert erased == "exec renderer-1 --container renderer -- /opt/venv/bin/python -m renderer.erase a,b=c"


def test_erase_does_nothing_by_halves_when_no_renderer_is_ready(
    kubectl_log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (kubectl_log.parent / "pods").write_text(json.dumps({"items": [pod("renderer-1", "renderer", **NOT_PULLED)]}))

    assert run(["erase", "user-1"]) == 1

    assert "nothing was erased" in capsys.readouterr().err
    assert "delete" not in kubectl_log.read_text()


def test_erase_takes_no_empty_user(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["erase", ""])
    assert "it is empty" in capsys.readouterr().err
