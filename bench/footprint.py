"""What each process of a release holds: memory and file descriptors; and which have ended but are not waited for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.processes import parse_stat, pod_uid, role_in_pod
from cluster import process
from cluster.paths import Paths

Identity = tuple[int, int]
"""A process by pid and start, which together no later process has."""

# What holds a pod's namespaces counts as the runtime's.
_PAUSE = "containerd"
PAGE = "chromium page"
"""The role of the processes that print; the renderer replaces them after so many jobs."""

_TYPE = re.compile(r"--type=([a-z-]+)")
_CHROMIUM = {
    "zygote": "chromium zygote",
    "renderer": PAGE,
    "gpu-process": "chromium GPU",
    "utility": "chromium network",
}


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a process holds now. place: its pod's uid, or "" for a component of the cluster."""

    role: str
    place: str
    rss_mib: float
    anonymous_mib: float
    descriptors: int


@dataclass(frozen=True, slots=True)
class Sample:
    """All of them at one moment, after so many renders."""

    renders: int
    held: Mapping[Identity, Footprint]
    zombies: frozenset[Identity]


class Observer:
    """Samples the cluster's components and the processes of some pods (component by uid)."""

    def __init__(self, paths: Paths, pods: Mapping[str, str]) -> None:
        self._pods = pods
        ours = process.find(paths.state)
        self._components = {each.pid: each for each in ours if each.leads}
        self._parents = {each.pid for each in ours}

    def sample(self, renders: int) -> Sample:
        """Read /proc; takes some 50 ms."""
        held: dict[Identity, Footprint] = {}
        zombies: set[Identity] = set()
        for pid in process.pids():
            # A process may end meanwhile.
            with suppress(OSError):
                stat = Path(f"/proc/{pid}/stat").read_text()
                identity = pid, parse_stat(stat).started
                if is_zombie(stat):
                    # It is in no cgroup any more.
                    parent = parse_stat(stat).parent
                    if parent in self._parents or _pod(parent) in self._pods:
                        zombies.add(identity)
                elif (place := _pod(pid)) in self._pods:
                    role = role_of(self._pods[place], Path(f"/proc/{pid}/cmdline").read_bytes())
                    if role != _PAUSE:
                        held[identity] = _footprint(pid, role, place)
                elif (ours := self._components.get(pid)) and ours.started == identity[1]:
                    held[identity] = _footprint(pid, ours.component, "")
        return Sample(renders, held, frozenset(zombies))


def role_of(component: str, command_line: bytes) -> str:
    """What a process in a pod is, from /proc/<pid>/cmdline: as for CPU, but of Chromium's each for itself."""
    text = command_line.decode(errors="replace")
    # Chromium writes its own, with blanks between the arguments.
    program = text.partition("\0")[0].partition(" ")[0].rpartition("/")[2]
    role = role_in_pod(component, program)
    if role != "chromium":
        return role
    found = _TYPE.search(text)
    return _CHROMIUM.get(found[1], f"chromium {found[1]}") if found else "chromium browser"


def is_zombie(stat: str) -> bool:
    """Whether a process has ended and is not waited for, from the text of /proc/<pid>/stat."""
    # The name may hold spaces and parentheses.
    return stat.rpartition(")")[2].split()[0] == "Z"


def _pod(pid: int) -> str:
    """The uid of the pod that a process is in, or ""."""
    return pod_uid(Path(f"/proc/{pid}/cgroup").read_text()) or ""


def _footprint(pid: int, role: str, place: str) -> Footprint:
    kib = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in _lines(f"/proc/{pid}/smaps_rollup"))
        if name in ("Rss", "Anonymous")
    }
    return Footprint(role, place, kib["Rss"] / 1024, kib["Anonymous"] / 1024, len(os.listdir(f"/proc/{pid}/fd")))


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
