"""Guarantee 5 and who holds which secret, in a release that logs all it can: exports that succeed and that fail in each
step, with markers in all they hold, then a search in everything that the release tells."""

from __future__ import annotations

import base64
import json
import re
import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from cluster.paths import CHART, CHECKOUT, from_environment
from cluster.release import Release, images
from tests.e2e import leaks
from tests.e2e.client import JOBS, eventually

NAMESPACE = "pdf-export-secrets"
STEM = "secrets-pdf-export"
EMULATOR = f"{STEM}-storage-emulator"
# Breaks on the marker alone, so that it is taken; {}[name] has Jinja quote the name.
TRAP = (
    '{% extends "_shared/document.html.j2" %}{% block body %}{% if "Zebedee" in cv.basics.name %}'
    "{{ {}[cv.basics.name].x }}{% endif %}{% endblock %}"
)
VALUES = (
    *("logLevel=debug", "pool.max=1", "auth.mode=bearer", "auth.bearer.existingSecret=backends"),
    *("tracing.endpoint=http://127.0.0.1:9", "tracing.headersExistingSecret=otlp"),
    "templates.configMaps.trap=trap-template",
)
KILL_CHROMIUM = """
import contextlib, os, pathlib, signal
for status in pathlib.Path("/proc").glob("[0-9]*/status"):
    with contextlib.suppress(OSError):
        if "Name:\\tchromium" in status.read_text():
            os.kill(int(status.parent.name), signal.SIGKILL)
            break
"""


@dataclass
class Watched:
    """The release, and what nobody may learn from it."""

    release: Release
    http: httpx.Client
    cvs: Path
    marker: str
    """In all fields of all requests."""
    token: str
    values: dict[str, str] = field(default_factory=dict)
    """All that is secret, by what it is."""

    def cv(self, name: str = "cv-two-pages") -> dict[str, Any]:
        """A sample CV with the marker in all its texts."""
        marked: dict[str, Any] = leaks.marked(json.loads((self.cvs / f"{name}.json").read_text()), self.marker)
        return marked

    def body(self, **fields: Any) -> dict[str, Any]:
        """A request with the marker wherever one can be."""
        titles = {"sectionTitles": {"work": f"{self.marker} career"}}
        mine = {name: f"{self.marker} {name}" for name in ("resumeId", "fileName", "userPackage", "userId")}
        return {"templateId": "modern", "cvData": self.cv(), "options": titles, **mine, **fields}

    def refused(self, status: int, method: str = "POST", path: str = JOBS, **request: Any) -> None:
        answer = self.http.request(method, path, **request)
        assert answer.status_code == status, (answer.status_code, answer.text)

    def ended(self, job_id: str) -> dict[str, Any]:
        def status() -> dict[str, Any] | None:
            found: dict[str, Any] = json.loads(self.release.kubectl("get", "pej", job_id, "-o", "json"))
            status: dict[str, Any] = found["status"]
            return status if status["phase"] in ("Done", "Error") else None

        return eventually(f"job {job_id} ends", status, seconds=90, every=0.3)

    def posted(self, **fields: Any) -> dict[str, Any]:
        """The final status of a job that is made through the API."""
        answer = self.http.post(
            JOBS, json=self.body(**fields), headers={"Idempotency-Key": f"{self.marker}-{uuid.uuid4()}"}
        )
        assert answer.status_code == 202, answer.text
        return self.ended(answer.json()["jobId"])

    def made(self, **spec: Any) -> str:
        """A job that is made past the API, which would have refused it."""
        name = str(uuid.uuid4())
        manifest = {"apiVersion": "pdfexport.dev/v1", "kind": "PdfExportJob", "metadata": {"name": name}}
        self.release.kubectl("create", "-f", "-", stdin=json.dumps({**manifest, "spec": {**self.body(), **spec}}))
        return name

    def failed(self, code: str, **spec: Any) -> None:
        """A job that is made past the API fails with this code."""
        status = self.ended(self.made(**spec))
        assert status["error"]["code"] in code.split(), status["error"]

    def told(self) -> dict[str, str]:
        """All that the release tells, by where."""
        environments = leaks.inside(self.release, "python3", "-c", leaks.ENVIRONMENT)
        return {
            **leaks.logs(self.release),
            **leaks.objects(self.release),
            **leaks.metrics(self.release),
            **{f"environment of {name}": text for name, text in environments.items()},
        }


