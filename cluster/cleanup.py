"""Taking away what a cluster that ended, or was killed, left on the machine: processes, mounts, groups, files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from cluster import network, process
from cluster.paths import Paths
from cluster.progress import Failed


def kill_processes(state: Path) -> int:
    """SIGKILL for every process of ours, containers last; gives how many there were.

    Repeats until a look finds none: one that was just being forked carries no mark yet.
    """
    killed = 0
    deadline = time.monotonic() + 10.0
    while True:
        # Those that start others go first: kubelet and containerd would start new ones meanwhile.
        found = process.find(state) or process.in_our_containers(state)
        if not found:
            return killed
        if time.monotonic() > deadline:
            raise Failed(
                f"processes that do not die: {sorted(each.pid for each in found)} (`ps -o pid,stat,wchan,args`)"
            )
        killed += len(found)
        process.stop(found, number=signal.SIGKILL, seconds=2.0)


def mounts_under(folder: Path) -> list[str]:
    """Mount points at or below a folder, the innermost first."""
    points = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        point = re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), line.split(" ")[4])
        if point == str(folder) or point.startswith(f"{folder}/"):
            points.append(point)
    return points[::-1]


def unmount_all(folder: Path) -> None:
    """Unmounts everything below a folder. Raises Failed if something stays: removing files would reach into it."""
    for _ in range(5):
        points = mounts_under(folder)
        if not points:
            return
        for start in range(0, len(points), 100):
            subprocess.run(["umount", "--lazy", *points[start : start + 100]], check=False, capture_output=True)
    raise Failed(f"cannot unmount {mounts_under(folder)}")


def remove_tree(folder: Path) -> None:
    """Removes a folder of ours, never what is mounted in it. Safe to repeat."""
    unmount_all(folder)
    if folder.exists():
        shutil.rmtree(folder)


def remove_cgroups() -> None:
    """The empty groups that kubelet and runc leave under kubepods. One with processes in it refuses, and stays."""
    for top in (*Path("/sys/fs/cgroup").glob("*/kubepods"), *Path("/sys/fs/cgroup").glob("kubepods")):
        for folder, _folders, _files in os.walk(top, topdown=False):
            with suppress(OSError):
                os.rmdir(folder)


def sweep(paths: Paths) -> None:
    """All but the images, certificates and logs. Afterwards the machine is as it was, whatever state it was in."""
    kill_processes(paths.state)
    unmount_all(paths.state)
    if paths.saved_sysctls.exists():
        # Written by a start before it changes anything: without it, another folder's cluster may be using these.
        remove_cgroups()
        network.tear_down(paths.saved_sysctls)
    paths.ready.unlink(missing_ok=True)
    _remove_shared_leftovers(paths)
    for folder in (paths.kubelet, paths.etcd, paths.cni, paths.containerd_state, paths.config):
        remove_tree(folder)
    paths.kubeconfig.unlink(missing_ok=True)
    for stale in paths.state.glob(".pki-*"):
        remove_tree(stale)


def _remove_shared_leftovers(paths: Paths) -> None:
    """What containerd's shims, kubelet and the CNI library put into folders of their own choice, and only ours."""
    for address in paths.containerd_state.glob("io.containerd.runtime.v2.task/k8s.io/*/address"):
        Path(address.read_text().removeprefix("unix://")).unlink(missing_ok=True)
    for link in Path("/var/log/containers").glob("*.log"):
        if link.is_symlink() and str(link.readlink()).startswith(f"{paths.state}/"):
            link.unlink()
    for result in Path("/var/lib/cni/results").glob(f"{network.NAME}-*"):
        result.unlink()
