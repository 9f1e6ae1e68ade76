"""What the machine's processes have used so far, by what each of them is to an export; read from /proc."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cluster import process
from cluster.paths import Paths

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / 2**20
# As cgroups of both versions and both of the kubelet's drivers name a pod: with dashes, or with underscores.
_POD = re.compile(r"pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Stat:
    """Of /proc/<pid>/stat: cpu_ms is what the process and those of its children that have ended have used."""

    parent: int
    started: int
    cpu_ms: float
    own_cpu_ms: float


@dataclass(frozen=True, slots=True)
class Usage:
    """A process: its role, its CPU time so far as in Stat, its memory now, and what it has written to disks so far.

    place: the pod's uid, or "" outside of pods. rss_mib counts shared pages in each process, pss_mib splits them.
    """

    role: str
    place: str
    cpu_ms: float
    rss_mib: float
    pss_mib: float
    written_bytes: int


Processes = dict[tuple[int, int], Usage]
"""By pid and start, which together no later process has."""


def parse_stat(text: str) -> Stat:
    """The text of /proc/<pid>/stat."""
    # The name may hold spaces and parentheses: the fields are counted after the last one.
    fields = text.rpartition(")")[2].split()
    user, system, dead_user, dead_system = (int(field) * _TICK_MS for field in fields[11:15])
    return Stat(int(fields[1]), int(fields[19]), user + system + dead_user + dead_system, user + system)


def pod_uid(cgroup: str) -> str | None:
    """The uid of the pod that a process is in, from the text of /proc/<pid>/cgroup."""
    found = _POD.search(cgroup)
    return found[1].replace("_", "-") if found else None


def role_in_pod(component: str, program: str) -> str:
    """What a process in a pod is: the component of the release, and in a renderer which of its programs."""
    if program in ("pause", "tini"):
        return "containerd"
    if component == "renderer":
        return _browser_role(program) or "renderer"
    return component


def role_of_ours(program: str) -> str:
    """What a process is that the measuring program has started: the driver and Chromium of the bare prints."""
    return "bare " + (_browser_role(program) or "chromium")


def _browser_role(program: str) -> str | None:
    if program.startswith("node"):
        return "driver"
    return "chromium" if program.startswith("chrom") else None


def cpu_by_role(before: Processes, after: Processes) -> dict[str, float]:
    """Milliseconds of CPU by role between two readings.

    A process that ended in between is counted by the parent that waited for it. One that took its pod along is not
    in the second reading at all, and what it used is lost.
    """
    gone = {usage.place for usage in before.values()} - {usage.place for usage in after.values()}
    used: dict[str, float] = {}
    for usage in after.values():
        used[usage.role] = used.get(usage.role, 0.0) + usage.cpu_ms
    for usage in before.values():
        if usage.place not in gone:
            used[usage.role] = used.get(usage.role, 0.0) - usage.cpu_ms
    return {role: max(milliseconds, 0.0) for role, milliseconds in used.items()}


def total(processes: Processes, field: str) -> dict[str, float]:
    """The sum of a field (`rss_mib`, `pss_mib`, `written_bytes`) by role."""
    sums: dict[str, float] = {}
    for usage in processes.values():
        sums[usage.role] = sums.get(usage.role, 0.0) + getattr(usage, field)
    return sums


def read(paths: Paths, pods: Mapping[str, str]) -> Processes:
    """The processes of the cluster, of these pods (component by uid), and of this program and what it has started."""
    components = {each.pid: each.component for each in process.find(paths.state)}
    stats = dict(_stats())
    own = os.getpid()
    found: Processes = {}
    for pid, stat in stats.items():
        with suppress(OSError):
            role, place, cpu_ms = "", "", stat.cpu_ms
            uid = pod_uid(Path(f"/proc/{pid}/cgroup").read_text())
            if pid == own:
                # The commands that it has run between the measurements are none of the load.
                role, cpu_ms = "load generator", stat.own_cpu_ms
            elif _descends(pid, own, stats):
                role = role_of_ours(program(pid))
            elif uid is not None and uid in pods:
                role, place = role_in_pod(pods[uid], program(pid)), uid
            elif pid in components:
                role = components[pid]
            if role:
                found[pid, stat.started] = Usage(
                    role, place, cpu_ms, *_memory(pid), written_bytes=_io(pid)["write_bytes"] if not place else 0
                )
    return found


def machine_cpu_ms() -> float:
    """What all processes and the kernel have used since the machine's start, waiting left out."""
    user, nice, system, _idle, _iowait, irq, softirq, steal = (
        int(field) * _TICK_MS for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    )
    return user + nice + system + irq + softirq + steal


def _stats() -> Iterator[tuple[int, Stat]]:
    for pid in process.pids():
        with suppress(OSError):
            yield pid, parse_stat(Path(f"/proc/{pid}/stat").read_text())


def _descends(pid: int, ancestor: int, stats: Mapping[int, Stat]) -> bool:
    while (stat := stats.get(pid)) is not None and pid != ancestor:
        pid = stat.parent
    return pid == ancestor


def program(pid: int) -> str:
    """The name of the program that runs; of a script, its interpreter's."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0", 1)[0].decode(errors="replace").rpartition("/")[2]


def _memory(pid: int) -> tuple[float, float]:
    """MiB of resident pages: all, and with each shared page split among those who share it."""
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MIB
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return resident, int(line.split()[1]) / 1024
    return resident, resident


def _io(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return {name: int(value) for name, value in (line.split(": ") for line in lines)}
