"""Guarantee 2: each program's token can do what the program does and nothing more.

By Kubernetes' own answer to "what may I do", and by real requests with tokens bound to pods.
"""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.client import eventually
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART, FULLNAME, JOBS, NAME, VALUES, KubeApi, Quiet, error_of, quiet_release

CORE = "api/v1/namespaces/{namespace}"
RIGHTS = {
    "api": {
        "pdfexport.dev/pdfexportjobs": {"create", "get", "list", "watch", "delete"},
        f"apps/deployments {FULLNAME}-api": {"get"},
        "/configmaps pdf-export-deletions": {"get", "update"},
    },
    "controller": {
        "pdfexport.dev/pdfexportjobs": {"get", "list", "watch", "delete"},
        "pdfexport.dev/pdfexportjobs/status": {"update"},
        "/pods": {"create", "get", "list", "watch", "delete"},
        f"/configmaps {FULLNAME}-renderer-pod": {"get"},
        f"apps/deployments {FULLNAME}-controller": {"get"},
        f"apps/deployments/status {FULLNAME}-controller": {"patch"},
        "/events": {"create", "list"},
        "coordination.k8s.io/leases": {"create"},
        "coordination.k8s.io/leases pdf-export-controller": {"get", "update"},
    },
    "renderer": {
        "pdfexport.dev/pdfexportjobs": {"list", "watch"},
        "/configmaps pdf-export-deletions": {"list", "watch"},
        "pdfexport.dev/pdfexportjobs/status": {"update"},
    },
}
DONE = {"phase": "Done", "fileUrl": "https://storage.example/cv.pdf"}
ERROR = {"phase": "Error", "error": {"code": "Internal", "message": "no"}}


@pytest.fixture(scope="module")
def quiet(kubectl: Run, helm: Run) -> Iterator[Quiet]:
    with quiet_release(kubectl, helm) as release:
        for pod in ("renderer-a", "renderer-b"):
            release.renderer_pod(pod)
        yield release


@pytest.fixture(scope="module")
def call(quiet: Quiet) -> Iterator[KubeApi]:
    """Requests, once the API server has taken the admission policy up."""
    api = KubeApi(quiet.kubectl, quiet.namespace)
    unbound, job = quiet.token("renderer"), JOBS + "/" + create_job(quiet)

    def refused() -> bool:
        answer = api.change_status(unbound, job, {}, "?dryRun=All")
        return "must be bound to its pod" in answer.text

    eventually("the policy is in force", refused)
    yield api
    api.close()


@pytest.fixture(scope="module")
def tokens(quiet: Quiet) -> dict[str, str]:
    """Tokens by who holds them."""
    return {
        "api": quiet.token("api"),
        "controller": quiet.token("controller"),
        "a": quiet.token("renderer", pod="renderer-a"),
        "b": quiet.token("renderer", pod="renderer-b"),
    }


@pytest.fixture
def assigned(quiet: Quiet, call: KubeApi, tokens: dict[str, str]) -> str:
    """The path of a job that the controller has just given to renderer-a."""
    path = JOBS + "/" + create_job(quiet)
    status = {"phase": "Rendering", "renderer": "renderer-a", "attempt": 1, "startedAt": "2026-01-01T00:00:00Z"}
    answer = call.change_status(tokens["controller"], path, status)
    assert answer.status_code == 200, answer.text
    return path


def create_job(quiet: Quiet) -> str:
    name = str(uuid.uuid4())
    quiet.kubectl("create", "-f", "-", input=json.dumps(job_manifest(name)))
    return name


