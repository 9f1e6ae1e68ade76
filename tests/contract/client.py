"""A client of the HTTP contract, and the bodies that it sends and receives."""

from __future__ import annotations

from typing import Any

import httpx

from tests.e2e.client import JOBS, ApiClient

CV: dict[str, Any] = {
    "basics": {"name": "Zoë 山田", "summary": "a <b> & \u0000 \U0001f600"},
    "work": [{"name": "Initech", "position": "Engineer", "startDate": "2020-01"}],
    "x-own": {"kept": [1, 2.5, None, True, {"deep": "unknown fields stay"}], "big": 2**53 + 1},
}
BODY: dict[str, Any] = {
    "resumeId": 123,
    "templateId": "modern",
    "cvData": CV,
    "fileName": "John_Doe_CV",
    "userPackage": "BASIC",
    "userId": "user-123",
}


class Client:
    """An HTTP client that remembers its jobs."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=40)
        self.jobs: set[str] = set()

    def post(self, body: object = BODY, **headers: str) -> httpx.Response:
        """Send a body as JSON."""
        answer = self.http.post(JOBS, json=body, headers=headers)
        if answer.status_code == 202:
            self.jobs.add(answer.json()["jobId"])
        return answer

    def job(self, body: object = BODY, **headers: str) -> str:
        """Create a job and return its jobId."""
        answer = self.post(body, **headers)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["jobId"])

    def get(self, job_id: str, **query: Any) -> httpx.Response:
        """One poll."""
        return self.http.get(f"{JOBS}/{job_id}", params=query)

    def finished(self, job_id: str) -> dict[str, Any]:
        """The answer of the first poll that says done or error."""
        return ApiClient(self.http).finished(job_id)


def not_found(job_id: str) -> dict[str, str]:
    """The body of the 404 for a job."""
    return {"error": "Job not found", "jobId": job_id, "message": "The job may have expired or never existed."}


def assert_error(answer: httpx.Response, status: int, field: str | None = None) -> None:
    """The answer is an error of the one shape that all have; `field` is one that it names."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error", "message", "type", "details"} if field else {"error", "message"} <= set(body)
    assert all(isinstance(body[key], str) and body[key] for key in ("error", "message"))
    if field:
        assert field in [detail["field"] for detail in body["details"]]
        assert field in body["message"]
        assert all(set(detail) == {"field", "message"} for detail in body["details"])
