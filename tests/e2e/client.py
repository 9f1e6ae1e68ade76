"""What the tests of the running system share: the HTTP contract's client, and waiting for a condition."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pypdf

from bench.testbed import is_ready

T = TypeVar("T")
JOBS = "/api/export-pdf/job"
DEMO_BUCKET = "demo-pdf-export.firebasestorage.app"
"""Of charts/pdf-export/values-demo.yaml."""


def eventually(what: str, check: Callable[[], T | None], *, seconds: float = 30.0, every: float = 0.1) -> T:
    """The first true result of `check`; fails, naming what was waited for.

    An empty text or set is no result: kubectl prints one for a field that is not set yet.
    """
    deadline = time.monotonic() + seconds
    while True:
        result = check()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(every)


def api_metrics(kubectl: Callable[..., str]) -> str:
    """/metrics of the API's one replica, by way of the API server: the port is not the Service's."""
    (pod,) = ready_pods(kubectl, "api")
    metadata = pod["metadata"]
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}:9090/proxy/metrics"
    return kubectl("get", "--raw", path)


def ready_pods(kubectl: Callable[..., str], component: str) -> list[dict[str, Any]]:
    """The pods of a component that are ready and not about to end."""
    listed = json.loads(kubectl("get", "pods", "-l", f"app.kubernetes.io/component={component}", "-o", "json"))
    return [pod for pod in listed["items"] if is_ready(pod)]


def condition(kubectl: Callable[..., str], deployment: str, kind: str) -> dict[str, Any]:
    """A condition of a Deployment, by its type; empty while there is none."""
    status = json.loads(kubectl("get", "deployment", deployment, "-o", "json")).get("status", {})
    return next((each for each in status.get("conditions", ()) if each["type"] == kind), {})


def event_messages(kubectl: Callable[..., str], name: str, reason: str) -> str:
    """The messages of the Events about an object that have this reason."""
    selector = f"involvedObject.name={name},reason={reason}"
    return kubectl("get", "events", "--field-selector", selector, "-o", "jsonpath={.items[*].message}")


def stored(storage_url: str, bucket: str = DEMO_BUCKET, *, prefix: str = "") -> list[str]:
    """The names of the objects in a bucket of the storage emulator."""
    found: list[str] = []
    query = {"prefix": prefix}
    while True:
        page = httpx.get(f"{storage_url}/storage/v1/b/{bucket}/o", params=query, timeout=40).json()
        found += [item["name"] for item in page.get("items", ())]
        if "nextPageToken" not in page:
            return found
        query["pageToken"] = page["nextPageToken"]


class ApiClient:
    """Posts and polls as the web application does."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def post(self, cv: dict[str, Any], **fields: Any) -> str:
        """Create a job and return its jobId."""
        body = {"resumeId": 1, "templateId": "modern", "cvData": cv, **fields}
        response = self.http.post(JOBS, json=body)
        assert response.status_code == 202, response.text
        return str(response.json()["jobId"])

    def get(self, job_id: str) -> httpx.Response:
        """One poll."""
        return self.http.get(f"{JOBS}/{job_id}")

    def finished(self, job_id: str, *, seconds: float = 90.0) -> dict[str, Any]:
        """The answer of the first poll that says done or error."""

        def poll() -> dict[str, Any] | None:
            response = self.http.get(f"{JOBS}/{job_id}", params={"wait": 10})
            assert response.status_code == 200, response.text
            answer: dict[str, Any] = response.json()
            return answer if answer["status"] != "processing" else None

        return eventually(f"job {job_id} ends", poll, seconds=seconds)


def download(url: str | httpx.URL) -> httpx.Response:
    """What is behind a link, as anybody gets it."""
    return httpx.get(url, timeout=40)


def pdf_text(pdf: bytes) -> str:
    """The text of all pages, white space folded."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())