@pytest.fixture(scope="module")
def watched(installed: Release) -> Iterator[Watched]:
    """The release, after an export and all the ways in which one can fail."""
    # `installed` has brought the cluster up.
    release = Release(from_environment(), name="secrets", namespace=NAMESPACE, emulator_address="10.96.91.93")
    token = secrets.token_hex(16)
    key = secrets.token_hex(16)
    template = {
        "template.json": json.dumps({"name": "Trap", "description": "Breaks.", "columns": 1, "options": {}}),
        "template.html.j2": TRAP,
        "style.css": "",
        "sample.json": json.dumps({"basics": {"name": "Ada Lovelace"}}),
    }
    manifests = [
        {"kind": "Secret", "metadata": {"name": "backends"}, "stringData": {"tokens": f"shop: {token}\n"}},
        {"kind": "Secret", "metadata": {"name": "otlp"}, "stringData": {"headers": f"x-key={key}"}},
        {"kind": "ConfigMap", "metadata": {"name": "trap-template"}, "data": template},
    ]
    with httpx.Client(timeout=40) as http, release.temporary():
        for manifest in manifests:
            release.kubectl("apply", "-f", "-", stdin=json.dumps({"apiVersion": "v1", **manifest}))
        release.install(images(installed.paths), values=VALUES)
        http.base_url = httpx.URL(release.url("api"))
        http.headers["Authorization"] = f"Bearer {token}"
        watched = Watched(release, http, CHECKOUT / "tests" / "data", f"Zebedee{secrets.token_hex(4)}", token)
        watched.values = {"the marker": watched.marker, "the API's token": token, "the endpoint's key": key}
        refusals(watched)
        failures(watched)
        exports(watched)
        watched.values |= held_secrets(watched)
        yield watched


def refusals(watched: Watched) -> None:
    """Requests that the API refuses."""
    marker, body = watched.marker, watched.body()
    watched.refused(401, json=body, headers={"Authorization": f"Bearer {marker}"})
    watched.refused(400, content=json.dumps(body)[:-9], headers={"Content-Type": "application/json"})
    watched.refused(415, content=marker, headers={"Content-Type": f"text/{marker}"})
    watched.refused(413, json={**body, "fileName": f"{marker} " * 200_000})
    watched.refused(422, json={**body, "templateId": marker})
    watched.refused(422, json={**body, "options": {marker: marker}})
    watched.refused(422, json={**body, "cvData": {"basics": {"name": marker * 5000, "email": [marker]}}})
    watched.refused(422, json={**body, "cvData": {**body["cvData"], "customSections": [{"summary": marker}]}})
    watched.refused(422, json={**body, "cvData": {"basics": {"name": marker, "image": photo(marker)}}})
    watched.refused(422, json=body, headers={"Idempotency-Key": marker * 40})
    for method in ("GET", "DELETE"):
        watched.refused(404, method, f"{JOBS}/{marker}", params={"token": marker, "wait": "1"})
        watched.refused(404, method, f"/{marker}", params={"token": marker})


