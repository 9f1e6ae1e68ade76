"""Chromium runs in its own sandbox where the node allows it, and is told of where it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cluster.configs import SECCOMP_PROFILE
from cluster.paths import foreign_kubeconfig
from cluster.release import Release
from tests.e2e.client import ApiClient, eventually, ready_pods
from tests.e2e.conftest import Run
from tests.e2e.quiet_release import CHART
from tests.e2e.test_export import load

# Runs in a renderer's pod: every process as the kernel sees it, and the renderer's metric.
LOOK = """
import json, os, re
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

def look(proc):
    status = dict(line.split(":\\t", 1) for line in (proc / "status").read_text().splitlines() if ":\\t" in line)
    kind = re.search(r"--type=(\\w+)", (proc / "cmdline").read_text().replace("\\0", " "))
    return {
        "chromium": os.path.basename((proc / "cmdline").read_text().split("\\0")[0]).startswith("chromium"),
        "kind": kind[1] if kind else "browser",
        "user": os.readlink(proc / "ns/user"), "pid": os.readlink(proc / "ns/pid"), "net": os.readlink(proc / "ns/net"),
        "filters": int(status["Seccomp_filters"]), "seccomp": int(status["Seccomp"]),
        "no_new_privs": int(status["NoNewPrivs"]), "capabilities": int(status["CapEff"], 16),
        "depth": len(status["NSpid"].split()),
    }

procs = []
for proc in Path("/proc").iterdir():
    if proc.name.isdecimal() and proc.name != str(os.getpid()):
        with suppress(FileNotFoundError, ProcessLookupError):  # It has ended.
            procs.append(look(proc))
metrics = urlopen("http://127.0.0.1:8080/metrics").read().decode()
metric = re.search(r"^pdf_export_renderer_chromium_sandboxed (\\S+)", metrics, re.M)[1]
print(json.dumps({"self": look(Path("/proc/self")), "all": procs, "metric": float(metric)}))
"""

# What the profile allows beside the sandbox's own calls: nothing, not even to those who are root in a namespace.
TRY = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
NS, CGROUP, UTS, IPC, USER, PID, NET = 0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
def refused(call, *arguments):
    return call(*arguments) == -1 and ctypes.get_errno() == 1
flags = {"NS": NS, "CGROUP": CGROUP, "UTS": UTS, "IPC": IPC, "PID": PID, "NET": NET, "USER|NS": USER | NS}
outside = {name: refused(libc.unshare, flag) for name, flag in flags.items()}
user = libc.unshare(USER) == 0
inside = {name: refused(libc.unshare, flag) for name, flag in flags.items()}
inside["mount"] = refused(libc.mount, b"none", b"/tmp", b"tmpfs", 0, None)
inside["setns"] = refused(libc.setns, os.open("/proc/self/ns/net", os.O_RDONLY), 0)
print(json.dumps({"user": user, "outside": outside, "inside": inside}))
"""

# Chromium's processes die under a printer: those in the namespaces, their first process, those outside.
KILL = """
import asyncio, json, os, signal
from contextlib import suppress
from pathlib import Path
from renderer.chromium.sandbox import start_printer

LONG = "<!doctype html><body>" + "<p>A paragraph that goes on for a while.</p>" * 4000

def descendants(kind):
    for proc in Path("/proc").iterdir():
        try:
            if proc.name.isdecimal() and kind in (proc / "cmdline").read_text().replace("\\0", " "):
                pid = int(proc.name)
                while pid not in (0, 1, os.getpid()):
                    pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if pid == os.getpid() != int(proc.name):  # Our own command line holds all of this too.
                    yield int(proc.name)
        except OSError:
            pass

async def main():
    printer = await start_printer(Path(os.environ["PDFEXPORT_CHROMIUM"]), "required")
    whole, told = len(await printer.print(LONG)), {}
    for kind in ("--type=renderer", "--type=zygote", "--remote-debugging-pipe"):
        printing = asyncio.create_task(printer.print(LONG))
        await asyncio.sleep(0.05)
        killed = list(descendants(kind))
        for pid in killed:
            with suppress(ProcessLookupError):  # One may take the next along.
                os.kill(pid, signal.SIGKILL)
        told[kind] = [bool(killed), len(await printing) / whole]
    await printer.stop()
    return {"told": told, "left": list(descendants("chromium"))}

print(json.dumps(asyncio.run(asyncio.wait_for(main(), 120))))
"""


@pytest.fixture(autouse=True)
def _own_cluster(installed: Release) -> None:
    if foreign_kubeconfig(installed.paths):
        pytest.skip("the profile may not be on the nodes of another cluster")


@contextmanager
def changed(helm: Run, release: str, *values: str, starts: bool = True) -> Iterator[None]:
    """The release with other values for the renderers, which start with them or not, and as it was afterwards."""
    upgrade = ("upgrade", release, str(CHART), "--reset-then-reuse-values")
    wait = ("--wait", "--timeout", "120s")
    try:
        helm(*upgrade, *(wait if starts else ()), "--set", ",".join(values))
        yield
    finally:
        helm(*upgrade, *wait, "--set", f"renderer.seccompProfile={SECCOMP_PROFILE},renderer.sandbox=auto")


