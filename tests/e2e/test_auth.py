"""Who may export, in a release of its own: backends with tokens from a Secret, then users with Firebase ID tokens."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from cluster.paths import from_environment
from cluster.release import Release, images
from tests.e2e.client import JOBS, eventually
from tests.google import proxy
from tests.google.keys import PROJECT, Key, write_certificates, write_tls

NAMESPACE = "pdf-export-auth"
API = "deployment/auth-pdf-export-api"
BODY: dict[str, Any] = {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Ada Lovelace"}}}
BEARER = ("auth.mode=bearer", "auth.bearer.existingSecret=backends")
LIMITS = ("pool.max=1", "jobs.userLimits.TINY=1", "api.rateLimit.perSecond=5", "api.rateLimit.burst=40")
SHOP, NOISY, NEXT = (secrets.token_hex(16) for _ in range(3))
# The kubelet looks at mounted Secrets once a minute, and may work with a copy that is as old again.
ROTATED_SECONDS = 180


@dataclass(frozen=True)
class Door:
    """The release, and requests to it with and without a token."""

    release: Release
    images: dict[str, str]
    http: httpx.Client

    def ask(self, method: str, path: str, token: str | None = None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(method, path, headers=headers, **request)

    def export(self, token: str, **fields: Any) -> str:
        """Have a CV exported to the end; the jobId."""
        answer = self.ask("POST", JOBS, token, json={**BODY, **fields})
        assert answer.status_code == 202, answer.text
        job_id = str(answer.json()["jobId"])

        def status() -> str:
            return str(self.ask("GET", f"{JOBS}/{job_id}", token, params={"wait": 10}).json()["status"])

        assert eventually("the job ends", lambda: (s := status()) != "processing" and s, seconds=90) == "done"
        return job_id

    def apply(self, *manifests: dict[str, Any]) -> None:
        self.release.kubectl(
            "apply", "-f", "-", stdin=json.dumps({"kind": "List", "apiVersion": "v1", "items": manifests})
        )

    def tokens(self, text: str) -> None:
        """Make or change the Secret of the bearer tokens."""
        self.apply(
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "backends"}, "stringData": {"tokens": text}}
        )

    def log(self) -> str:
        return self.release.kubectl("logs", API, "--tail=-1")


@pytest.fixture(scope="module")
def door(installed: Release) -> Iterator[Door]:
    """The release with bearer tokens."""
    # `installed` has brought the cluster up.
    release = Release(from_environment(), name="auth", namespace=NAMESPACE, emulator_address="10.96.91.95")
    with httpx.Client(timeout=40) as http, release.temporary():
        door = Door(release, images(installed.paths), http)
        door.tokens(f"shop: {SHOP}\nnoisy: {NOISY}\n")
        release.install(door.images, values=(*LIMITS, *BEARER))
        http.base_url = httpx.URL(release.url("api"))
        yield door


def test_only_backends_with_a_token_get_in(door: Door) -> None:
    for token in (None, SHOP[:-1] + "x", NEXT):
        answer = door.ask("POST", JOBS, token, json=BODY)
        assert answer.status_code == 401, (answer.status_code, answer.headers, answer.content)
        assert answer.json()["error"] == "Unauthorized"
        assert answer.headers["www-authenticate"].startswith('Bearer realm="pdf-export"')
    for path in ("/", "/openapi.json", "/healthz", "/readyz", "/api/export-pdf/templates"):
        assert door.ask("GET", path).status_code == 200
    job_id = door.export(SHOP, userId="anyone")
    assert door.ask("GET", f"{JOBS}/{job_id}").status_code == 401
    assert door.ask("GET", f"{JOBS}/{job_id}", NOISY).status_code == 200
    assert door.ask("DELETE", f"{JOBS}/{job_id}", NOISY).status_code == 204


def test_helm_test_gets_in(door: Door) -> None:
    assert door.release.helm("test", door.release.name, "--timeout", "120s").count("Succeeded") == 2


def test_a_user_has_so_many_jobs_and_no_more(door: Door) -> None:
    body = {**BODY, "userId": "greedy", "userPackage": "TINY"}
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: door.ask("POST", JOBS, SHOP, json=body), range(12)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert {answer.status_code for answer in answers} == {202, 429}
    assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
    assert "the limit is 1." in refused[0].json()["message"]

    def room() -> bool:
        return door.ask("POST", JOBS, SHOP, json=body).status_code == 202

    eventually("there is room again", room, seconds=30, every=1)


def test_a_caller_that_asks_too_much_is_slowed_down_alone(door: Door) -> None:
    with ThreadPoolExecutor(8) as threads:
        asked = threads.map(lambda _: door.ask("GET", f"{JOBS}/x", NOISY).status_code, range(200))
        assert set(asked) == {404, 429}
    assert door.ask("GET", f"{JOBS}/x", SHOP).status_code == 404


def test_a_token_is_exchanged_without_a_restart(door: Door) -> None:
    before = door.release.kubectl("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", "name")
    door.tokens(f"shop: {NEXT}\n")

    def code(token: str) -> int:
        return door.ask("GET", f"{JOBS}/x", token).status_code

    eventually("the new token counts", lambda: code(NEXT) == 404, seconds=ROTATED_SECONDS, every=1)
    assert (code(SHOP), code(NOISY)) == (401, 401)
    eventually("the log says so", lambda: "Read 1 token from the changed file" in door.log())
    assert door.release.kubectl("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", "name") == before


def test_no_token_is_in_the_log(door: Door) -> None:
    log = door.log()
    assert log
    for token in (SHOP, NOISY, NEXT):
        assert token not in log


@pytest.fixture(scope="module")
def key() -> Key:
    return Key("key-1")


@pytest.fixture(scope="module")
def users(door: Door, key: Key, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The release with Firebase's tokens, and a pod that has Google's certificates in Google's place."""
    folder = tmp_path_factory.mktemp("google")
    write_tls(folder)
    write_certificates(folder, key)
    door.release.install(door.images, values=(*LIMITS, "auth.mode=firebase", f"auth.firebase.project={PROJECT}"))
    door.apply(*_google(folder, door.images["control"]), *_may_ask_google(door))
    door.release.kubectl("wait", "--for=condition=Ready", "pod/google", "--timeout=60s")
    container = {
        "name": "api",
        "env": [
            {"name": "HTTPS_PROXY", "value": "http://google:8443"},
            {"name": "REQUESTS_CA_BUNDLE", "value": "/google/ca.pem"},
        ],
        "volumeMounts": [{"name": "google", "mountPath": "/google"}],
    }
    volume = {"name": "google", "configMap": {"name": "google-ca"}}
    patch = {"spec": {"template": {"spec": {"containers": [container], "volumes": [volume]}}}}
    door.release.kubectl("patch", API, "--patch", json.dumps(patch))
    door.release.kubectl("rollout", "status", API, "--timeout=120s")
    api_pods = ("get", "pods", "-l", "app.kubernetes.io/component=api", "-o", "name")
    eventually("the pod before is gone", lambda: len(door.release.kubectl(*api_pods).split()) == 1, seconds=60)
    # The other client's connections end with the pod that they lead to.
    with httpx.Client(base_url=door.http.base_url, timeout=40) as http:
        yield Door(door.release, door.images, http)