def failures(watched: Watched) -> None:
    """Jobs that fail in each step, and one that expires."""
    marker = watched.marker
    watched.failed("InvalidData", cvData={"basics": {"name": marker, "image": photo(marker)}})
    watched.failed("InvalidData", cvData={"basics": {"name": marker}, "customSections": [{"summary": marker}]})
    watched.failed("InvalidData", templateId="trap")
    watched.failed("UnknownTemplate", templateId="no-such-template")
    watched.failed("TemplateError", templateId="trap", options={})
    expiring = watched.made(ttlSeconds=1, priority=-1000)
    watched.release.kubectl("wait", "--for=delete", f"pej/{expiring}", "--timeout=60s")
    watched.release.kubectl("scale", f"deployment/{EMULATOR}", "--replicas=0")
    watched.release.kubectl("wait", "--for=delete", "pod", "-l", "app.kubernetes.io/component=storage-emulator")
    try:
        watched.failed("UploadFailed Timeout", timeoutSeconds=6)
        watched.failed("Timeout UploadFailed", timeoutSeconds=1)
    finally:
        leaks.restore(watched.release, EMULATOR)


def exports(watched: Watched) -> None:
    """Exports that succeed, one of them on a page that crashed; their links are secret."""
    (renderer,) = (pod for pod in leaks.pods(watched.release) if leaks.component(pod) == "renderer")
    for name in ("the link's token", "the link's token after a crash"):
        status = watched.posted()
        assert status["phase"] == "Done", status
        watched.values[name] = httpx.URL(status["fileUrl"]).params["token"]
        watched.release.kubectl("exec", renderer["metadata"]["name"], "--", "python3", "-c", KILL_CHROMIUM)


def held_secrets(watched: Watched) -> dict[str, str]:
    """What the pods hold: service account tokens, and the key of the idempotency keys."""
    mounted = leaks.inside(watched.release, "cat", leaks.TOKEN_FILE)
    # The signature: the rest of a token is the same in others.
    tokens = {f"the token of {pod}": token.strip().rpartition(".")[2] for pod, token in mounted.items()}
    data = json.loads(watched.release.kubectl("get", "secret", f"{STEM}-idempotency", "-o", "json"))["data"]
    assert len(tokens) >= 3
    return {**tokens, "the idempotency key": base64.b64decode(data["secret"]).decode()}


def photo(marker: str) -> str:
    """A picture that is none."""
    return "data:image/png;base64," + base64.b64encode(marker.encode()).decode()


def test_nothing_that_is_told_holds_what_is_personal_or_secret(watched: Watched) -> None:
    told = watched.told()
    for component in ("api", "controller", "renderer"):
        for kind in ("log", "metrics", "environment"):
            assert any(source.startswith(f"{kind} of {component} ") for source in told), (kind, component)
    # Of what happened they do tell.
    assert re.search(r"job [0-9a-f-]{36} failed: TemplateError", "".join(told.values()))
    # A storage that is away refuses, or says nothing, as the network has it.
    assert re.search(r"job [0-9a-f-]{36} failed: (UploadFailed|Timeout)", "".join(told.values()))
    assert leaks.leaks(told, watched.values) == []


def test_the_search_finds_what_is_told(watched: Watched) -> None:
    """A pod that prints it all, and an Event that quotes it."""
    link = "https://files.test/o/x?alt=media&token=" + watched.values["the link's token"]
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln"
    said = f"{watched.marker.upper()} {link} Authorization: Bearer {watched.token} {jwt}"
    (image,) = {
        pod["spec"]["containers"][0]["image"] for pod in leaks.pods(watched.release) if leaks.component(pod) == "api"
    }
    container = {
        "name": "teller",
        "image": image,
        "command": ["echo", said],
        "env": [{"name": "KEY", "value": watched.token}],
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "teller", "labels": {"app": "teller"}},
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
        },
    }
    event = {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": "teller"},
        "type": "Normal",
        "reason": "Telling",
        "message": said,
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "teller", "namespace": NAMESPACE},
    }
    try:
        for manifest in (pod, event):
            watched.release.kubectl("create", "-f", "-", stdin=json.dumps(manifest))
        watched.release.kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/teller", "--timeout=60s")
        found = leaks.leaks(watched.told(), watched.values)
        names = {"the marker", "the link's token", "the API's token", *leaks.SHAPES}
        for source in ("log of none teller/teller", "events"):
            assert {f"{source}: {name}" for name in names} <= set(found)
        assert "pods: the API's token" in found
    finally:
        watched.release.kubectl("delete", "pod/teller", "event/teller", "--now", "--ignore-not-found")