def job_manifest(name: str) -> dict[str, Any]:
    return {
        "apiVersion": "pdfexport.dev/v1",
        "kind": "PdfExportJob",
        "metadata": {"name": name},
        "spec": {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Ada"}}},
    }


def rights(call: KubeApi, token: str, namespace: str) -> set[tuple[str, str]]:
    """All (group/resource [name], verb) of a token in a namespace, as the API server lists them."""
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": namespace},
    }
    answer = call(token, "POST", "apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body).json()
    assert answer["status"]["incomplete"] is False
    return {
        (f"{group}/{resource}" + (f" {name}" if name else ""), verb)
        for rule in answer["status"]["resourceRules"]
        for group in rule.get("apiGroups", [""])
        for resource in rule.get("resources", [])
        for name in rule.get("resourceNames") or [""]
        for verb in rule["verbs"]
    }


def test_a_second_release_in_a_namespace_is_refused(quiet: Quiet) -> None:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        quiet.helm("install", "second", str(CHART), *VALUES)
    assert f"namespace {quiet.namespace} has the release {NAME} already" in refused.value.stderr
    quiet.helm("upgrade", NAME, str(CHART), *VALUES)


@pytest.mark.parametrize("component", RIGHTS)
def test_an_account_has_the_rights_of_its_program_and_no_other(quiet: Quiet, call: KubeApi, component: str) -> None:
    everyone = rights(call, quiet.token(None), quiet.namespace)
    expected = {(resource, verb) for resource, verbs in RIGHTS[component].items() for verb in verbs}
    assert rights(call, quiet.token(component), quiet.namespace) - everyone == expected


@pytest.mark.parametrize("component", RIGHTS)
def test_an_account_has_no_rights_in_other_namespaces(quiet: Quiet, call: KubeApi, component: str) -> None:
    everyone = rights(call, quiet.token(None), "kube-system")
    assert rights(call, quiet.token(component), "kube-system") == everyone


@pytest.mark.parametrize(
    ("component", "question", "answer"),
    [
        ("api", "create pdfexportjobs.pdfexport.dev", "yes"),
        ("api", "update pdfexportjobs.pdfexport.dev --subresource=status", "no"),
        ("api", "update pdfexportjobs.pdfexport.dev", "no"),
        ("api", "list pods", "no"),
        ("api", "create pods", "no"),
        ("api", "get secrets", "no"),
        ("controller", "update pdfexportjobs.pdfexport.dev --subresource=status", "yes"),
        ("controller", "create pods", "yes"),
        ("controller", "create pdfexportjobs.pdfexport.dev", "no"),
        ("controller", "patch pdfexportjobs.pdfexport.dev", "no"),
        ("controller", "delete deployments.apps", "no"),
        ("controller", "create pods --subresource=exec", "no"),
        ("controller", "get pods --subresource=log", "no"),
        ("controller", "get secrets", "no"),
        ("renderer", "update pdfexportjobs.pdfexport.dev --subresource=status", "yes"),
        ("renderer", "patch pdfexportjobs.pdfexport.dev --subresource=status", "no"),
        ("renderer", "get pdfexportjobs.pdfexport.dev", "no"),
        ("renderer", "delete pdfexportjobs.pdfexport.dev", "no"),
        ("renderer", "create pdfexportjobs.pdfexport.dev", "no"),
        ("renderer", "list pods", "no"),
        ("renderer", "get secrets", "no"),
        ("renderer", "get configmaps", "no"),
    ],
)
def test_can_i(quiet: Quiet, component: str, question: str, answer: str) -> None:
    user = f"--as=system:serviceaccount:{quiet.namespace}:{FULLNAME}-{component}"
    try:
        said = quiet.kubectl("auth", "can-i", *question.split(), user)
    except subprocess.CalledProcessError as e:  # how it says no
        said = e.stdout
    assert said.strip() == answer


@pytest.mark.parametrize("result", [DONE, ERROR])
def test_a_renderer_ends_a_job_that_is_assigned_to_it(
    call: KubeApi, tokens: dict[str, str], assigned: str, result: dict[str, Any]
) -> None:
    answer = call.change_status(tokens["a"], assigned, result)
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"]["phase"] == result["phase"]


def test_a_renderer_cannot_end_a_job_of_another(call: KubeApi, tokens: dict[str, str], assigned: str) -> None:
    answer = call.change_status(tokens["b"], assigned, DONE)
    assert answer.status_code == 403
    assert "the job is not assigned to renderer-b but to renderer-a" in answer.json()["message"]


def test_a_renderer_cannot_take_a_job_of_another(call: KubeApi, tokens: dict[str, str], assigned: str) -> None:
    answer = call.change_status(tokens["b"], assigned, {**DONE, "renderer": "renderer-b"})
    assert answer.status_code == 403


def test_a_renderer_cannot_end_a_job_that_waits(quiet: Quiet, call: KubeApi, tokens: dict[str, str]) -> None:
    answer = call.change_status(tokens["a"], JOBS + "/" + create_job(quiet), DONE)
    assert answer.status_code == 403
    assert "the job is not assigned to renderer-a but to no renderer" in answer.json()["message"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({**DONE, "renderer": "renderer-b"}, "are the controller's to change"),
        ({**DONE, "renderer": None}, "are the controller's to change"),
        ({**DONE, "attempt": 2}, "are the controller's to change"),
        ({**DONE, "startedAt": "2026-02-02T00:00:00Z"}, "are the controller's to change"),
        ({"phase": "Pending"}, "not from Rendering to Pending"),
        ({"pages": 3}, "not from Rendering to Rendering"),
    ],
)
def test_a_renderer_changes_its_job_in_no_other_way(
    call: KubeApi, tokens: dict[str, str], assigned: str, change: dict[str, Any], why: str
) -> None:
    answer = call.change_status(tokens["a"], assigned, change)
    assert answer.status_code == 403
    assert why in answer.json()["message"]


def test_a_finished_job_stays_as_it_is_even_for_its_renderer(
    call: KubeApi, tokens: dict[str, str], assigned: str
) -> None:
    assert call.change_status(tokens["a"], assigned, DONE).status_code == 200
    other = {"phase": "Done", "fileUrl": "https://storage.example/other.pdf"}
    for token in (tokens["a"], tokens["controller"]):
        assert call.change_status(token, assigned, other).status_code in (403, 422)


