"""The main job: a CV in, a PDF link out; and what operators see of it."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pypdf
import pytest

from tests.e2e.client import ApiClient, pdf_text
from tests.e2e.conftest import Run


def load(cvs: Path, name: str) -> dict[str, Any]:
    cv: dict[str, Any] = json.loads((cvs / f"{name}.json").read_text())
    return cv


def job_manifest(name: str, cv: dict[str, Any], **spec: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "pdfexport.dev/v1",
            "kind": "PdfExportJob",
            "metadata": {"name": name},
            "spec": {"resumeId": "e2e", "templateId": "modern", "cvData": cv, **spec},
        }
    )


@pytest.mark.parametrize(
    ("name", "pages"),
    [("cv-minimal", 1), ("cv-one-page", 1), ("cv-two-pages", 2), ("cv-five-pages", 5), ("cv-hostile", 2)],
)
def test_a_cv_becomes_a_pdf_that_can_be_downloaded(
    api: ApiClient, kubectl: Run, cvs: Path, name: str, pages: int
) -> None:
    cv = load(cvs, name)
    job_id = api.post(cv, fileName=f"Zoë Ünïcode {name}")
    answer = api.finished(job_id)
    assert answer["status"] == "done", answer

    download = httpx.get(answer["fileUrl"])
    assert download.status_code == 200
    assert download.headers["content-type"] == "application/pdf"
    assert "filename*=UTF-8''Zo%C3%AB%20%C3%9Cn%C3%AFcode" in download.headers["content-disposition"]
    # Where a line ends or a long word is broken is the layout's choice.
    text = "".join(pdf_text(download.content).split())
    # The hostile one's jobs are nothing that could be printed as it stands.
    titles = [] if name == "cv-hostile" else [work["position"] for work in cv.get("work", [])]
    for wanted in (cv["basics"]["name"], *titles):
        assert "".join(wanted.split()) in text

    status = json.loads(kubectl("get", "pej", job_id, "-o", "json"))["status"]
    assert status["sha256"] == hashlib.sha256(download.content).hexdigest()
    assert status["sizeBytes"] == len(download.content)
    assert status["pages"] == len(pypdf.PdfReader(io.BytesIO(download.content)).pages) == pages
    assert status["attempt"] == 1
    assert set(status["timings"]) == {"queueMs", "renderMs", "uploadMs"}
    assert status["storagePath"].startswith(f"exports/{job_id}/")


def test_the_download_link_needs_its_token(api: ApiClient, cvs: Path) -> None:
    answer = api.finished(api.post(load(cvs, "cv-minimal")))
    url = httpx.URL(answer["fileUrl"])
    assert httpx.get(url.copy_set_param("token", str(uuid.uuid4()))).status_code == 403
    assert httpx.get(url.copy_remove_param("token")).status_code == 403


def test_operators_see_phase_template_reason_and_age(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    job_id = api.post(load(cvs, "cv-minimal"))
    api.finished(job_id)
    header, row = kubectl("get", "pdfexportjobs", job_id).splitlines()
    assert header.split() == ["NAME", "PHASE", "TEMPLATE", "REASON", "AGE"]
    assert row.split()[:3] == [job_id, "Done", "modern"]
    wide = kubectl("get", "pej", job_id, "-o", "wide").splitlines()[0].split()
    assert wide == ["NAME", "PHASE", "TEMPLATE", "RENDERER", "ATTEMPT", "URL", "REASON", "AGE"]


def test_kubectl_waits_for_the_conditions(kubectl: Run, cvs: Path) -> None:
    good, bad = f"wait-{uuid.uuid4().hex[:8]}", f"wait-{uuid.uuid4().hex[:8]}"
    kubectl("create", "-f", "-", input=job_manifest(good, load(cvs, "cv-minimal")))
    kubectl("create", "-f", "-", input=job_manifest(bad, load(cvs, "cv-minimal"), templateId="no-such"))
    assert "condition met" in kubectl("wait", "--for=condition=Complete", f"pej/{good}", "--timeout=60s")
    assert "condition met" in kubectl("wait", "--for=condition=Failed", f"pej/{bad}", "--timeout=60s")


def test_kubectl_explains_every_field(kubectl: Run) -> None:
    for path in ("spec", "status"):
        told = kubectl("explain", f"pdfexportjobs.{path}")
        assert "<no description>" not in told
    spec = kubectl("explain", "pdfexportjobs.spec")
    for field in (
        *("resumeId", "templateId", "cvData", "fileName", "userPackage", "userId"),
        *("locale", "pageFormat", "ttlSeconds", "timeoutSeconds", "priority"),
    ):
        assert field in spec


@pytest.mark.parametrize(
    ("spec", "code", "named"),
    [
        ({"templateId": "no-such"}, "UnknownTemplate", "modern"),
        ({"cvData": {"basics": {"name": "A"}, "work": [{"startDate": "May 2020"}]}}, "InvalidData", "cvData.work[0]"),
        ({"cvData": {}}, "InvalidData", "cvData.basics"),
    ],
)
def test_a_job_made_past_the_api_fails_with_a_reason(
    api: ApiClient, kubectl: Run, cvs: Path, spec: dict[str, Any], code: str, named: str
) -> None:
    name = str(uuid.uuid4())
    cv = load(cvs, "cv-minimal")
    kubectl(
        "create",
        "-f",
        "-",
        input=job_manifest(name, **{"cv": cv, **{k: v for k, v in spec.items() if k != "cvData"}})
        if "cvData" not in spec
        else job_manifest(name, spec["cvData"]),
    )
    answer = api.finished(name)
    assert answer["status"] == "error"
    assert answer["code"] == code
    assert answer["retryable"] is False
    assert named in answer["error"]


FREEZE_PAGES = """
import os, pathlib, signal
for process in pathlib.Path("/proc").glob("[0-9]*"):
    # Put together, so that this program does not find itself.
    if b"--type=" + b"renderer" in (process / "cmdline").read_bytes():
        os.kill(int(process.name), signal.SIGSTOP)
        print("stopped", process.name)
"""


def test_a_page_that_hangs_ends_with_the_timeout_and_is_replaced(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    cv = load(cvs, "cv-minimal")
    assert api.finished(api.post(cv))["status"] == "done"
    pods = json.loads(kubectl("get", "pods", "-l", "app.kubernetes.io/component=renderer", "-o", "json"))["items"]
    for pod in pods:
        if pod["status"]["phase"] == "Running" and "deletionTimestamp" not in pod["metadata"]:
            assert "stopped" in kubectl("exec", pod["metadata"]["name"], "--", "python3", "-c", FREEZE_PAGES)
    name = str(uuid.uuid4())
    kubectl("create", "-f", "-", input=job_manifest(name, cv, timeoutSeconds=1))
    answer = api.finished(name)
    assert answer == {
        "jobId": name,
        "status": "error",
        "error": "Playwright timeout: rendering exceeded 1s",
        "code": "Timeout",
        "retryable": True,
    }
    assert api.finished(api.post(cv))["status"] == "done", "a new page takes the next job"
