"""The second node's network: a namespace, a link to the machine, routes and packet rules on both sides of it.

    first node: pods 10.66.0.0/16 on the bridge     second node: pods 10.67.0.0/16 on a bridge of the same name
    machine 10.68.0.1, pdfx1  ───────────── veth ─────────────  eth0, 10.68.0.2 in the namespace

Pods of both nodes see each other by their own addresses, so that network policies hold between the nodes as well.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from cluster.network import DNS_ADDRESS, NAME, OURS, SERVICE_CIDR, insert_rules, queueing_rules, remove_rules
from cluster.network import POD_CIDR as FIRST_POD_CIDR
from cluster.progress import run

POD_CIDR = "10.67.0.0/16"
ADDRESS = "10.68.0.2"
MACHINE_ADDRESS = "10.68.0.1"
LINK = "pdfx1"
# As the CNI names it. It begins with the first node's, so that what goes by that name goes with the whole cluster.
POD_NETWORK = f"{NAME}-node-2"
NETNS = f"{NAME}-node-2"
NETNS_FILE = Path("/run/netns", NETNS)

_INSIDE = ("nsenter", f"--net={NETNS_FILE}")
_IP = ("ip", "-n", NETNS)
_SYSCTLS = ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables")
_ON_THE_MACHINE = (
    *(("filter", "FORWARD", direction, LINK, *OURS, "-j", "ACCEPT") for direction in ("-i", "-o")),
    # What leaves the machine from there gets the machine's address.
    ("nat", "POSTROUTING", "-s", f"{ADDRESS}/32", "!", "-o", "pdfx+", *OURS, "-j", "MASQUERADE"),
    # Before the CNI's rules, which would give a pod the address of its node.
    ("nat", "POSTROUTING", "-s", FIRST_POD_CIDR, "-d", POD_CIDR, *OURS, "-j", "ACCEPT"),
)
_IN_THE_NAMESPACE = (
    ("nat", "POSTROUTING", "-s", POD_CIDR, "-d", FIRST_POD_CIDR, *OURS, "-j", "ACCEPT"),
    ("filter", "FORWARD", "-d", SERVICE_CIDR, *OURS, "-j", "REJECT"),
    # DNS is no pod: it answers on the machine.
    ("filter", "FORWARD", "-d", f"{DNS_ADDRESS}/32", *OURS, "-j", "ACCEPT"),
    # What the machine itself asks, as tests do, is not judged, on either node.
    *queueing_rules(unless=("!", "-s", f"{MACHINE_ADDRESS}/32")),
)


def set_up() -> None:
    """Makes the namespace and all that leads to it. The bridge comes with the first pod. Raises Failed."""
    for command in (
        ("ip", "netns", "add", NETNS),
        ("ip", "link", "add", LINK, "type", "veth", "peer", "name", "eth0", "netns", NETNS),
        ("ip", "address", "add", f"{MACHINE_ADDRESS}/30", "dev", LINK),
        ("ip", "link", "set", LINK, "up"),
        ("ip", "route", "add", POD_CIDR, "via", ADDRESS, "dev", LINK),
        (*_IP, "link", "set", "lo", "up"),
        (*_IP, "address", "add", f"{ADDRESS}/30", "dev", "eth0"),
        (*_IP, "link", "set", "eth0", "up"),
        (*_IP, "route", "add", "default", "via", MACHINE_ADDRESS),
        # These files show the settings of the namespace that they are written from.
        *((*_INSIDE, "sh", "-c", f"echo 1 > /proc/sys/{name}") for name in _SYSCTLS),
    ):
        run(list(command))
    insert_rules(_ON_THE_MACHINE)
    insert_rules(_IN_THE_NAMESPACE, where=_INSIDE)


def cut() -> None:
    """No packet passes between the nodes any more, and nobody is told: what is sent is never answered."""
    insert_rules([_cut_at(LINK)])
    insert_rules([_cut_at("eth0")], where=_INSIDE)


def restore() -> None:
    """The end of `cut`."""
    remove_rules([_cut_at(LINK)])
    remove_rules([_cut_at("eth0")], where=_INSIDE)


def tear_down() -> None:
    """Removes all of it, in whatever state it is; the namespace ends with the last process in it. Safe to repeat."""
    remove_rules([*_ON_THE_MACHINE, _cut_at(LINK)])
    for command in (["ip", "link", "delete", LINK], ["ip", "netns", "delete", NETNS]):
        # Fails where there is none.
        subprocess.run(command, check=False, capture_output=True)


def _cut_at(interface: str) -> tuple[str, ...]:
    """The rule that drops all that arrives there."""
    return ("raw", "PREROUTING", "-i", interface, *OURS, "-j", "DROP")
