"""The programs that make up the cluster: how each is started, and how one sees that it works."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cluster import network
from cluster.configs import NODE
from cluster.paths import Paths

PROBE_SECONDS = 2.0
# What they listen on, loopback or not: etcd, API server, kubelet, kube-proxy, the policies' agent, CoreDNS, the
# controllers, the scheduler.
PORTS = (2379, 2380, 6443, 10248, 10250, 10249, 10256, 10254, 10253, 10257, 10259)


@dataclass(frozen=True, slots=True)
class Component:
    """argv: program and flags. healthy: asks the program itself; at most PROBE_SECONDS, raises nothing."""

    name: str
    argv: tuple[str, ...]
    healthy: Callable[[], bool]
    path: str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: where its files lie, its address, its pods' addresses, and where its programs answer health checks.

    netns: the file of the network namespace that its programs run in; None: the machine's own.
    """

    name: str
    paths: Paths
    address: str
    pod_cidr: str
    health_address: str = "127.0.0.1"
    netns: Path | None = None

    @property
    def prefix(self) -> str:
        """What the names of its components begin with: nothing for the first node's."""
        return "" if self.name == NODE else f"{self.name}/"


def answers(port: int, path: str, *, host: str = "127.0.0.1", authority: Path | None = None) -> Callable[[], bool]:
    """A probe: GET gives 200; over TLS where the authority's certificate is named."""

    def probe() -> bool:
        connection: http.client.HTTPConnection | None = None
        try:
            if authority is None:
                connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
            else:
                context = ssl.create_default_context(cafile=str(authority))
                connection = http.client.HTTPSConnection(host, port, timeout=PROBE_SECONDS, context=context)
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            if connection is not None:
                connection.close()

    return probe


def accepts(address: str | tuple[str, int]) -> Callable[[], bool]:
    """A probe: something listens on this Unix socket, or on this host and port."""

    def probe() -> bool:
        with socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET) as connection:
            connection.settimeout(PROBE_SECONDS)
            try:
                connection.connect(address)
            except OSError:
                return False
            return True

    return probe


