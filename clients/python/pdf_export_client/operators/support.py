"""The report for support: only fields that are named here, so that nothing personal or secret gets into it.

Jobs are numbers, without their names: who has a jobId may read the job. In texts `<job>` stands for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from pdf_export_client.operators.answers import duration, problems
from pdf_export_client.operators.kubectl import JsonObject, Kubectl, KubectlError
from pdf_export_client.operators.release import JOBS, Job, Release

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URL = re.compile(r"\bhttps?://\S+")
_LOG_LINES = 200


def report(kubectl: Kubectl, release: Release, now: float) -> JsonObject:
    """The report as a JSON object; what cannot be read is left out. Never raises KubectlError."""
    names = {job.name for job in release.jobs}
    return {
        "release": release.name,
        "versions": dict(release.versions),
        "kubernetes": _attempt(lambda: kubectl.run("version", "--output", "json")),
        "crd": _attempt(lambda: _crd(kubectl.get("customresourcedefinitions", JOBS))),
        "problems": [clean(text, names) for text in problems(release)],
        "leader": release.leader,
        "conditions": [asdict(each) | {"message": clean(each.message, names)} for each in release.conditions],
        "pods": [asdict(pod) | {"trouble": clean(pod.trouble, names)} for pod in release.pods],
        "jobs": _jobs(release.jobs, now),
        "events": _attempt(lambda: [_event(each, names) for each in kubectl.list("events")]),
        "logs": {pod.name: _attempt(partial(_log, kubectl, pod.name, names)) for pod in release.pods},
    }


def clean(text: str, names: Iterable[str]) -> str:
    """A text without jobIds and URLs."""
    text = _URL.sub("<url>", _UUID.sub("<job>", text))
    for name in names:
        text = text.replace(name, "<job>")
    return text


def _jobs(jobs: Iterable[Job], now: float) -> JsonObject:
    jobs = list(jobs)
    waiting = [job.submitted for job in jobs if job.phase == "Pending"]
    return {
        "phases": dict(Counter(job.phase for job in jobs)),
        "errors": dict(Counter(job.error_code for job in jobs if job.error_code)),
        "templates": dict(Counter(job.template for job in jobs)),
        "attempts": {str(attempt): count for attempt, count in Counter(job.attempt for job in jobs).items()},
        "oldestWaiting": duration(now - min(waiting)) if waiting else None,
    }


def _event(event: Mapping[str, Any], names: Iterable[str]) -> JsonObject:
    about = event.get("involvedObject") or {}
    return {
        "kind": about.get("kind", ""),
        "name": clean(about.get("name", ""), names),
        "type": event.get("type", ""),
        "reason": event.get("reason", ""),
        "message": clean(event.get("message", ""), names),
        "count": event.get("count", 1),
        "last": event.get("lastTimestamp") or event.get("eventTime"),
    }


def _crd(crd: Mapping[str, Any]) -> JsonObject:
    versions = crd["spec"]["versions"]
    return {"served": [each["name"] for each in versions if each["served"]], "stored": crd["status"]["storedVersions"]}


def _log(kubectl: Kubectl, pod: str, names: Iterable[str]) -> list[str]:
    return clean(kubectl.run("logs", pod, "--all-containers", f"--tail={_LOG_LINES}"), names).splitlines()


def _attempt(read: Callable[[], object]) -> object:
    try:
        return read()
    except (KubectlError, KeyError) as e:
        return f"not read: {_URL.sub('<url>', str(e))}"
