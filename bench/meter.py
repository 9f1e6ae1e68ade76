"""What a job costs beside time: CPU by process, requests to the API server, bytes into etcd, memory."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from bench import processes
from bench.figures import Figures, under
from bench.processes import Processes
from cluster.release import Release

_ETCD_METRICS = "http://127.0.0.1:2379/metrics"
_DELETE_JOB = "DELETE pdfexportjobs"
_REQUESTS = "apiserver_request_total"
_WAL = "etcd_disk_wal_write_bytes_total"
_WRITES = ("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION")
# Requests that come at most this often a job come with the time, not with the jobs.
_RARE = 0.01

# Of an export's cost these are no part: they stand in for the clients and for Firebase, or are the bare prints.
STAND_INS = ("load generator", "storage-emulator", "bare driver", "bare chromium")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that counts up, at one moment. `requests`: by verb and resource, as `PUT pdfexportjobs/status`;
    `deleted_jobs`: deletions of jobs that succeeded."""

    at: float
    machine_cpu_ms: float
    processes: Processes
    requests: dict[str, float]
    deleted_jobs: float
    etcd_wal_bytes: float


class Meter:
    """Takes readings on the cluster's own machine; what the readings cost lies outside of what is between them."""

    def __init__(self, release: Release) -> None:
        self._release = release

    def before(self) -> Reading:
        """A reading to begin with."""
        (requests, deleted), wal = self._requests(), _etcd_wal_bytes()
        return Reading(time.monotonic(), processes.machine_cpu_ms(), self._processes(), requests, deleted, wal)

    def after(self) -> Reading:
        """A reading at the end."""
        at, cpu_ms, used = time.monotonic(), processes.machine_cpu_ms(), self._processes()
        return Reading(at, cpu_ms, used, *self._requests(), _etcd_wal_bytes())

    def _processes(self) -> Processes:
        return processes.read(self._release.paths, self._pods)

    def _requests(self) -> tuple[dict[str, float], float]:
        pods = json.loads(self._release.kubectl("get", "pods", "-o", "json"))["items"]
        self._pods = {pod["metadata"]["uid"]: component_of(pod) for pod in pods}
        metrics = self._release.kubectl("get", "--raw", "/metrics")
        return requests_by_kind(metrics), requests_by_kind(metrics, code="200").get(_DELETE_JOB, 0.0)


def component_of(pod: Mapping[str, dict[str, dict[str, str]]]) -> str:
    """The component of the release that a pod belongs to."""
    return pod["metadata"].get("labels", {}).get("app.kubernetes.io/component", "other pod")


def requests_by_kind(metrics: str, *, code: str | None = None) -> dict[str, float]:
    """How many requests the API server has answered (with this code), by verb and resource, from its metrics."""
    lines = "\n".join(line for line in metrics.splitlines() if line.startswith(_REQUESTS)) + "\n"
    counts: dict[str, float] = {}
    for family in text_string_to_metric_families(lines):
        for sample in family.samples:
            if (resource := sample.labels["resource"]) and code in (None, sample.labels["code"]):
                subresource = sample.labels["subresource"]
                kind = f"{sample.labels['verb']} {resource}" + (f"/{subresource}" if subresource else "")
                counts[kind] = counts.get(kind, 0.0) + sample.value
    return counts


def cost(before: Reading, after: Reading, jobs: int) -> Figures:
    """What each of `jobs` has cost between two readings.

    cpu_ms_per_job by role; requests_per_job by kind; writes_per_job: of them, those that change jobs, pods or
    events, and for a job's deletion as many as there were for each that was deleted meanwhile (they come in bursts, at
    the expiry); etcd_wal and etcd_disk bytes a job; rss_mib and pss_mib by role at the end; disturbance_percent: the
    share of the machine that processes used which have no part in this.
    """
    cpu = processes.cpu_by_role(before.processes, after.processes)
    requests = {
        kind: (count - before.requests.get(kind, 0.0)) / jobs
        for kind, count in after.requests.items()
        if count - before.requests.get(kind, 0.0) > _RARE * jobs
    }
    deletions = after.requests.get(_DELETE_JOB, 0.0) - before.requests.get(_DELETE_JOB, 0.0)
    machine = after.machine_cpu_ms - before.machine_cpu_ms
    seconds = after.at - before.at
    written = (processes.total(each.processes, "written_bytes").get("etcd", 0.0) for each in (after, before))
    return {
        **under("cpu_ms_per_job", {role: milliseconds / jobs for role, milliseconds in sorted(cpu.items())}),
        **under("requests_per_job", dict(sorted(requests.items()))),
        "writes_per_job": sum(count for kind, count in requests.items() if is_write(kind) and kind != _DELETE_JOB)
        + deletions / max(after.deleted_jobs - before.deleted_jobs, 1.0),
        "etcd_wal_bytes_per_job": (after.etcd_wal_bytes - before.etcd_wal_bytes) / jobs,
        "etcd_disk_bytes_per_job": (next(written) - next(written)) / jobs,
        **under("rss_mib", dict(sorted(processes.total(after.processes, "rss_mib").items()))),
        **under("pss_mib", dict(sorted(processes.total(after.processes, "pss_mib").items()))),
        "machine_cpu_percent": 100 * machine / (seconds * 1000 * _cpus()),
        "disturbance_percent": 100 * max(machine - sum(cpu.values()), 0.0) / (seconds * 1000 * _cpus()),
    }


def is_write(kind: str) -> bool:
    """Whether a request of this kind writes what a job is made of: jobs, their pods, events about them."""
    verb, _, resource = kind.partition(" ")
    return verb in _WRITES and resource.partition("/")[0] in ("pdfexportjobs", "pods", "events")


def export_cpu(cpu_ms_per_job: Mapping[str, float]) -> tuple[float, float]:
    """Of an export's CPU: Chromium's, and that of all else that has a part in it (stand-ins left out)."""
    others = sum(ms for role, ms in cpu_ms_per_job.items() if role not in ("chromium", *STAND_INS))
    return cpu_ms_per_job.get("chromium", 0.0), others


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


def _etcd_wal_bytes() -> float:
    with urllib.request.urlopen(_ETCD_METRICS, timeout=5) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(_WAL + " "):
                return float(line.split()[1])
    return 0.0
