"""Taking away what a cluster that ended, or was killed, left on the machine: processes, mounts, groups, files."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cluster import cgroups, network, process, second_network
from cluster.paths import Paths
from cluster.process import Process
from cluster.progress import Failed


def kill_processes(paths: Paths) -> None:
    """SIGKILL for every process of ours."""
    # Those that start others go first: kubelet and containerd would start new ones meanwhile.
    _kill(lambda: process.find(paths.state) or process.in_our_containers(paths.state))


def kill_second_node(paths: Paths) -> None:
    """SIGKILL for every process of the second node and of its pods, and of no other."""
    second = paths.second_node.state

    def find() -> list[Process]:
        return [
            each for each in process.find(paths.state) if each.component.startswith(f"{second.name}/")
        ] or process.in_our_containers(second)

    _kill(find)


def _kill(find: Callable[[], Sequence[Process]]) -> None:
    """Repeats until a look finds none: one that was just being forked carries no mark yet."""
    deadline = time.monotonic() + 10.0
    while found := find():
        if time.monotonic() > deadline:
            raise Failed(
                f"processes that do not die: {sorted(each.pid for each in found)} (`ps -o pid,stat,wchan,args`)"
            )
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


def sweep(paths: Paths) -> None:
    """All but the images, certificates and logs. Afterwards the machine is as it was, whatever state it was in."""
    kill_processes(paths)
    unmount_all(paths.state)
    if paths.saved_sysctls.exists():
        # Written by a start before it changes anything: without it, another folder's cluster may be using these.
        _take_back_second_node()
        cgroups.remove(cgroups.FIRST)
        network.tear_down(paths.saved_sysctls)
    paths.ready.unlink(missing_ok=True)
    _remove_shared_leftovers(paths, network.NAME)
    _remove_shared_leftovers(paths.second_node, second_network.POD_NETWORK)
    for folder in (paths.second_node.state, paths.kubelet, paths.etcd, paths.cni, paths.containerd_state, paths.config):
        remove_tree(folder)
    paths.kubeconfig.unlink(missing_ok=True)
    for stale in paths.state.glob(".pki-*"):
        remove_tree(stale)


def sweep_second_node(paths: Paths) -> None:
    """All of the second node. Safe to repeat."""
    kill_second_node(paths)
    second = paths.second_node
    unmount_all(second.state)
    _take_back_second_node()
    _remove_shared_leftovers(second, second_network.POD_NETWORK)
    remove_tree(second.state)


def _take_back_second_node() -> None:
    """What it holds on the machine, beside files."""
    second_network.tear_down()
    cgroups.remove(cgroups.SECOND)


def _remove_shared_leftovers(paths: Paths, pod_network: str) -> None:
    """What containerd's shims, kubelet and the CNI library put into folders of their own choice, and only ours."""
    for address in paths.containerd_state.glob("io.containerd.runtime.v2.task/k8s.io/*/address"):
        Path(address.read_text().removeprefix("unix://")).unlink(missing_ok=True)
    for link in Path("/var/log/containers").glob("*.log"):
        if link.is_symlink() and str(link.readlink()).startswith(f"{paths.state}/"):
            link.unlink()
    for result in Path("/var/lib/cni/results").glob(f"{pod_network}-*"):
        result.unlink()