def ready_renderer(kubectl: Run, profile: str) -> str:
    """The name of a renderer that takes jobs and has this seccomp profile ("": the runtime's default)."""

    def found() -> str | None:
        for pod in ready_pods(kubectl, "renderer"):
            security = pod["spec"]["containers"][0]["securityContext"]
            if security.get("seccompProfile", {}).get("localhostProfile", "") == profile:
                return str(pod["metadata"]["name"])
        return None

    return eventually(f"a renderer with the profile {profile!r} is ready", found, seconds=60)


def run_in(kubectl: Run, pod: str, script: str) -> Any:
    return json.loads(kubectl("exec", pod, "--", "python3", "-c", script))


def test_what_prints_is_in_a_sandbox_of_its_own(kubectl: Run, api: ApiClient, cvs: Path) -> None:
    pod = ready_renderer(kubectl, SECCOMP_PROFILE)
    assert api.finished(api.post(load(cvs, "cv-minimal")))["status"] == "done"

    seen = run_in(kubectl, pod, LOOK)

    assert seen["metric"] == 1
    own, chromium = seen["self"], [proc for proc in seen["all"] if proc["chromium"]]
    assert all((proc["seccomp"], proc["no_new_privs"]) == (2, 1) for proc in seen["all"])
    printing = [proc for proc in chromium if proc["kind"] == "renderer"]
    assert printing
    for proc in printing:
        assert proc["user"] != own["user"]
        assert proc["net"] != own["net"]
        assert proc["pid"] != own["pid"]
        # The zygote's PID namespace and one of its own in that.
        assert proc["depth"] == own["depth"] + 2
        # Chromium's own filter comes on top of the container's.
        assert proc["filters"] == own["filters"] + 1
        assert proc["capabilities"] == 0
    # Those that the printing ones are forked from.
    assert [proc for proc in chromium if proc["kind"] == "zygote" and proc["user"] == printing[0]["user"]]


def test_the_profile_allows_the_sandbox_and_nothing_more(kubectl: Run) -> None:
    tried = run_in(kubectl, ready_renderer(kubectl, SECCOMP_PROFILE), TRY)
    assert tried["user"] is True
    assert all(tried["outside"].values()), tried
    assert all(tried["inside"].values()), tried


def test_a_document_is_printed_although_chromium_dies_in_its_sandbox(kubectl: Run) -> None:
    said = run_in(kubectl, ready_renderer(kubectl, SECCOMP_PROFILE), KILL)
    for kind, (killed, share) in said["told"].items():
        assert killed, kind
        assert share == pytest.approx(1, rel=0.01), kind
    assert said["left"] == []


def test_without_the_profile_a_renderer_prints_and_says_that_there_is_no_sandbox(
    api: ApiClient, kubectl: Run, helm: Run, release: str, cvs: Path
) -> None:
    with changed(helm, release, "renderer.seccompProfile="):
        pod = ready_renderer(kubectl, "")
        seen = run_in(kubectl, pod, LOOK)
        assert seen["metric"] == 0
        assert {proc["user"] for proc in seen["all"]} == {seen["self"]["user"]}
        (warning,) = [
            line
            for line in map(json.loads, kubectl("logs", pod).splitlines())
            if "without its sandbox" in line["message"]
        ]
        assert warning["level"] == "warning"
        assert "renderer.seccompProfile" in warning["message"]
        assert api.finished(api.post(load(cvs, "cv-minimal")))["status"] == "done"


def test_where_the_sandbox_is_required_and_missing_no_renderer_starts_and_the_reason_is_told(
    api: ApiClient, kubectl: Run, helm: Run, release: str, cvs: Path
) -> None:
    deployment = f"deployment/{release}-pdf-export-controller"
    with changed(helm, release, "renderer.seccompProfile=", "renderer.sandbox=required", starts=False):
        field = "jsonpath={.status.conditions[?(@.type=='RenderersAvailable')].message}"
        told = "exit code 2: PDFEXPORT_SANDBOX is 'required', but there is no sandbox (user namespaces are refused here"
        eventually("the condition says why", lambda: told in kubectl("get", deployment, "-o", field), seconds=120)
        # Those of before would serve on.
        kubectl("delete", "pods", "-l", "app.kubernetes.io/component=renderer")
        kubectl("wait", "--for=condition=RenderersAvailable=False", deployment, "--timeout=60s")
        eventually("the condition says why", lambda: told in kubectl("get", deployment, "-o", field), seconds=60)
        events = ("get", "events", "--field-selector=reason=RendererNotReady", "-o", "jsonpath={.items[*].message}")
        eventually("an Event says why", lambda: told in kubectl(*events))
        job_id = api.post(load(cvs, "cv-minimal"))
    kubectl("wait", "--for=condition=RenderersAvailable=True", deployment, "--timeout=60s")
    assert api.finished(job_id)["status"] == "done"