def components(paths: Paths, binaries: Path, node_address: str) -> dict[str, Component]:
    """All of them, in the order in which they start. Each flag was needed, or spares CPU on a small machine."""
    pki, config = paths.pki, paths.config
    authority = pki / "ca.crt"
    containerd, *agents = node_components(Node(NODE, paths, node_address, network.POD_CIDR), binaries)

    def kubeconfig_flags(name: str) -> tuple[str, ...]:
        file = f"{config}/{name}.kubeconfig"
        return (
            f"--kubeconfig={file}",
            f"--authentication-kubeconfig={file}",
            f"--authorization-kubeconfig={file}",
            "--bind-address=127.0.0.1",
            f"--tls-cert-file={pki}/server.crt",
            f"--tls-private-key-file={pki}/server.key",
            "--leader-elect=false",
            "--profiling=false",
            # The defaults, 20 and 30, make the controllers' own start take 5 s longer.
            "--kube-api-qps=200",
            "--kube-api-burst=400",
        )

    every = [
        containerd,
        Component(
            "etcd",
            (
                f"{binaries}/etcd",
                f"--name={NODE}",
                f"--data-dir={paths.etcd}",
                # Loopback only: pods do not reach it. A cluster for one session needs no fsync.
                "--listen-client-urls=http://127.0.0.1:2379",
                "--advertise-client-urls=http://127.0.0.1:2379",
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--initial-advertise-peer-urls=http://127.0.0.1:2380",
                f"--initial-cluster={NODE}=http://127.0.0.1:2380",
                "--unsafe-no-fsync",
                f"--quota-backend-bytes={8 << 30}",
                "--log-level=warn",
            ),
            answers(2379, "/health"),
        ),
        Component(
            "kube-apiserver",
            (
                f"{binaries}/kube-apiserver",
                "--etcd-servers=http://127.0.0.1:2379",
                f"--advertise-address={node_address}",
                "--secure-port=6443",
                f"--tls-cert-file={pki}/server.crt",
                f"--tls-private-key-file={pki}/server.key",
                f"--client-ca-file={authority}",
                f"--service-cluster-ip-range={network.SERVICE_CIDR}",
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged=true",
                "--kubelet-preferred-address-types=InternalIP",
                f"--kubelet-client-certificate={pki}/apiserver-kubelet.crt",
                f"--kubelet-client-key={pki}/apiserver-kubelet.key",
                f"--kubelet-certificate-authority={authority}",
                # Aggregated APIs. The same authority signs every client, so only this one name may speak for others.
                f"--requestheader-client-ca-file={authority}",
                "--requestheader-allowed-names=front-proxy-client",
                "--requestheader-username-headers=X-Remote-User",
                "--requestheader-group-headers=X-Remote-Group",
                "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                f"--proxy-client-cert-file={pki}/front-proxy.crt",
                f"--proxy-client-key-file={pki}/front-proxy.key",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                f"--service-account-key-file={pki}/service-account.key",
                f"--service-account-signing-key-file={pki}/service-account.key",
                "--profiling=false",
            ),
            answers(6443, "/readyz", authority=authority),
            # Go's collector took a quarter of its CPU, for the sake of memory that this machine has.
            env={"GOGC": "300"},
        ),
        Component(
            "kube-controller-manager",
            (
                f"{binaries}/kube-controller-manager",
                *kubeconfig_flags("kube-controller-manager"),
                f"--root-ca-file={authority}",
                f"--service-account-private-key-file={pki}/service-account.key",
                "--use-service-account-credentials",
                f"--flex-volume-plugin-dir={paths.kubelet}/volume-plugins",
            ),
            answers(10257, "/healthz", authority=authority),
        ),
        Component(
            "kube-scheduler",
            (f"{binaries}/kube-scheduler", *kubeconfig_flags("kube-scheduler")),
            answers(10259, "/healthz", authority=authority),
        ),
        *agents,
        Component(
            "coredns",
            (f"{binaries}/coredns", "-conf", f"{config}/Corefile", "-quiet"),
            answers(10253, "/ready"),
        ),
    ]
    return {component.name: component for component in every}


def node_components(node: Node, binaries: Path) -> list[Component]:
    """What each node has of its own, in the order in which it starts: containerd first."""
    paths, config = node.paths, node.paths.config
    where = ("nsenter", f"--net={node.netns}") if node.netns else ()
    return [
        Component(
            f"{node.prefix}containerd",
            (*where, "containerd", "--config", f"{config}/containerd.toml"),
            accepts(str(paths.containerd_socket)),
        ),
        Component(
            f"{node.prefix}kubelet",
            (
                *where,
                f"{binaries}/kubelet",
                f"--config={config}/kubelet.json",
                f"--kubeconfig={config}/kubelet.kubeconfig",
                f"--root-dir={paths.kubelet}",
                f"--hostname-override={node.name}",
                f"--node-ip={node.address}",
            ),
            answers(10248, "/healthz", host=node.health_address),
        ),
        Component(
            f"{node.prefix}kube-proxy",
            (
                *where,
                f"{binaries}/kube-proxy",
                f"--kubeconfig={config}/kube-proxy.kubeconfig",
                f"--hostname-override={node.name}",
                "--proxy-mode=iptables",
                f"--cluster-cidr={node.pod_cidr}",
                f"--healthz-bind-address={node.health_address}:10256",
                "--metrics-bind-address=127.0.0.1:10249",
                # Settings of the machine that are none of a guest's business.
                "--conntrack-max-per-core=0",
                "--conntrack-tcp-timeout-established=0",
                "--conntrack-tcp-timeout-close-wait=0",
            ),
            answers(10256, "/healthz", host=node.health_address),
        ),
        Component(
            f"{node.prefix}kube-network-policies",
            (
                *where,
                f"{binaries}/kube-network-policies",
                f"--kubeconfig={config}/kube-network-policies.kubeconfig",
                f"--nfqueue-id={network.QUEUE}",
                f"--metrics-bind-address={node.health_address}:10254",
            ),
            answers(10254, "/healthz", host=node.health_address),
        ),
    ]
