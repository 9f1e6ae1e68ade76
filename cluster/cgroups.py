"""Control groups: one for the pods of each node, in each hierarchy that the machine has."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

# The first node's, by the kubelet's rule.
FIRST = "kubepods"
# Of its own, since a kubelet ends what it does not know in the groups that it manages.
SECOND = "pdf-export-node-2"
_ROOT = Path("/sys/fs/cgroup")


def _hierarchies() -> list[Path]:
    """One with version 2, one a controller with version 1."""
    return [_ROOT] if (_ROOT / "cgroup.procs").exists() else [file.parent for file in _ROOT.glob("*/cgroup.procs")]


def make(name: str) -> None:
    """A group with every controller, and with as much of the CPU as the first node's. Safe to repeat."""
    for hierarchy in _hierarchies():
        folder = hierarchy / name
        folder.mkdir(exist_ok=True)
        # With version 1 a group has no CPU until it is given some; with version 2 it passes on no controller.
        for file in ("cpuset.cpus", "cpuset.mems"):
            if (hierarchy / file).exists() and hierarchy != _ROOT:
                (folder / file).write_text((hierarchy / file).read_text())
        for file in ("cpu.shares", "cpu.weight"):
            if (first := hierarchy / FIRST / file).exists():
                (folder / file).write_text(first.read_text())
        if hierarchy == _ROOT:
            controllers = (hierarchy / "cgroup.subtree_control").read_text().split()
            (folder / "cgroup.subtree_control").write_text(" ".join(f"+{each}" for each in controllers))


def remove(name: str) -> None:
    """The empty groups that kubelet and runc leave. One with processes in it refuses, and stays."""
    for hierarchy in _hierarchies():
        for folder, _folders, _files in os.walk(hierarchy / name, topdown=False):
            with suppress(OSError):
                os.rmdir(folder)
