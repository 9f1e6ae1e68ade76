"""The attributes of the spans in a job's trace: names, phases and numbers, nothing of the CV."""

from __future__ import annotations

from crds.job import Job, Status
from runtime.spans import Facts


def facts_of(job: Job, *, attempt: int) -> Facts:
    """The attributes of all spans of a job in this attempt."""
    return {"job": job.name, "template": job.template_id, "attempt": attempt}


def outcome(status: Status) -> Facts:
    """The attributes of a final status."""
    return {"phase": status["phase"], "pages": status.get("pages"), "error": status.get("error", {}).get("code")}
