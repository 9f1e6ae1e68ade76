"""What the cluster changes in the machine's network and kernel settings, and how all of it is taken back."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from cluster.progress import Failed, run

NAME = "pdf-export-cluster"
BRIDGE = "pdfx0"
POD_CIDR = "10.66.0.0/16"
SERVICE_CIDR = "10.96.0.0/16"
# The first of the service range, by Kubernetes' rule.
API_ADDRESS = "10.96.0.1"
DNS_ADDRESS = "10.96.0.10"
# Where connections wait for what the network policies say about them.
QUEUE = 100

_WANTED_SYSCTLS = {"net/ipv4/ip_forward": "1", "net/bridge/bridge-nf-call-iptables": "1"}
# What kubelet and kube-proxy set on their own account.
_CHANGED_SYSCTLS = (
    *("vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"),
    "net/ipv4/conf/all/route_localnet",
)
# What marks a packet rule as ours.
OURS = ("-m", "comment", "--comment", NAME)
_SIOCGIFADDR = 0x8915


def node_address() -> str:
    """The IPv4 address of the interface with the default route: pods reach the API server there.

    Taken by interface, since the DNS address on lo is a global address too. Raises Failed where there is none.
    """
    for line in Path("/proc/net/route").read_text().splitlines()[1:]:
        interface, destination, _gateway, flags = line.split()[:4]
        if destination == "00000000" and int(flags, 16) & 1:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                request = struct.pack("256s", interface.encode()[:15])
                answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, request)
            return socket.inet_ntoa(answer[20:24])
    raise Failed("no interface has a default route (`ip route`): the node needs an address that pods can reach")


def set_up(saved_sysctls: Path) -> None:
    """Forwarding, the DNS address on lo, and Services' addresses for this machine alone. Safe to repeat.

    The bridge comes with the first pod.
    """
    if not saved_sysctls.exists():
        before = {
            name: path.read_text().strip()
            for name in (*_WANTED_SYSCTLS, *_CHANGED_SYSCTLS)
            if (path := Path("/proc/sys", name)).exists()
        }
        part = saved_sysctls.with_suffix(".part")
        part.write_text(json.dumps(before))
        part.rename(saved_sysctls)
    for name, value in _WANTED_SYSCTLS.items():
        path = Path("/proc/sys", name)
        if not path.exists() and name.startswith("net/bridge/"):
            subprocess.run(["modprobe", "br_netfilter"], check=False, capture_output=True)
        try:
            path.write_text(value)
        except OSError as error:
            raise Failed(f"cannot set {name} to {value}: {error}") from error
    run(["ip", "address", "replace", f"{DNS_ADDRESS}/32", "dev", "lo"])
    # Where another program's policy for forwarded packets is DROP (Docker's is), pods still reach each other.
    rules = [["filter", "FORWARD", direction, BRIDGE, *OURS, "-j", "ACCEPT"] for direction in ("-i", "-o")]
    # What still has a Service's address here has no Service (yet): it must not leave the machine, where anything may
    # answer.
    rules += [["filter", "FORWARD", "-d", SERVICE_CIDR, *OURS, "-j", "REJECT"]]
    rules += [["filter", "OUTPUT", "-d", SERVICE_CIDR, "!", "-o", "lo", *OURS, "-j", "REJECT"]]
    insert_rules([*rules, *queueing_rules()])


def queueing_rules(*, unless: Sequence[str] = ()) -> list[Sequence[str]]:
    """Every new connection of a pod waits for the policies' verdict, and is dropped where nobody gives one: to other
    pods, to the world, and to the node itself, where API server, kubelet and DNS are. What the node asks of pods does
    not, such as the kubelet's probes, nor what matches `unless`.

    In mangle, where Services are resolved already and filter's rules still follow.
    """
    queued = ("!", "-p", "icmp", "-m", "conntrack", "--ctstate", "NEW", *OURS, "-j", "NFQUEUE")
    return [
        ("mangle", chain, direction, BRIDGE, *unless, *queued, "--queue-num", str(QUEUE))
        for chain, direction in (("INPUT", "-i"), ("FORWARD", "-i"), ("FORWARD", "-o"))
    ]


def insert_rules(rules: Iterable[Sequence[str]], *, where: Sequence[str] = ()) -> None:
    """Puts rules that are not there yet before the others, the last one first of all.

    rules: of iptables, each a table, a chain and the rest. where: what is run before the command.
    """
    for table, *rule in rules:
        command = [*where, "iptables", "-w", "-t", table]
        present = subprocess.run([*command, "-C", *rule], check=False, capture_output=True)
        if present.returncode != 0:
            run([*command, "-I", *rule])


def remove_rules(rules: Iterable[Sequence[str]], *, where: Sequence[str] = ()) -> None:
    """Takes rules away that `insert_rules` has made; one that is not there is no error."""
    for table, *rule in rules:
        subprocess.run([*where, "iptables", "-w", "-t", table, "-D", *rule], check=False, capture_output=True)


def tear_down(saved_sysctls: Path) -> None:
    """The machine's network as it was before: rules, chains, bridge, address, settings.

    saved_sysctls: written by `set_up` before all else, and removed here after all else.
    """
    for save, restore in (("iptables-save", "iptables-restore"), ("ip6tables-save", "ip6tables-restore")):
        if shutil.which(save):
            script = removal_script(run([save]))
            if script:
                run([restore, "--noflush", "-w"], stdin=script)
    for command in (
        ["ip", "link", "delete", BRIDGE],
        ["ip", "address", "delete", f"{DNS_ADDRESS}/32", "dev", "lo"],
    ):
        # Fails where there is none.
        subprocess.run(command, check=False, capture_output=True)
    for name, value in json.loads(saved_sysctls.read_text()).items():
        with suppress(OSError):
            Path("/proc/sys", name).write_text(value)
    saved_sysctls.unlink()


def removal_script(saved: str) -> str:
    """Input for `iptables-restore --noflush` that removes what kube-proxy, kubelet and our CNI network left.

    saved: what `iptables-save` prints. Ours are the chains KUBE-*, the rules with our network's name in their
    comment, and the chains CNI-* that those jump to. Empty where nothing is ours.
    """
    script: list[str] = []
    for table, body in re.findall(r"^\*(\w+)\n(.*?)^COMMIT$", saved, re.MULTILINE | re.DOTALL):
        lines = body.splitlines()
        rules = [line for line in lines if line.startswith("-A ")]
        named = [rule for rule in rules if NAME in rule]
        chains = {line[1:].split()[0] for line in lines if line.startswith(":KUBE-")}
        chains |= {target for rule in named for target in _targets(rule) if target.startswith("CNI-")}
        links = [
            rule
            for rule in rules
            if rule.split()[1] not in chains and (rule in named or chains.intersection(_targets(rule)))
        ]
        if chains or links:
            ordered = sorted(chains)
            script += [f"*{table}", *(rule.replace("-A", "-D", 1) for rule in links)]
            script += [*(f"-F {chain}" for chain in ordered), *(f"-X {chain}" for chain in ordered), "COMMIT"]
    return "".join(line + "\n" for line in script)


def _targets(rule: str) -> Iterable[str]:
    return re.findall(r" (?:-j|-g) (\S+)", rule)
