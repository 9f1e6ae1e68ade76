"""The seccomp profile for the renderers: the runtime's default, and what Chromium's sandbox begins with."""

from __future__ import annotations

import json
from typing import Any

from cluster.paths import CHECKOUT

PROFILE: dict[str, Any] = json.loads(
    (CHECKOUT / "charts" / "pdf-export" / "files" / "seccomp" / "chromium.json").read_text()
)
NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
NAMESPACES = NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET


def rules(name: str) -> list[dict[str, Any]]:
    return [rule for rule in PROFILE["syscalls"] if name in rule["names"]]


def allowed(name: str, argument: int) -> bool:
    """Whether a call with this first argument is let through."""

    def fits(condition: dict[str, Any]) -> bool:
        assert condition["index"] == 0
        if condition["op"] == "SCMP_CMP_EQ":
            return bool(argument == condition["value"])
        assert condition["op"] == "SCMP_CMP_MASKED_EQ"
        return bool(argument & condition["value"] == condition["valueTwo"])

    return any(rule["action"] == "SCMP_ACT_ALLOW" and all(map(fits, rule.get("args", ()))) for rule in rules(name))


def test_what_is_not_named_is_refused() -> None:
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO"}


def test_processes_are_made_in_the_namespaces_of_the_sandbox_and_in_no_others() -> None:
    thread = 0x3D0F00
    for namespaces in (0, NEWUSER, NEWUSER | NEWPID | NEWNET, NEWPID):
        assert allowed("clone", thread | namespaces), hex(namespaces)
    for namespaces in (NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWNET, NEWUSER | NEWNS, NAMESPACES):
        assert not allowed("clone", thread | namespaces), hex(namespaces)
    assert allowed("unshare", NEWUSER)
    for namespaces in (0, NEWPID, NEWNET, NEWNS, NEWUSER | NEWNS, NEWUSER | NEWNET):
        assert not allowed("unshare", namespaces), hex(namespaces)
    assert allowed("chroot", 0)


def test_clone3_whose_flags_cannot_be_looked_at_does_not_exist() -> None:
    assert rules("clone3") == [{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]


def test_what_root_in_a_namespace_could_do_with_the_kernel_stays_refused() -> None:
    for name in (
        *("mount", "umount2", "pivot_root", "setns", "move_mount", "fsopen", "fsmount", "open_tree", "mount_setattr"),
        *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "keyctl", "add_key", "request_key"),
        *("init_module", "finit_module", "kexec_load", "reboot", "swapon", "sethostname", "open_by_handle_at"),
    ):
        assert not rules(name), name


def test_every_call_is_named_once_and_in_order() -> None:
    (plain,) = [rule["names"] for rule in PROFILE["syscalls"] if len(rule["names"]) > 1]
    assert plain == sorted(set(plain))
    assert not [
        name for rule in PROFILE["syscalls"] if len(rule["names"]) == 1 for name in rule["names"] if name in plain
    ]
