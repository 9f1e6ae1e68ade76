"""The cluster's processes: found by a mark in their environment, so there is no pidfile to go stale.

A process carries the state folder and its component's name in its environment for as long as it lives, from the
moment it exists: one that was started just before its starter was killed is found as well, and a number that
another program has now is never taken for ours. Signals go through a pidfd, which cannot change owner either.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STATE_MARK = "PDFEXPORT_CLUSTER_STATE"
COMPONENT_MARK = "PDFEXPORT_CLUSTER_COMPONENT"


@dataclass(frozen=True, slots=True)
class Process:
    """A process of ours. started: clock ticks after boot; with the pid it names the process for good."""

    pid: int
    started: int
    component: str
    leads: bool
    """True for the component itself, False for what it started (shims, iptables, mount …)."""


def pids() -> Iterator[int]:
    """Every process of the machine."""
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def started_at(pid: int) -> int:
    """Start of a process in clock ticks after boot. Raises OSError when it is gone, or a zombie."""
    # The name (field 2) may hold spaces and parentheses: the fields are counted after the last one.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if fields[0] == "Z":
        raise ProcessLookupError(pid)
    return int(fields[19])


def find(state: Path) -> list[Process]:
    """All processes that bear the mark of this state folder."""
    mark = f"{STATE_MARK}={state}".encode()
    found: list[Process] = []
    for pid in pids():
        with suppress(OSError):
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if mark not in environment:
                continue
            names = [
                entry.partition(b"=")[2].decode()
                for entry in environment
                if entry.startswith(COMPONENT_MARK.encode() + b"=")
            ]
            found.append(
                Process(
                    pid=pid,
                    started=started_at(pid),
                    component=names[0] if names else "",
                    leads=os.getsid(pid) == pid,
                )
            )
    return found


def find_leaders(state: Path) -> dict[str, Process]:
    """The running components by name."""
    return {process.component: process for process in find(state) if process.leads}


def in_our_containers(state: Path) -> list[Process]:
    """Processes in containers of this cluster: their root is an overlay whose layers lie in the state folder.

    This finds them also where their shim was killed, by no number or name that something else could have.
    """
    layers = f"={state}/".encode()
    found: list[Process] = []
    for pid in pids():
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/mountinfo").read_bytes().splitlines():
                fields = line.split(b" ")
                if fields[4] == b"/" and b" overlay " in line and layers in line:
                    found.append(Process(pid, started_at(pid), "container", leads=False))
                    break
    return found


def start(name: str, argv: Sequence[str], *, state: Path, log: Path, env: Mapping[str, str]) -> None:
    """Starts a component apart from us: own session, no terminal, output appended to its log.

    `setsid --fork` leaves init to reap it, so that a long-lived caller gathers no zombies. It may open as many files
    as is allowed, not as few as a login shell begins with: containers inherit it.
    """
    open_all_files_allowed()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        subprocess.run(
            ["setsid", "--fork", *argv],
            env={**env, STATE_MARK: str(state), COMPONENT_MARK: name},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=True,
        )


def open_all_files_allowed() -> None:
    """Raise the number of files that this process, and what it starts, may open: to what is allowed, a million at
    most."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, 1 << 20)), most))


def _send(process: Process, number: signal.Signals) -> int | None:
    """Signals the process; gives an open pidfd to wait on, or None when it is already gone."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return None
    try:
        if started_at(process.pid) == process.started:
            signal.pidfd_send_signal(handle, number)
            return handle
    except (ProcessLookupError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def stop(processes: Iterable[Process], *, number: signal.Signals = signal.SIGTERM, seconds: float = 10.0) -> None:
    """Signals all of them, waits until they are gone, and kills what is left after `seconds`."""
    targets = list(processes)
    handles = [handle for process in targets if (handle := _send(process, number)) is not None]
    deadline = time.monotonic() + seconds
    left = False
    try:
        for handle in handles:
            # poll, not select: a descriptor may be above 1023.
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            left |= not poll.poll(max(0.0, deadline - time.monotonic()) * 1000)
    finally:
        for handle in handles:
            os.close(handle)
    if left and number is not signal.SIGKILL:
        stop(targets, number=signal.SIGKILL)
