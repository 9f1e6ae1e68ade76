"""`make demo-kubernetes`: from nothing to a PDF.

Brings all up, posts a real CV, polls as a browser does, downloads the PDF.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request

from cluster.paths import CHECKOUT, foreign_kubeconfig, from_environment
from cluster.progress import Failed, say
from cluster.release import Release, ensure

JOBS = "/api/export-pdf/job"
_CV = CHECKOUT / "templates" / "modern" / "sample.json"
_OUT = CHECKOUT / "out"
_POLL_SECONDS = 3.0
_GIVE_UP_SECONDS = 90.0


def release() -> Release:
    """The demo's release."""
    return Release(from_environment(), name="pdf-export", namespace="pdf-export", emulator_address="10.96.91.99")


def main() -> int:
    """Run the demo; 0 when the PDF was downloaded."""
    demo = release()
    try:
        ensure(demo)
        api = demo.url("api")
        demo.url("storage-emulator")
        job_id, seconds, file_url = export(api)
        path, size = download(file_url)
        status = json.loads(demo.kubectl("get", "pdfexportjob", job_id, "-o", "json"))["status"]
        took = sum(status["timings"][part] for part in ("queueMs", "renderMs", "uploadMs"))
        print()
        print(demo.kubectl("get", "pdfexportjobs"))
        print(f"PDF:       {path}  ({status['pages']} pages, {size} bytes)")
        print(f"time:      {seconds:.2f} s from POST to done for a client that polls every {_POLL_SECONDS:.0f} s;")
        print(f"           the job itself took {took:.0f} ms: {json.dumps(status['timings'])}")
        print(f"link:      {file_url}")
        if foreign_kubeconfig(demo.paths):
            print("API:       kubectl -n pdf-export port-forward service/pdf-export-api 8080:80")
            print("stop all:  helm -n pdf-export uninstall pdf-export")
        else:
            print(f"API:       {api}  (try it in a browser: {api}/)")
            print("operate:   python3 -m cluster kubectl -n pdf-export get pdfexportjobs -w")
            print("stop all:  make down")
    except (Failed, OSError) as e:
        print(f"demo: {e}", file=sys.stderr)
        return 1
    return 0


def export(api: str) -> tuple[str, float, str]:
    """Post the sample CV and poll until it is done: (jobId, seconds, fileUrl)."""
    cv = json.loads(_CV.read_text())
    body = {
        "resumeId": 123,
        "templateId": "modern",
        "cvData": cv,
        "fileName": f"{cv['basics']['name']} CV",
        "userPackage": "BASIC",
        "userId": "user-123",
    }
    say(f"POST {api}{JOBS}  ({_CV.relative_to(CHECKOUT)})")
    request = urllib.request.Request(f"{api}{JOBS}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    began = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as response:
        job_id = json.load(response)["jobId"]
    while time.monotonic() - began < _GIVE_UP_SECONDS:
        time.sleep(_POLL_SECONDS)
        job = _get_json(f"{api}{JOBS}/{job_id}")
        say(f"GET  {api}{JOBS}/{job_id}: {job.get('status', job.get('error'))}")
        if job.get("status") == "done":
            return job_id, time.monotonic() - began, str(job["fileUrl"])
        if job.get("status") != "processing":
            raise Failed(f"the job ended with {json.dumps(job)}")
    raise Failed(
        f"the job did not end within {_GIVE_UP_SECONDS:.0f} s: python3 -m cluster kubectl -n pdf-export get pods"
    )


def _get_json(url: str) -> dict[str, object]:
    """The JSON object that a GET answers, also with an error's status."""
    try:
        with urllib.request.urlopen(url, timeout=35) as response:
            body: dict[str, object] = json.load(response)
    except urllib.error.HTTPError as e:
        body = json.load(e)
    return body


def download(url: str) -> tuple[str, int]:
    """Fetch the PDF into out/demo.pdf: (path, size in bytes)."""
    with urllib.request.urlopen(url, timeout=30) as response:
        pdf = response.read()
    if not pdf.startswith(b"%PDF-"):
        raise Failed(f"what the link gives is no PDF: {pdf[:60]!r}")
    _OUT.mkdir(exist_ok=True)
    path = _OUT / "demo.pdf"
    path.write_bytes(pdf)
    return str(path.relative_to(CHECKOUT)), len(pdf)


if __name__ == "__main__":
    sys.exit(main())
