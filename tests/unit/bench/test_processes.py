"""CPU by role, from what /proc tells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import processes
from bench.processes import Processes, Usage, cpu_by_role, parse_stat, pod_uid, role_in_pod, role_of_ours, total
from cluster.paths import Paths

_UID = "8dac7bc6-960c-4553-b82a-a61d4f8a9b8b"


def _usage(role: str, cpu_ms: float, place: str = "", rss_mib: float = 1.0) -> Usage:
    return Usage(role, place, cpu_ms, rss_mib, pss_mib=rss_mib, written_bytes=0)


def test_a_stat_is_read_whatever_the_process_is_called() -> None:
    tick_ms = 1000 / os.sysconf("SC_CLK_TCK")
    text = "7 (a) b) S 3 7 7 0 -1 0 0 0 0 0 10 20 30 40 20 0 1 0 555 0 0"
    stat = parse_stat(text)
    assert (stat.parent, stat.started) == (3, 555)
    assert (stat.own_cpu_ms, stat.cpu_ms) == (30 * tick_ms, 100 * tick_ms)


@pytest.mark.parametrize(
    "cgroup",
    [
        f"1:cpu:/kubepods/burstable/pod{_UID}/e2a00962",
        f"0::/kubepods.slice/kubepods-pod{_UID.replace('-', '_')}.slice/cri-containerd-e2.scope",
    ],
)
def test_a_pod_is_found_in_a_cgroup_of_either_driver(cgroup: str) -> None:
    assert pod_uid(cgroup) == _UID


def test_a_process_outside_of_pods_has_none() -> None:
    assert pod_uid("0::/user.slice/podium-1") is None


@pytest.mark.parametrize(
    ("component", "program", "role"),
    [
        ("api", "python", "api"),
        ("renderer", "python", "renderer"),
        ("renderer", "node", "driver"),
        ("renderer", "chromium-headless-shell", "chromium"),
        ("storage-emulator", "node", "storage-emulator"),
        ("renderer", "pause", "containerd"),
        ("renderer", "tini", "containerd"),
    ],
)
def test_a_process_in_a_pod_has_the_role_of_its_program(component: str, program: str, role: str) -> None:
    assert role_in_pod(component, program) == role


def test_what_the_bench_starts_is_bare() -> None:
    assert [role_of_ours(program) for program in ("node", "chromium-headless-shell", "sh")] == [
        "bare driver",
        "bare chromium",
        "bare chromium",
    ]


def test_cpu_is_the_difference_and_new_processes_count_from_their_start() -> None:
    before: Processes = {(1, 10): _usage("etcd", 100)}
    after: Processes = {(1, 10): _usage("etcd", 150), (2, 20): _usage("etcd", 7), (3, 20): _usage("api", 5)}
    assert cpu_by_role(before, after) == {"etcd": 57, "api": 5}


def test_what_a_child_used_is_counted_once_when_it_has_ended() -> None:
    # The child had used 500 ms before and used 20 more: the parent that waited for it has all 520.
    before: Processes = {(1, 10): _usage("chromium", 100, "pod"), (2, 11): _usage("chromium", 500, "pod")}
    after: Processes = {(1, 10): _usage("chromium", 620, "pod")}
    assert cpu_by_role(before, after) == {"chromium": 20}


def test_a_pod_that_is_gone_takes_nothing_away_from_others() -> None:
    before: Processes = {(1, 10): _usage("chromium", 900, "old"), (2, 10): _usage("chromium", 100, "stays")}
    after: Processes = {(2, 10): _usage("chromium", 130, "stays"), (3, 30): _usage("chromium", 40, "new")}
    assert cpu_by_role(before, after) == {"chromium": 70}


def test_memory_is_summed_by_role() -> None:
    found: Processes = {(1, 1): _usage("chromium", 0, rss_mib=60), (2, 1): _usage("chromium", 0, rss_mib=80)}
    assert total(found, "rss_mib") == {"chromium": 140}


def test_what_this_program_and_its_child_use_is_seen(tmp_path: Path) -> None:
    paths = Paths(cache=tmp_path, state=tmp_path)
    burn = "import sys\nfor i in range(3_000_000): pass\nprint('burnt', flush=True)\nsys.stdin.read()"
    before = processes.read(paths, {})
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        child.stdout.readline()
        used = cpu_by_role(before, processes.read(paths, {}))
        child.stdin.close()
    # A program of ours that is neither the driver nor Chromium's wrapper is taken for the latter.
    assert used["bare chromium"] > 10
    assert "load generator" in used
