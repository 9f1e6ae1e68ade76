"""The text of every configuration file of the components; nothing is read or written here."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from cluster import network
from cluster.paths import Paths

PAUSE_IMAGE = "localhost/pause:1"
NODE = "node-1"
# Chromium's, as pods name it.
SECCOMP_PROFILE = "pdf-export/chromium.json"


def kubeconfig(authority: bytes, certificate: bytes, key: bytes, *, server: str = "127.0.0.1") -> str:
    """A kubeconfig that stands alone: certificates inside, no paths. server: the API server's address."""
    ca, crt, private = (base64.b64encode(each).decode() for each in (authority, certificate, key))
    return f"""\
apiVersion: v1
kind: Config
current-context: {network.NAME}
clusters:
- name: {network.NAME}
  cluster:
    server: https://{server}:6443
    certificate-authority-data: {ca}
users:
- name: user
  user:
    client-certificate-data: {crt}
    client-key-data: {private}
contexts:
- name: {network.NAME}
  context:
    cluster: {network.NAME}
    user: user
"""


def containerd(paths: Paths, cni_plugins: Path) -> str:
    """containerd 1.6 and 1.7 (version 2 of the format), with root, state and socket of its own."""
    return f"""\
version = 2
root = "{paths.containerd_root}"
state = "{paths.containerd_state}"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
  address = "{paths.containerd_socket}"

[debug]
  level = "warn"

[plugins."io.containerd.internal.v1.opt"]
  path = "{paths.containerd_root}/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  # A machine's root may lack CAP_SYS_RESOURCE; then a lower score than its own cannot be set.
  restrict_oom_score_adj = true
  # Under our own folder nothing of a dead cluster hides in /run/netns.
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni_plugins}"
    conf_dir = "{paths.config}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "{paths.containerd_state}/runc"
"""


def cni(paths: Paths, *, ipv6: bool, name: str = network.NAME, pod_cidr: str = network.POD_CIDR) -> str:
    """One bridge with addresses from pod_cidr. ipv6: whether the kernel would give each pod an address of that, too."""
    bridge = {
        "type": "bridge",
        "bridge": network.BRIDGE,
        "isGateway": True,
        "ipMasq": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "dataDir": str(paths.cni),
            "ranges": [[{"subnet": pod_cidr}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }
    # Network policies are enforced for IPv4: by link-local addresses pods would get past them.
    tuning = {"type": "tuning", "sysctl": {"net.ipv6.conf.eth0.disable_ipv6": "1"}}
    plugins = [bridge, tuning] if ipv6 else [bridge]
    return json.dumps({"cniVersion": "0.4.0", "name": name, "plugins": plugins}, indent=1)


def kubelet(paths: Paths, *, pod_cidr: str = network.POD_CIDR, **settings: str) -> str:
    """The kubelet's configuration. Images are never collected: nothing could bring them back but another load.

    settings: further fields of KubeletConfiguration.
    """
    return json.dumps(
        {
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "kind": "KubeletConfiguration",
            "authentication": {
                "anonymous": {"enabled": False},
                "webhook": {"enabled": True},
                "x509": {"clientCAFile": f"{paths.pki}/ca.crt"},
            },
            "authorization": {"mode": "Webhook"},
            "tlsCertFile": f"{paths.pki}/server.crt",
            "tlsPrivateKeyFile": f"{paths.pki}/server.key",
            "containerRuntimeEndpoint": f"unix://{paths.containerd_socket}",
            "cgroupDriver": "cgroupfs",
            "failCgroupV1": False,
            "failSwapOn": False,
            "podCIDR": pod_cidr,
            "clusterDNS": [network.DNS_ADDRESS],
            "clusterDomain": "cluster.local",
            "podLogsDir": f"{paths.kubelet}/pod-logs",
            "volumePluginDir": f"{paths.kubelet}/volume-plugins",
            "evictionHard": {
                "memory.available": "100Mi",
                "nodefs.available": "1%",
                "nodefs.inodesFree": "1%",
                "imagefs.available": "1%",
            },
            "imageGCHighThresholdPercent": 100,
            "imageGCLowThresholdPercent": 99,
            "maxPods": 250,
            "serializeImagePulls": False,
            "shutdownGracePeriod": "0s",
            "enableProfilingHandler": False,
            # The defaults hold pods back at 50 requests/s; a pool that launches 100 pods asks for more.
            "kubeAPIQPS": 200,
            "kubeAPIBurst": 400,
            **settings,
        },
        indent=1,
    )


def corefile(paths: Paths, resolv_conf: str) -> str:
    """CoreDNS on the service address. resolv_conf: the text of /etc/resolv.conf, whose servers know the rest."""
    upstream = any(line.split()[:1] == ["nameserver"] for line in resolv_conf.splitlines())
    return f"""\
.:53 {{
    bind {network.DNS_ADDRESS}
    errors
    ready 127.0.0.1:10253
    cache 30
    kubernetes cluster.local in-addr.arpa ip6.arpa {{
        kubeconfig {paths.config}/coredns.kubeconfig
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 5
    }}
    {"forward . /etc/resolv.conf" if upstream else ""}
}}
"""
