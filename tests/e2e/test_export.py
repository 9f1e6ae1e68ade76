"""The main job: a CV in, a PDF link out; and what operators see of it."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pypdf
import pytest

from cv.options import Options
from tests.e2e.client import ApiClient, download, eventually, pdf_text, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import error_of


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

    pdf = download(answer["fileUrl"])
    assert pdf.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert "filename*=UTF-8''Zo%C3%AB%20%C3%9Cn%C3%AFcode" in pdf.headers["content-disposition"]
    # Where a line ends or a long word is broken is the layout's choice.
    text = "".join(pdf_text(pdf.content).split())
    # The hostile one's jobs are nothing that could be printed as it stands.
    titles = [] if name == "cv-hostile" else [work["position"] for work in cv.get("work", [])]
    for wanted in (cv["basics"]["name"], *titles):
        assert "".join(wanted.split()) in text

    status = json.loads(kubectl("get", "pej", job_id, "-o", "json"))["status"]
    assert status["sha256"] == hashlib.sha256(pdf.content).hexdigest()
    assert status["sizeBytes"] == len(pdf.content)
    assert status["pages"] == len(pypdf.PdfReader(io.BytesIO(pdf.content)).pages) == pages
    assert status["attempt"] == 1
    assert set(status["timings"]) == {"queueMs", "fillMs", "printMs", "finishMs", "renderMs", "uploadMs"}
    assert status["storagePath"].startswith(f"exports/{job_id}/")


def test_operators_see_phase_template_reason_and_age(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    job_id = api.post(load(cvs, "cv-minimal"))
    api.finished(job_id)
    header, row = kubectl("get", "pdfexportjobs", job_id).splitlines()
    assert header.split() == ["NAME", "PHASE", "TEMPLATE", "REASON", "AGE"]
    assert row.split()[:3] == [job_id, "Done", "modern"]
    wide = kubectl("get", "pej", job_id, "-o", "wide").splitlines()[0].split()
    assert wide == ["NAME", "PHASE", "TEMPLATE", "RENDERER", "ATTEMPT", "REASON", "AGE"]


def test_kubectl_waits_for_the_conditions(kubectl: Run, cvs: Path) -> None:
    good, bad = f"wait-{uuid.uuid4().hex[:8]}", f"wait-{uuid.uuid4().hex[:8]}"
    kubectl("create", "-f", "-", input=job_manifest(good, load(cvs, "cv-minimal")))
    kubectl("create", "-f", "-", input=job_manifest(bad, load(cvs, "cv-minimal"), templateId="no-such"))
    assert "condition met" in kubectl("wait", "--for=condition=Complete", f"pej/{good}", "--timeout=60s")
    assert "condition met" in kubectl("wait", "--for=condition=Failed", f"pej/{bad}", "--timeout=60s")


def test_kubectl_explains_every_field(kubectl: Run) -> None:
    for path in ("spec", "spec.options", "spec.options.sectionTitles", "status", "status.warnings"):
        told = kubectl("explain", f"pdfexportjobs.{path}")
        assert "<no description>" not in told
    spec = kubectl("explain", "pdfexportjobs.spec")
    for field in (
        *("resumeId", "templateId", "cvData", "fileName", "userPackage", "userId"),
        *("options", "locale", "pageFormat", "ttlSeconds", "timeoutSeconds", "priority"),
    ):
        assert field in spec
    options = kubectl("explain", "pdfexportjobs.spec.options")
    for field in Options.model_fields:
        assert field in options


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"pageFormat": "A3"}, "spec.options.pageFormat"),
        ({"accentColor": "red"}, "spec.options.accentColor"),
        ({"sectionOrder": ["work", "work"]}, "a section is named twice"),
        ({"sectionOrder": ["hobbies"]}, "spec.options.sectionOrder[0]"),
        ({"sectionTitles": {"work": "x" * 61}}, "spec.options.sectionTitles.work"),
        ({"theme": "dark"}, 'unknown field "spec.options.theme"'),
    ],
)
def test_the_resource_refuses_options_that_fit_no_template(
    kubectl: Run, cvs: Path, options: dict[str, Any], named: str
) -> None:
    manifest = job_manifest(str(uuid.uuid4()), load(cvs, "cv-minimal"), options=options)
    assert named in error_of(kubectl, "create", "-f", "-", input=manifest)


def test_the_order_of_sections_cannot_be_changed_later(kubectl: Run, cvs: Path) -> None:
    name = str(uuid.uuid4())
    # Nothing takes it up: it expires before its renderer is done with it, and is not waited for.
    options = {"sectionOrder": ["work", "education"]}
    kubectl("create", "-f", "-", input=job_manifest(name, load(cvs, "cv-minimal"), options=options, ttlSeconds=30))
    patch = json.dumps({"spec": {"options": {"sectionOrder": ["education", "work"]}}})
    assert "spec is immutable" in error_of(kubectl, "patch", "pej", name, "--type=merge", "-p", patch)


FREEZE_PAGES = """
import contextlib, os, pathlib, signal
for process in pathlib.Path("/proc").glob("[0-9]*"):
    with contextlib.suppress(OSError):
        # Put together, so that this program does not find itself.
        if b"--type=" + b"renderer" in (process / "cmdline").read_bytes():
            os.kill(int(process.name), signal.SIGSTOP)
            print("stopped", process.name)
"""


def test_a_page_that_hangs_ends_with_the_timeout_and_is_replaced(api: ApiClient, kubectl: Run, cvs: Path) -> None:
    cv = load(cvs, "cv-minimal")
    assert api.finished(api.post(cv))["status"] == "done"
    label = "app.kubernetes.io/component=renderer"

    def settled() -> list[dict[str, Any]] | None:
        ready = ready_pods(kubectl, "renderer")
        return ready if ready and len(ready) == len(kubectl("get", "pods", "-l", label, "-o", "name").split()) else None

    for pod in eventually("all renderers are ready", settled, seconds=60):
        assert "stopped" in kubectl("exec", pod["metadata"]["name"], "--", "python3", "-c", FREEZE_PAGES)
    name = str(uuid.uuid4())
    kubectl("create", "-f", "-", input=job_manifest(name, cv, timeoutSeconds=1))
    answer = api.finished(name)
    assert answer == {
        "jobId": name,
        "status": "error",
        "error": "Playwright timeout: rendering exceeded 1s. Try again; if it ends the same way, shorten the CV.",
        "code": "Timeout",
        "retryable": True,
    }
    assert api.finished(api.post(cv))["status"] == "done", "a new page takes the next job"
