"""What `helm test` runs: a small CV in, a PDF link out, through the API's Service. Standard library only."""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from typing import Any

API = os.environ["API_URL"] + "/api/export-pdf/job"
PUBLIC_URL = os.environ["PUBLIC_URL"]
DEADLINE_SECONDS = float(os.environ["DEADLINE_SECONDS"])
REQUEST = {
    "resumeId": "helm-test",
    "templateId": "modern",
    "userId": "helm-test",
    "fileName": "helm-test",
    "cvData": {"basics": {"name": "Ada Lovelace", "label": "Analyst"}},
}


def call(method: str, url: str, body: object = None) -> Any:
    """The JSON that the API answers with; a status other than 2xx ends the test."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return json.load(response)
    except urllib.error.HTTPError as e:
        sys.exit(f"{method} {url}: {e.code} {e.read().decode(errors='replace')}")


def main() -> None:
    """Post, poll until the job ends, and judge what came of it."""
    started = time.monotonic()
    job_id = call("POST", API, REQUEST)["jobId"]
    print(f"job {job_id} is accepted", flush=True)
    while (job := call("GET", f"{API}/{job_id}?wait=30"))["status"] == "processing":
        if time.monotonic() - started > DEADLINE_SECONDS:
            sys.exit(f"the job has not ended after {DEADLINE_SECONDS:.0f} s")
    if job["status"] != "done":
        sys.exit(f"the job ended in error: {job.get('error')}")
    if not job["fileUrl"].startswith(PUBLIC_URL + "/v0/b/"):
        sys.exit("fileUrl does not begin with the configured public URL")
    print(f"done after {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
