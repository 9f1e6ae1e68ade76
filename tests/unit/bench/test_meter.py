"""What a job costs, from two readings."""

from __future__ import annotations

import pytest

from bench.meter import Reading, cost, export_cpu, is_write, requests_by_kind
from bench.processes import Processes, Usage

_METRICS = """\
# TYPE apiserver_request_total counter
apiserver_request_total{code="201",resource="pdfexportjobs",subresource="",verb="POST"} 7
apiserver_request_total{code="409",resource="pdfexportjobs",subresource="",verb="POST"} 1
apiserver_request_total{code="200",resource="pdfexportjobs",subresource="status",verb="PATCH"} 14
apiserver_request_total{code="200",resource="",subresource="/metrics",verb="GET"} 99
apiserver_request_duration_seconds_count{resource="pdfexportjobs",verb="POST"} 5
"""


def _reading(at: float, etcd_ms: float, requests: dict[str, float], wal: float, deleted: float = 0) -> Reading:
    usage = Usage("etcd", "", etcd_ms, rss_mib=50.0, pss_mib=40.0, written_bytes=int(wal * 2))
    found: Processes = {(1, 1): usage}
    return Reading(at, etcd_ms * 2, found, requests, deleted, wal)


def test_requests_are_counted_by_verb_and_resource_whatever_came_of_them() -> None:
    assert requests_by_kind(_METRICS) == {"POST pdfexportjobs": 8, "PATCH pdfexportjobs/status": 14}
    assert requests_by_kind(_METRICS, code="201") == {"POST pdfexportjobs": 7}


def test_the_cost_is_that_of_one_job() -> None:
    before = _reading(0, 100, {"POST pdfexportjobs": 5.0, "PUT leases": 50.0}, 1000)
    after = _reading(10, 300, {"POST pdfexportjobs": 25.0, "PUT leases": 60.0, "LIST pods": 0.1}, 41_000)
    found = cost(before, after, 20)
    assert found["cpu_ms_per_job/etcd"] == 10
    assert found["requests_per_job/POST pdfexportjobs"] == 1
    assert found["requests_per_job/PUT leases"] == 0.5
    assert "requests_per_job/LIST pods" not in found
    assert found["writes_per_job"] == 1
    assert (found["etcd_wal_bytes_per_job"], found["etcd_disk_bytes_per_job"]) == (2000, 4000)
    assert found["rss_mib/etcd"] == 50
    # Half of what the machine has done was done by others than etcd.
    assert found["disturbance_percent"] == pytest.approx(found["machine_cpu_percent"] / 2)


def test_a_deletion_counts_once_however_many_jobs_expired_meanwhile() -> None:
    kinds = ("POST pdfexportjobs", "PUT pdfexportjobs/status", "DELETE pdfexportjobs")
    before = _reading(0, 100, dict.fromkeys(kinds, 0.0), 0)
    after = _reading(10, 300, dict(zip(kinds, (20.0, 40.0, 33.0), strict=True)), 0, deleted=30)
    assert cost(before, after, 20)["writes_per_job"] == pytest.approx(1 + 2 + 1.1)


@pytest.mark.parametrize(
    ("kind", "writes"),
    [
        ("PATCH pdfexportjobs/status", True),
        ("DELETE pdfexportjobs", True),
        ("POST pods/eviction", True),
        ("POST events", True),
        ("LIST pdfexportjobs", False),
        ("WATCH pods", False),
        ("PUT leases", False),
    ],
)
def test_writes_are_what_changes_jobs_pods_or_events(kind: str, writes: bool) -> None:
    assert is_write(kind) is writes


def test_an_export_is_not_charged_with_its_clients_and_with_firebase() -> None:
    cpu = {"chromium": 40.0, "etcd": 2.0, "api": 3.0, "load generator": 50.0, "storage-emulator": 9.0}
    assert export_cpu(cpu) == (40.0, 5.0)