def test_a_pod_holds_its_own_secrets_and_no_variable_holds_one(watched: Watched) -> None:
    mounts = {}
    for pod in leaks.pods(watched.release):
        mounts[leaks.component(pod)] = leaks.secret_mounts(pod["spec"])
        assert leaks.from_secrets(pod["spec"]) == []
    own: dict[str, list[str]] = {"token": [], "otlp": ["headers"]}
    assert mounts == {
        "api": {**own, "backends": ["tokens"], f"{STEM}-idempotency": ["secret"]},
        "controller": own,
        "renderer": own,
        "storage-emulator": {},
    }


@pytest.mark.parametrize(
    ("values", "api", "renderer", "controller"),
    [
        ("", {}, {"fb": ["service-account.json"]}, {}),
        ("firebase.signedUrls.enabled=true", {}, {"fb": ["service-account.json"]}, {}),
        ("firebase.existingSecret=", {}, {}, {}),
        ("auth.mode=firebase", {}, {"fb": ["service-account.json"]}, {}),
        (
            "auth.mode=bearer,auth.bearer.existingSecret=backends",
            {"backends": ["tokens"]},
            {"fb": ["service-account.json"]},
            {},
        ),
        (
            "tracing.endpoint=http://collector:4318,tracing.headersExistingSecret=otlp",
            {"otlp": ["headers"]},
            {"fb": ["service-account.json"], "otlp": ["headers"]},
            {"otlp": ["headers"]},
        ),
    ],
    ids=["key", "signed", "ambient", "auth-firebase", "auth-bearer", "tracing"],
)
def test_the_chart_gives_each_pod_its_own_secrets(
    values: str, api: Mapping[str, Any], renderer: Mapping[str, Any], controller: Mapping[str, Any]
) -> None:
    firebase = "firebase.project=cv-app,firebase.bucket=cv-app.firebasestorage.app,firebase.existingSecret=fb"
    firebase += ",global.imageRegistry=registry.example.com"
    release = Release(from_environment(), name="secrets", namespace=NAMESPACE, emulator_address="")
    text = release.helm("template", "secrets", str(CHART), "--set", firebase, "--set", f"prePull.enabled=true,{values}")
    specs = pod_specs([each for each in yaml.safe_load_all(text) if each])
    assert {name: leaks.secret_mounts(spec) for name, spec in specs.items()} == {
        f"{STEM}-api": {f"{STEM}-idempotency": ["secret"], **api},
        f"{STEM}-controller": controller,
        f"{STEM}-renderer-pod": renderer,
        f"{STEM}-pre-pull": {},
        f"{STEM}-test": {name: keys for name, keys in api.items() if name == "backends"},
    }
    for name, spec in specs.items():
        assert leaks.from_secrets(spec) == []
        programs = {"api", "controller", "renderer-pod"}
        assert spec["automountServiceAccountToken"] is (name.removeprefix(f"{STEM}-") in programs)
    accounts = [spec["serviceAccountName"] for spec in specs.values() if spec["automountServiceAccountToken"]]
    assert len(set(accounts)) == 3


def pod_specs(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pods of rendered objects, by the objects' names."""
    found = {}
    for each in objects:
        name = each["metadata"]["name"]
        if each["kind"] in ("Deployment", "DaemonSet", "Job"):
            found[name] = each["spec"]["template"]["spec"]
        elif each["kind"] == "Pod":
            found[name] = each["spec"]
        elif "renderer-pod.yaml" in each.get("data", {}):
            found[name] = yaml.safe_load(each["data"]["renderer-pod.yaml"])["spec"]
    return found
