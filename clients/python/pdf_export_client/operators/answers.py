"""The texts of the plugin, from the values of a release; no I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pdf_export_client.operators.release import Condition, Job, Pod, Release

_ERRORS = "https://github.com/pdfexport/pdf-export/blob/main/docs/errors.md"


def problems(release: Release) -> list[str]:
    """What is wrong now, a sentence each; empty when the release serves."""
    found = [
        f"{condition.type} is {condition.status}: {condition.message or condition.reason}"
        for condition in release.conditions
        if not condition.healthy
    ]
    for component in ("api", "controller"):
        if not any(pod.ready for pod in release.of(component)):
            found.append(f"no pod of the {component} is ready")
    waiting = release.in_phase("Pending")
    if waiting and not any(pod.ready for pod in release.of("renderer")):
        found.append(f"{len(waiting)} jobs wait and no renderer is ready")
    return found + [f"{pod.name}: {pod.trouble}" for pod in release.pods if not pod.ready and pod.trouble]


def status(release: Release, now: float) -> list[str]:
    """The lines of `status`."""
    phases = Counter(job.phase for job in release.jobs)
    waiting = release.in_phase("Pending")
    oldest = f", the oldest for {duration(now - min(job.submitted for job in waiting))}" if waiting else ""
    rows = [
        ("release", release.name),
        ("versions", _versions(release)),
        ("api", _ready(release.of("api"))),
        ("controller", f"{_ready(release.of('controller'))}; leader: {release.leader or 'no Lease'}"),
        ("renderers", f"{_ready(release.of('renderer'))}, {sum(pod.ending for pod in release.pods)} ending"),
        ("queue", f"{phases['Pending']} waiting{oldest}, {phases['Rendering']} running"),
        ("ended", f"{phases['Done']} Done, {phases['Error']} Error{_codes(release.jobs)}"),
    ]
    rows += [(condition.type, f"{_state(condition)}{_since(condition.since, now)}") for condition in release.conditions]
    width = max(len(name) for name, _ in rows)
    return [f"{name:<{width}}  {text}" for name, text in rows] + [f"problem: {text}" for text in problems(release)]


def why(obj: Mapping[str, Any], release: Release, warnings: Iterable[str], now: float) -> list[str]:
    """The lines of `why` about one job; `warnings` are the messages of its Events."""
    job = Job.of(obj)
    lines = [f"{job.phase}: requested {duration(now - job.submitted)} ago, template {job.template}"]
    match job.phase:
        case "Pending":
            lines += _why_pending(job, release)
        case "Rendering":
            lines += _why_rendering(job, obj, release, now)
        case "Error":
            lines += _why_error(obj)
        case _:
            lines += _why_done(obj)
    return lines + [f"Event: {text}" for text in warnings]


def top(release: Release, usage: Mapping[str, tuple[str, str]], now: float) -> list[str]:
    """The lines of `top`: a row for each renderer; `usage` has CPU and memory by pod."""
    running: dict[str, list[Job]] = {}
    for job in release.in_phase("Rendering"):
        running.setdefault(job.renderer, []).append(job)
    rows = [("RENDERER", "READY", "JOBS", "LONGEST", "CPU", "MEMORY", "AGE", "NODE")]
    for pod in sorted(release.pods, key=lambda pod: (-len(running.get(pod.name, ())), pod.name)):
        if pod.component != "renderer":
            continue
        starts = [job.started for job in running.get(pod.name, ()) if job.started is not None]
        ready = "ending" if pod.ending else "yes" if pod.ready else "no"
        longest = duration(now - min(starts)) if starts else "-"
        cpu, memory = usage.get(pod.name, ("-", "-"))
        jobs = str(len(running.get(pod.name, ())))
        rows.append((pod.name, ready, jobs, longest, cpu, memory, duration(now - pod.created), pod.node))
    return [*_table(rows), f"{len(release.in_phase('Pending'))} jobs wait, {len(release.in_phase('Rendering'))} run"]


def duration(seconds: float) -> str:
    """A time that people read, for example 45s, 3m20s or 2h5m."""
    whole = max(int(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m" if hours else f"{minutes}m{rest}s"


def _why_pending(job: Job, release: Release) -> list[str]:
    before = [
        other
        for other in release.in_phase("Pending")
        if (-other.priority, other.submitted) < (-job.priority, job.submitted)
    ]
    lines = [f"{len(before)} jobs of a higher or the same priority have waited longer"]
    if job.attempt:
        lines.append(f"it was assigned {job.attempt} times, and its renderer was lost each time")
    ready = [pod for pod in release.of("renderer") if pod.ready]
    if ready:
        running = len(release.in_phase("Rendering"))
        return [*lines, f"{len(ready)} renderers are ready and have {running} jobs: a slot has to become free"]
    return [*lines, "no renderer is ready", *problems(release)]


def _why_rendering(job: Job, obj: Mapping[str, Any], release: Release, now: float) -> list[str]:
    since = "" if job.started is None else f" for {duration(now - job.started)}"
    limit = obj["spec"].get("timeoutSeconds", 60)
    lines = [f"renderer {job.renderer} has had it{since}, attempt {job.attempt}; its timeout is {limit} s"]
    pod = next((pod for pod in release.pods if pod.name == job.renderer), None)
    if pod is None:
        return [*lines, "that pod is gone: the controller assigns the job again"]
    if not pod.ready:
        lines.append(f"that pod is not ready{f': {pod.trouble}' if pod.trouble else ''}")
    return lines


def _why_error(obj: Mapping[str, Any]) -> list[str]:
    found = obj["status"]["error"]
    failed = (each for each in obj["status"].get("conditions") or () if each["type"] == "Failed")
    details = [each.get("message", "") for each in failed]
    lines = [f"{found['code']}: {found['message']}", *(text for text in details if text and text != found["message"])]
    advice = (
        f"kubectl pdfexport retry {obj['metadata']['name']}" if found.get("retryable") else "the same job fails again"
    )
    return [
        *lines,
        f"{'it may be tried again: ' if found.get('retryable') else ''}{advice}",
        f"{_ERRORS}#{found['code'].lower()}",
    ]


def _why_done(obj: Mapping[str, Any]) -> list[str]:
    done = obj["status"]
    timings = ", ".join(f"{name} {value}" for name, value in (done.get("timings") or {}).items())
    lines = [f"{done.get('pages', '?')} pages, {done.get('sizeBytes', '?')} bytes; {timings}"]
    # Their messages may quote the CV.
    return lines + [f"warning: {each['code']} in {each['field']}" for each in done.get("warnings") or ()]


def _ready(pods: Sequence[Pod]) -> str:
    return f"{sum(pod.ready for pod in pods)} of {len(pods)} ready"


def _versions(release: Release) -> str:
    images = {pod.component: pod.images[0] for pod in release.pods if pod.images}
    labels = [f"{component} {version}" for component, version in sorted(release.versions.items()) if version]
    return ", ".join(labels + [f"{component} {image}" for component, image in sorted(images.items())])


def _codes(jobs: Iterable[Job]) -> str:
    codes = Counter(job.error_code for job in jobs if job.error_code)
    return f" ({', '.join(f'{code} {count}' for code, count in sorted(codes.items()))})" if codes else ""


def _state(condition: Condition) -> str:
    reasoned = ", ".join(filter(None, (condition.status, condition.reason)))
    return ": ".join(filter(None, (reasoned, condition.message)))


def _since(since: float | None, now: float) -> str:
    return "" if since is None else f" (for {duration(now - since)})"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