def _google(folder: Path, image: str) -> list[dict[str, Any]]:
    labels = {"app": "google"}
    container = {
        "name": "proxy",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/opt/venv/bin/python", "/script/proxy.py", "/google", "8443"],
        "readinessProbe": {"tcpSocket": {"port": 8443}, "periodSeconds": 1},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        "volumeMounts": [{"name": "script", "mountPath": "/script"}, {"name": "google", "mountPath": "/google"}],
    }
    pod = {
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "terminationGracePeriodSeconds": 0,
        "containers": [container],
        "volumes": [
            {"name": "script", "configMap": {"name": "google-script"}},
            {"name": "google", "secret": {"secretName": "google"}},
        ],
    }

    def named(kind: str, name: str, **content: Any) -> dict[str, Any]:
        return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "labels": labels}, **content}

    files = {name: (folder / name).read_text() for name in ("tls.pem", "certificates.json")}
    return [
        named("Secret", "google", stringData=files),
        named("ConfigMap", "google-ca", data={"ca.pem": (folder / "ca.pem").read_text()}),
        named("ConfigMap", "google-script", data={"proxy.py": Path(proxy.__file__).read_text()}),
        named("Pod", "google", spec=pod),
        named("Service", "google", spec={"selector": labels, "ports": [{"port": 8443}]}),
    ]


def _may_ask_google(door: Door) -> list[dict[str, Any]]:
    """Where policies hold the API to what it needs, this pod is one more thing; where none do, one would."""
    if not door.release.kubectl("get", "networkpolicies", "-o", "name").strip():
        return []
    spec = {
        "podSelector": {"matchLabels": {"app.kubernetes.io/component": "api"}},
        "policyTypes": ["Egress"],
        "egress": [{"to": [{"podSelector": {"matchLabels": {"app": "google"}}}]}],
    }
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    return [{**kind, "metadata": {"name": "api-to-google"}, "spec": spec}]


def test_a_users_job_is_his_own(users: Door, key: Key) -> None:
    ada, eve = key.token("ada"), key.token("eve")
    job_id = users.export(ada)
    job = json.loads(users.release.kubectl("get", "pej", job_id, "-o", "json"))
    assert job["spec"]["userId"] == "ada"
    answer = users.ask("POST", JOBS, eve, json={**BODY, "userId": "ada"})
    assert (answer.status_code, answer.json()["details"][0]["field"]) == (403, "userId")
    for method, query in (("GET", ""), ("GET", "?wait=5"), ("DELETE", "")):
        answer = users.ask(method, f"{JOBS}/{job_id}{query}", eve)
        assert (answer.status_code, answer.json()["error"]) == (404, "Job not found")
    assert users.ask("DELETE", f"{JOBS}/{job_id}", ada).status_code == 204


def test_what_google_did_not_sign_is_nobodys(users: Door, key: Key) -> None:
    tokens = (None, NEXT, Key(key.kid).token("ada"), key.token("ada", aud="other"), key.token("ada", exp=1, iat=0))
    for token in tokens:
        assert users.ask("POST", JOBS, token, json=BODY).status_code == 401
    log = users.log()
    assert not [part for token in tokens if token for part in token.split(".") if part in log]
