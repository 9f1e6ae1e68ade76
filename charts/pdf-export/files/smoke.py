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
AUTH_MODE = os.environ["AUTH_MODE"]
TOKENS = "/etc/pdf-export/auth/tokens"
DEADLINE_SECONDS = float(os.environ["DEADLINE_SECONDS"])
REQUEST = {
    "resumeId": "helm-test",
    "templateId": "modern",
    "userId": "helm-test",
    "fileName": "helm-test",
    "cvData": {"basics": {"name": "Ada Lovelace", "label": "Analyst"}},
}


def token() -> str:
    """A token that the API takes; there is none to be had of Firebase here."""
    with open(TOKENS) as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    return lines[0].rpartition(":")[2].strip()


def check_the_door() -> None:
    """Without a token nobody gets in; a status other than 401 ends the test."""
    try:
        urllib.request.urlopen(urllib.request.Request(f"{API}/x"), timeout=40)
    except urllib.error.HTTPError as e:
        if e.code == 401:
            print(f"without a token the answer is 401, as auth.mode={AUTH_MODE} has it", flush=True)
            return
    sys.exit(f"auth.mode is {AUTH_MODE}, but a request without a token gets in")


def call(method: str, url: str, body: object = None) -> Any:
    """The JSON that the API answers with; a status other than 2xx ends the test."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if AUTH_MODE == "bearer":
        headers["Authorization"] = f"Bearer {token()}"
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=40) as response:
            return json.load(response)
    except urllib.error.HTTPError as e:
        sys.exit(f"{method} {url}: {e.code} {e.read().decode(errors='replace')}")


def main() -> None:
    """Post, poll until the job ends, and judge what came of it. With Firebase's tokens it ends at the door."""
    if AUTH_MODE:
        check_the_door()
    if AUTH_MODE == "firebase":
        return
    started = time.monotonic()
    job_id = call("POST", API, REQUEST)["jobId"]
    print(f"job {job_id} is accepted", flush=True)
    while (job := call("GET", f"{API}/{job_id}?wait=30"))["status"] == "processing":
        if time.monotonic() - started > DEADLINE_SECONDS:
            sys.exit(f"the job has not ended after {DEADLINE_SECONDS:.0f} s")
    if job["status"] != "done":
        sys.exit(f"the job ended in error: {job.get('error')}")
    if not job["fileUrl"].startswith(PUBLIC_URL + "/"):
        sys.exit("fileUrl does not begin with the configured public URL")
    print(f"done after {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
