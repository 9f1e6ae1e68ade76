"""A second node on the same machine, for what one node cannot show: drain, spread, node loss, failover.

It has a kubelet, a containerd, a kube-proxy and an agent for network policies of its own, in a network namespace of its
own, with an address, pod addresses, certificates and control groups of its own. Disk, memory and kernel are the
machine's, so both nodes claim all of them. It is added and removed in seconds, and the first node does not change.

`SecondNode.lose` is the power cut; second_network.py has a network that breaks between the nodes.
"""

from __future__ import annotations

import http.client
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cluster import build, cgroups, cleanup, configs, image_copy, network, pki, runtime, second_network
from cluster.components import Component, Node, node_components
from cluster.kubeapi import KubeApi
from cluster.paths import CHART, Paths
from cluster.progress import Failed, say, wait_until
from cluster.starting import end, launch, wait_healthy

NAME = "node-2"
_START_SECONDS = 60.0
# Clients whose certificates all nodes share.
_SHARED_CLIENTS = ("kube-proxy", "kube-network-policies")


class SecondNode:
    """The machine's second node, which may be there or not. Only for who holds the cluster's lock."""

    def __init__(self, paths: Paths, binaries: Path) -> None:
        """paths: of the cluster."""
        self.cluster = paths
        self.binaries = binaries
        self.node = Node(
            NAME,
            paths.second_node,
            second_network.ADDRESS,
            second_network.POD_CIDR,
            health_address=second_network.ADDRESS,
            netns=second_network.NETNS_FILE,
        )

    @property
    def exists(self) -> bool:
        """Whether it was added, or adding it was begun."""
        return self.node.paths.state.exists()

    @cached_property
    def components(self) -> dict[str, Component]:
        """Its components by name, in the order of starting."""
        return {each.name: each for each in node_components(self.node, self.binaries)}

    def ready(self) -> bool:
        """True when all of it works and it takes pods."""
        try:
            return all(each.healthy() for each in self.components.values()) and KubeApi(self.cluster).node_ready(NAME)
        except (OSError, http.client.HTTPException):
            return False

    def add(self) -> None:
        """Makes it and waits until it takes pods. Raises Failed, and then leaves nothing behind."""
        try:
            self._start()
        except Failed:
            self.remove()
            raise

    def remove(self) -> None:
        """Ends it and its pods at once, and gives back what it held. Safe to repeat."""
        cleanup.sweep_second_node(self.cluster)
        with suppress(OSError, http.client.HTTPException):
            # Without an API server its end is what the next one finds.
            KubeApi(self.cluster).forget_node(NAME)

    def lose(self) -> None:
        """The power cut: nothing of it runs, and nobody is told. `remove` is for what is left."""
        second_network.cut()
        cleanup.kill_second_node(self.cluster)

    def _start(self) -> None:
        paths = self.node.paths
        self._write_files()
        second_network.set_up()
        cgroups.make(cgroups.SECOND)
        image_copy.copy_images(self.cluster.containerd_root, paths.containerd_root)
        containerd, *agents = self.components.values()
        launch(self.cluster, containerd)
        wait_healthy(self.cluster, containerd, _START_SECONDS)
        # The first node's, which the copy names; containerd's Kubernetes side has read them by now.
        if runtime.remove_containers(paths):
            end(self.cluster, containerd.name)
            launch(self.cluster, containerd)
            wait_healthy(self.cluster, containerd, _START_SECONDS)
        for agent in agents:
            launch(self.cluster, agent)
        for agent in agents:
            wait_healthy(self.cluster, agent, _START_SECONDS)
        wait_until(f"{NAME} to be ready", self.ready, seconds=_START_SECONDS, every=0.1)
        say(f"{NAME} is ready, at {self.node.address}")

    def _write_files(self) -> None:
        paths, node = self.node.paths, self.node
        for folder in (paths.config, paths.kubelet, paths.containerd_state):
            folder.mkdir(parents=True)
        pki.issue_for_node(self.cluster.pki, paths.pki, NAME, node.address)
        files = {
            paths.config / "containerd.toml": configs.containerd(paths, build.cni_folder()),
            paths.config / "cni" / "10-bridge.conflist": configs.cni(
                paths,
                ipv6=Path("/proc/sys/net/ipv6").exists(),
                name=second_network.POD_NETWORK,
                pod_cidr=node.pod_cidr,
            ),
            paths.config / "kubelet.json": configs.kubelet(
                paths,
                pod_cidr=node.pod_cidr,
                healthzBindAddress=node.health_address,
                cgroupRoot=f"/{cgroups.SECOND}",
            ),
            paths.seccomp / configs.SECCOMP_PROFILE: (CHART / "files" / "seccomp" / "chromium.json").read_text(),
        }
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        server = network.node_address()
        for name in _SHARED_CLIENTS:
            pki.write_kubeconfig(self.cluster.pki, name, paths.config / f"{name}.kubeconfig", server=server)
        pki.write_kubeconfig(paths.pki, "kubelet", paths.config / "kubelet.kubeconfig", server=server)