def test_a_token_that_is_bound_to_no_pod_is_refused(quiet: Quiet, call: KubeApi, assigned: str) -> None:
    answer = call.change_status(quiet.token("renderer"), assigned, DONE)
    assert answer.status_code == 403
    assert "must be bound to its pod" in answer.json()["message"]


def test_the_token_of_a_pod_that_is_gone_is_worth_nothing(quiet: Quiet, call: KubeApi) -> None:
    quiet.renderer_pod("renderer-gone")
    token = quiet.token("renderer", pod="renderer-gone")
    assert call(token, "GET", JOBS).status_code == 200
    quiet.kubectl("delete", "pod", "renderer-gone", "--grace-period=0", "--force")
    # The API server remembers for up to 10 s that a token was good.
    eventually("the token is refused", lambda: call(token, "GET", JOBS).status_code == 401)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", JOBS),
        ("GET", "{job}"),
        ("PATCH", "{job}"),
        ("PUT", "{job}"),
        ("PATCH", "{job}/status"),
        ("DELETE", "{job}"),
        ("DELETE", JOBS),
        ("GET", CORE + "/pods"),
        ("GET", CORE + "/pods/renderer-a"),
        ("POST", CORE + "/pods"),
        ("DELETE", CORE + "/pods/renderer-b"),
        ("GET", CORE + "/secrets"),
        ("GET", CORE + "/configmaps"),
        ("GET", CORE + "/services"),
        ("POST", CORE + "/events"),
        ("POST", CORE + f"/serviceaccounts/{FULLNAME}-controller/token"),
        ("GET", "apis/apps/v1/namespaces/{namespace}/deployments"),
        ("GET", "apis/pdfexport.dev/v1/pdfexportjobs"),
        ("GET", "api/v1/nodes"),
    ],
)
def test_a_renderer_reads_and_writes_nothing_else(
    call: KubeApi, tokens: dict[str, str], assigned: str, method: str, path: str
) -> None:
    name = assigned.rpartition("/")[2]
    # Where what is sent does not matter, it is something that an administrator could send.
    body = None if method in ("GET", "DELETE") else job_manifest(name)
    answer = call(tokens["a"], method, path.replace("{job}", assigned), body)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize(
    ("holder", "method", "path"),
    [
        ("api", "PATCH", "{job}/status"),
        ("api", "PUT", "{job}/status"),
        ("api", "PATCH", "{job}"),
        ("api", "PUT", "{job}"),
        ("api", "DELETE", JOBS),
        ("api", "GET", CORE + "/pods"),
        ("api", "POST", CORE + "/pods"),
        ("api", "DELETE", CORE + "/pods/renderer-b"),
        ("api", "GET", CORE + "/secrets"),
        ("api", "GET", "apis/pdfexport.dev/v1/pdfexportjobs"),
        ("controller", "POST", JOBS),
        ("controller", "PATCH", "{job}"),
        ("controller", "PATCH", "{job}/status"),
        ("controller", "GET", CORE + "/secrets"),
        ("controller", "GET", "apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"),
        ("controller", "PATCH", CORE + "/pods/renderer-b"),
        ("controller", "GET", f"apis/apps/v1/namespaces/{{namespace}}/deployments/{FULLNAME}-api"),
        ("controller", "DELETE", f"apis/apps/v1/namespaces/{{namespace}}/deployments/{FULLNAME}-controller"),
        ("controller", "GET", "api/v1/namespaces/kube-system/pods"),
    ],
)
def test_api_and_controller_are_refused_what_they_do_not_need(
    call: KubeApi, tokens: dict[str, str], assigned: str, holder: str, method: str, path: str
) -> None:
    body = None if method in ("GET", "DELETE") else {**job_manifest(assigned.rpartition("/")[2]), "status": DONE}
    answer = call(tokens[holder], method, path.replace("{job}", assigned), body)
    assert answer.status_code == 403, answer.text


def test_the_api_creates_reads_and_deletes_jobs(call: KubeApi, tokens: dict[str, str]) -> None:
    name = str(uuid.uuid4())
    assert call(tokens["api"], "POST", JOBS, job_manifest(name)).status_code == 201
    status = call(tokens["api"], "GET", f"{JOBS}/{name}").json()["status"]
    assert status["phase"] == "Pending"
    assert {each["type"]: each["status"] for each in status["conditions"]} == dict.fromkeys(
        ("Assigned", "Complete", "Failed"), "False"
    )
    assert call(tokens["api"], "DELETE", f"{JOBS}/{name}").status_code == 200


def test_nobody_changes_a_spec_not_even_deep_inside_cv_data(quiet: Quiet, assigned: str) -> None:
    name = assigned.rpartition("/")[2]
    for change in ({"basics": {"name": "Eve"}}, {"basics": {"email": "e@x.example"}}, {"basics": None}):
        patch = json.dumps({"spec": {"cvData": change}})
        assert "spec is immutable" in error_of(quiet.kubectl, "patch", "pej", name, "--type=merge", "-p", patch)
    assert quiet.get("pej", name)["spec"]["cvData"] == {"basics": {"name": "Ada"}}
