"""What the spans of a job's trace say of it: names, phases and numbers, nothing of the CV."""

from __future__ import annotations

from crds.job import Job, Status
from runtime.tracing import Facts


def facts_of(job: Job, *, attempt: int) -> Facts:
    """What every span of a job says, in this attempt."""
    return {"job": job.name, "template": job.template_id, "attempt": attempt}


def outcome(status: Status) -> Facts:
    """What a final status says."""
    return {"phase": status["phase"], "pages": status.get("pages"), "error": status.get("error", {}).get("code")}
