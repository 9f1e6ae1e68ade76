"""Where everything of the cluster lies on the machine. Nothing is in the checkout: checkouts share one cluster."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
GO_SOURCES = CHECKOUT / "cluster" / "k8s"
CHART = CHECKOUT / "charts" / "pdf-export"

# A Unix socket's path may have 107 bytes; containerd's is the longest of ours.
_LONGEST_STATE = 80


@dataclass(frozen=True, slots=True)
class Paths:
    """The two folders that hold all else.

    cache: built once and kept: binaries, the image store of the builds.
    state: the cluster that runs now; `down --purge` takes it away whole.
    """

    cache: Path
    state: Path

    @property
    def binaries(self) -> Path:
        """A folder for each version of the Go sources."""
        return self.cache / "bin"

    @property
    def image_store(self) -> Path:
        """buildah's storage, apart from the machine's own."""
        return self.cache / "images"

    @property
    def lock(self) -> Path:
        """Held by whoever changes the cluster; beside the state, since the state may be wiped."""
        return self.state.with_name(self.state.name + ".lock")

    @property
    def second_node(self) -> Paths:
        """Of the second node: there while it is."""
        return Paths(cache=self.cache, state=self.state / "node-2")

    @property
    def ready(self) -> Path:
        """Written last by a complete start: the fingerprint of what then ran."""
        return self.state / "ready"

    @property
    def saved_sysctls(self) -> Path:
        """Settings of the kernel as they were before the cluster; there while it has the machine's network."""
        return self.state / "sysctls.json"

    @property
    def pki(self) -> Path:
        return self.state / "pki"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.state / "kubeconfig"

    @property
    def config(self) -> Path:
        """The components' configuration files and kubeconfigs."""
        return self.state / "config"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def etcd(self) -> Path:
        return self.state / "etcd"

    @property
    def kubelet(self) -> Path:
        return self.state / "kubelet"

    @property
    def seccomp(self) -> Path:
        """Where pods' Localhost seccomp profiles are looked for."""
        return self.kubelet / "seccomp"

    @property
    def cni(self) -> Path:
        """Address leases of the pod network."""
        return self.state / "cni"

    @property
    def containerd_root(self) -> Path:
        """Images and their snapshots; outlives `down`, so that nothing is loaded twice."""
        return self.state / "containerd"

    @property
    def containerd_state(self) -> Path:
        return self.state / "containerd-run"

    @property
    def containerd_socket(self) -> Path:
        return self.containerd_state / "containerd.sock"


def from_environment() -> Paths:
    """Paths as the machine has them, or as PDFEXPORT_CACHE and PDFEXPORT_CLUSTER name them."""
    cache = Path(os.environ.get("PDFEXPORT_CACHE") or "/var/cache/pdf-export").resolve()
    state = Path(os.environ.get("PDFEXPORT_CLUSTER") or "/var/lib/pdf-export/cluster").resolve()
    if len(os.fsencode(state)) > _LONGEST_STATE:
        raise SystemExit(f"PDFEXPORT_CLUSTER={state} is too long for the sockets in it; take a shorter path")
    return Paths(cache=cache, state=state)


def foreign_kubeconfig(paths: Paths) -> str | None:
    """KUBECONFIG where it names a cluster that is not ours; None where it is unset or names our own."""
    named = os.environ.get("KUBECONFIG")
    if not named or Path(named).resolve() == paths.kubeconfig:
        return None
    return named
