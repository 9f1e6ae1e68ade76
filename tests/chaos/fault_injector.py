"""The release that faults happen to, and the injection of each fault."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx

from bench.processes import parse_stat, pod_uid, program
from bench.testbed import is_ready
from cluster import process
from cluster.lifecycle import Cluster
from cluster.network import API_ADDRESS, insert_rules, remove_rules
from cluster.paths import CHECKOUT, from_environment
from cluster.process import Process
from cluster.progress import Failed
from cluster.release import Release, images
from tests.chaos import injected
from tests.chaos.injected import SIDECAR, Injected
from tests.chaos.last_version import Version
from tests.e2e.client import eventually, stored

NAME = "chaos"
FULLNAME = f"{NAME}-pdf-export"
NAMESPACE = "pdf-export-chaos"
TIMEOUT_SECONDS = 20
MIN_WARM = 1
VALUES = (
    *(f"jobs.timeoutSeconds={TIMEOUT_SECONDS}", f"pool.minWarm={MIN_WARM}", "pool.max=2", "pool.idleSeconds=3"),
    *("pool.startDeadlineSeconds=20", "templates.configMaps.trouble=trouble-template"),
    # The last version's chart gives them to all pods, this one to none. With another pod, what is stored would be lost.
    r"firebaseEmulator.podLabels.helm\.sh/chart=pdf-export-0.1.0",
    r"firebaseEmulator.podLabels.app\.kubernetes\.io/version=0.1.0",
)
NO_IMAGE = "images.renderer=localhost/no-such-image:none"
_EMULATOR_ADDRESS = "10.96.91.92"
_IN_VAIN_SECONDS = 20
_HERE = Path(__file__).parent
_PROXY = "storage-proxy"
_PROXY_LABEL = {"pdfexport.dev/chaos": _PROXY}


class FaultInjector:
    """The release on the real cluster. What it kills and stops are processes in its own pods, and the components of
    the cluster."""

    def __init__(self, *values: str) -> None:
        """`values`: of the release, beside VALUES."""
        self._values = (*VALUES, *values)
        self.paths = from_environment()
        self.cluster = Cluster(self.paths)
        self.release = Release(self.paths, name=NAME, namespace=NAMESPACE, emulator_address=_EMULATOR_ADDRESS)
        self.kubectl = self.release.kubectl
        self._images = images(self.paths)
        self._proxy_address = ""
        self._emulator_address = ""

    # -- the release

    def up(self) -> None:
        """Install it, with a proxy that can fail before the storage emulator."""
        self.release.renew_namespace()
        self.config_map("trouble-template", _HERE / "trouble")
        self.install()
        self._put_proxy_before_storage()
        self._renew_renderers()

    def down(self) -> None:
        """Remove it."""
        self.release.uninstall()

    def install(self, *values: str, version: Version | None = None) -> None:
        """Install or change it, in this version unless another is given; later values win."""
        wanted = version or Version(CHECKOUT, {})
        # The emulator stays as it is: what it has stored would be lost with its pod.
        images = {**self._images, **wanted.images}
        self.release.install(images, values=(*self._values, *values), checkout=wanted.checkout)
        if self._proxy_address:
            self._lead_to_proxy()
        for component in ("api", "controller"):
            self._old_ones_are_gone(component)

    def install_in_vain(self, *values: str) -> None:
        """Change it so that no renderer starts: Helm must notice, and the rollout of the controller stays open."""
        try:
            self.release.install(self._images, values=(*self._values, *values), seconds=_IN_VAIN_SECONDS)
        except Failed as e:
            print(e)
        else:
            raise AssertionError("the upgrade succeeded although no renderer starts")
        self._lead_to_proxy()

    @contextmanager
    def installed(self, *values: str, in_vain: bool = False, version: Version | None = None) -> Iterator[None]:
        """It has other values, or is of another version, and as before at the end; `in_vain`: no renderer starts."""
        try:
            if in_vain or NO_IMAGE in values:
                self.install_in_vain(*values)
            else:
                self.install(*values, version=version)
            yield
        finally:
            self.install()
            self._renew_renderers()

    def apply(self, manifest: dict[str, Any], *, manager: str = "chaos") -> None:
        """Make an object as it is given."""
        flags = ("--server-side", "--force-conflicts", f"--field-manager={manager}")
        self.kubectl("apply", *flags, "-f", "-", stdin=json.dumps(manifest))

    def change(self, component: str, patch: dict[str, Any]) -> None:
        """Change a Deployment by a strategic merge patch, and wait until its pod is another and the old one gone."""
        name = f"{FULLNAME}-{component}"
        self.kubectl("patch", "deployment", name, "-p", json.dumps(patch))
        self.kubectl("rollout", "status", f"deployment/{name}", "--timeout=90s")
        self._old_ones_are_gone(component)

    def _old_ones_are_gone(self, component: str) -> None:
        replicas = int(self.kubectl("get", "deployment", f"{FULLNAME}-{component}", "-o", "jsonpath={.spec.replicas}"))
        eventually("the old pods are gone", lambda: len(self.pods(component)) == replicas, seconds=60)

    def renew(self, component: str) -> None:
        """Another pod for one whose program was killed before: the kubelet waits ever longer until it starts such a
        program again, up to five minutes, and begins anew with another pod."""
        [pod] = self.pods(component)
        if pod["status"]["containerStatuses"][0]["restartCount"]:
            self._replace(component)

    def config_map(self, name: str, *files: Path) -> None:
        """Make a ConfigMap of files, or of a folder's."""
        given = [f"--from-file={file}" for file in files]
        manifest = self.kubectl("create", "configmap", name, *given, "--dry-run=client", "-o", "json")
        self.apply(json.loads(manifest))

    # -- pods and their processes

    def pods(self, component: str) -> list[dict[str, Any]]:
        """The pods of a component, those included that have ended and are still there."""
        listed = self.kubectl("get", "pods", "-l", f"app.kubernetes.io/component={component}", "-o", "json")
        found: list[dict[str, Any]] = json.loads(listed)["items"]
        return [pod for pod in found if pod["metadata"]["labels"].get("pdfexport.dev/chaos") is None]

    def pod(self, name: str) -> dict[str, Any]:
        """One pod."""
        found: dict[str, Any] = json.loads(self.kubectl("get", "pod", name, "-o", "json"))
        return found

    def pod_names(self, component: str) -> set[str]:
        """The names of a component's pods."""
        return {pod["metadata"]["name"] for pod in self.pods(component)}

    def is_started(self, name: str) -> bool:
        """Whether the container of a pod runs, ready or not."""
        return any(
            "running" in container["state"] for container in self.pod(name)["status"].get("containerStatuses", ())
        )

    def kill_main(self, pod: dict[str, Any], container: str = "") -> None:
        """SIGKILL for a pod's program, or that of one of its containers: everything in its container dies with it."""
        found = (each for each in pod["status"]["containerStatuses"] if each["name"] == container)
        container_id = next(found)["containerID"].rpartition("/")[2] if container else ""
        for pid in _in_pod(pod["metadata"]["uid"]):
            with suppress(OSError):
                of_it = container_id in Path(f"/proc/{pid}/cgroup").read_text()
                if of_it and _is_first(pid) and program(pid) != "pause":
                    _kill(pid)

    def make_anew(self, component: str) -> None:
        """A Deployment is deleted without its pods and made again, as by a restore from a backup: its uid differs."""
        name = f"{FULLNAME}-{component}"
        deployment = json.loads(self.kubectl("get", "deployment", name, "-o", "json"))
        metadata = {field: deployment["metadata"][field] for field in ("name", "labels", "annotations")}
        self.kubectl("delete", "deployment", name, "--cascade=orphan")
        # In Helm's name: it would refuse to change at the next upgrade what others have written.
        self.apply({**deployment, "metadata": metadata, "status": {}}, manager="helm")

    def uid(self, component: str) -> str:
        """The uid of a Deployment."""
        return self.kubectl("get", "deployment", f"{FULLNAME}-{component}", "-o", "jsonpath={.metadata.uid}")

    def kill_chromium(self, pod: dict[str, Any]) -> None:
        """SIGKILL for the browser in a renderer; its other processes die with it."""
        for pid in _in_pod(pod["metadata"]["uid"]):
            with suppress(OSError):
                if program(pid).startswith("chrom") and b"--type=" not in _command(pid):
                    _kill(pid)

    def pages_at_work(self, pod: dict[str, Any]) -> float:
        """Seconds of CPU that the processes of pages in a renderer have used."""
        used = 0.0
        for pid in _in_pod(pod["metadata"]["uid"]):
            with suppress(OSError):
                if b"--type=renderer" in _command(pid):
                    used += parse_stat(Path(f"/proc/{pid}/stat").read_text()).own_cpu_ms / 1000
        return used

    def leader(self) -> dict[str, Any]:
        """The pod of the controller that leads."""
        holder = ("get", "lease", "pdf-export-controller", "-o", "jsonpath={.spec.holderIdentity}")
        return self.pod(eventually("a controller leads", lambda: self.kubectl(*holder)))

    def roll_out(self, component: str) -> None:
        """Every pod of a Deployment is replaced, as by an upgrade."""
        deployment = f"deployment/{FULLNAME}-{component}"
        self.kubectl("rollout", "restart", deployment)
        self.kubectl("rollout", "status", deployment, "--timeout=120s")

    def asleep(self, component: str) -> AbstractContextManager[None]:
        """The programs of a component do not run for a while."""
        return self.pods_asleep(self.pods(component))

    @contextmanager
    def pods_asleep(self, pods: Iterable[dict[str, Any]]) -> Iterator[None]:
        """The programs of some pods do not run for a while."""
        pids: list[int] = []
        for pid in (pid for pod in pods for pid in _in_pod(pod["metadata"]["uid"])):
            # A page's process of Chromium may end meanwhile.
            with suppress(OSError):
                if program(pid) != "pause":
                    os.kill(pid, signal.SIGSTOP)
                    pids.append(pid)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @contextmanager
    def cut_off(self, pod: dict[str, Any], *, later: bool = True) -> Iterator[None]:
        """Nothing of the API server reaches a pod for a while; the kubelet and the storage reach it.

        later: connections that the pod opens meanwhile are cut off as well as those that it has.
        """
        # The pause process, which lives as long as the pod's network.
        pause = next(pid for pid in _in_pod(pod["metadata"]["uid"]) if program(pid) == "pause")
        in_pod = ("nsenter", f"--net=/proc/{pause}/ns/net")
        from_server = ("filter", "INPUT", "-p", "tcp", "-s", API_ADDRESS, "-j", "DROP")
        rules = [from_server] if later else [(*from_server, "--dport", str(port)) for port in _to_api_server(pause)]
        assert rules
        insert_rules(rules, where=in_pod)
        try:
            yield
        finally:
            remove_rules(rules, where=in_pod)

    def in_flight(self, pod: dict[str, Any]) -> int:
        """How many connections are open to port 8080 of a pod."""
        for pid in _in_pod(pod["metadata"]["uid"]):
            with suppress(OSError):
                return sum(local.endswith(":1F90") for local, _ in _established(pid))
        return 0

    def jobs_fetched(self) -> float:
        """How many changes of jobs the controller has had to find itself, since no event told it of them."""
        name = self.pods("controller")[0]["metadata"]["name"]
        metrics = self.kubectl("get", "--raw", f"/api/v1/namespaces/{NAMESPACE}/pods/{name}:9090/proxy/metrics")
        [line] = [line for line in metrics.splitlines() if line.startswith("pdf_export_controller_jobs_fetched_total ")]
        return float(line.split()[1])

    # -- containers of others in the renderers' pods

    @contextmanager
    def sidecars(self) -> Iterator[None]:
        """Each renderer has a second container."""
        with self.injecting(SIDECAR):
            self._renew_renderers()
            yield

    @contextmanager
    def injecting(self, container: Injected) -> Iterator[None]:
        """The API server's admission adds a container to each new renderer; at the end they are as before."""
        admission = injected.admission(container, NAMESPACE, image=self._images["control"])
        [renderer, *_] = self.pods("renderer")
        given = ("create", "--dry-run=server", "-o", "json", "-f", "-")
        like_it = json.dumps(injected.like(renderer))

        def takes_effect() -> bool:
            return container.name in injected.names(json.loads(self.kubectl(*given, stdin=like_it)), container.field)

        try:
            for manifest in admission:
                self.apply(manifest)
            eventually(f"new renderers get the container {container.name}", takes_effect, seconds=60)
            yield
        finally:
            for manifest in admission:
                self.kubectl("delete", manifest["kind"], manifest["metadata"]["name"], "--ignore-not-found")
            self._renew_renderers()

    # -- a second node

    @contextmanager
    def on_two_nodes(self, *values: str) -> Iterator[None]:
        """There is a second node, and two of each component, spread over both; as before at the end."""
        self.cluster.add_node()
        try:
            two = ("api.replicas=2", "controller.replicas=2", "pool.minWarm=2", "pool.max=4")
            self.install(*two, "pool.startDeadlineSeconds=60", *values)
            try:
                eventually("renderers are ready on both nodes", self._renderers_spread, seconds=120)
            except AssertionError as failure:
                failure.add_note(self.kubectl("get", "pods,events", "-o", "wide", "--show-labels"))
                raise
            yield
        finally:
            self.cluster.remove_node()
            self.install()
            self._renew_renderers()

    def _renderers_spread(self) -> bool:
        """Whether there are renderers on both nodes; one of two on the same node is replaced.

        The scheduler counts a renderer that is about to end, on the one node, when it chooses that node for its
        successor or the other.
        """
        ready = [pod for pod in self.pods("renderer") if is_ready(pod)]
        nodes = {pod["spec"]["nodeName"] for pod in ready}
        if len(ready) > 1 and len(nodes) == 1:
            self.kubectl("delete", "pod", ready[0]["metadata"]["name"])
        return len(nodes) > 1

    def nodes(self, component: str) -> set[str]:
        """The nodes that have pods of a component that are ready."""
        return {pod["spec"]["nodeName"] for pod in self.pods(component) if is_ready(pod)}

    def lead_from(self, node: str) -> None:
        """Make the controller on a node the leader, by ends of the others."""

        def leads() -> bool:
            leader = self.leader()
            there = bool(leader["spec"]["nodeName"] == node)
            if not there:
                self.kubectl("delete", "pod", leader["metadata"]["name"])
            return there

        eventually(f"the controller on {node} leads", leads, seconds=60)
        eventually("another stands by", lambda: len(self.nodes("controller")) == 2, seconds=60)

    # -- storage

    def storage(self, kind: str, *, count: int = 0) -> None:
        """What happens to the next uploads, see storage_proxy.py; count 0: to all of them until it is set anew."""
        answer = httpx.put(f"{self._proxy_address}/fault", json={"kind": kind, "count": count}, timeout=10)
        answer.raise_for_status()

    def uploads_met(self, count: int = 1) -> None:
        """Wait until so many uploads have met the fault."""
        fault = f"{self._proxy_address}/fault"
        eventually(
            f"{count} uploads meet the fault",
            lambda: httpx.get(fault, timeout=10).json()["met"] >= count,
            seconds=60,
            every=0.05,
        )

    def objects(self) -> list[str]:
        """The names of all objects that exports have left."""
        return stored(self._emulator_address, prefix="exports/")

    # -- the cluster's components

    @contextmanager
    def stopped(self, component: str, *, kill: bool = False) -> Iterator[None]:
        """A component is stopped, and started at the end; kill: by SIGKILL.

        An API server that is not killed withdraws its address from its Service when it ends. kube-proxy asks for what
        is there instead ever more rarely while nobody answers: pods can reach an API server that is back up to a
        minute later only. That too is part of being stopped.
        """
        self.cluster.stop(component, kill=kill)
        try:
            yield
        finally:
            self.cluster.start(component)
            eventually("pods can reach the API server", _service_answers, seconds=90)

    @contextmanager
    def frozen(self, component: str) -> Iterator[None]:
        """A component does not run for a while: it answers nothing, and loses nothing."""
        leader = process.find_leaders(self.paths.state)[component]
        os.kill(leader.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(leader.pid, signal.SIGCONT)

    def ahead(self, component: str) -> float:
        """How many seconds the clock of a Deployment's program is ahead of this machine's."""
        return float(self.exec(f"deployment/{FULLNAME}-{component}", "import time; print(time.time())")) - time.time()

    def exec(self, pod: str, script: str) -> str:
        """Run a Python script in a pod."""
        return self.kubectl("exec", pod, "--", "/opt/venv/bin/python", "-c", script)

    def _put_proxy_before_storage(self) -> None:
        emulator = self.pods("storage-emulator")[0]
        self._emulator_address = f"http://{emulator['status']['podIP']}:9199"
        self.config_map(_PROXY, _HERE / "storage_proxy.py")
        self.apply(proxy_pod(emulator, self._images["control"], self._emulator_address))
        self.apply(open_to_all())
        self.kubectl("wait", "--for=condition=Ready", f"pod/{_PROXY}", "--timeout=60s")
        self._proxy_address = f"http://{self.pod(_PROXY)['status']['podIP']}:9198"
        self._lead_to_proxy()

    def _lead_to_proxy(self) -> None:
        """Make the proxy what the emulator's Service leads to; in Helm's name, which takes it back at an upgrade."""
        name = f"{FULLNAME}-storage-emulator"
        service = json.loads(self.kubectl("get", "service", name, "-o", "json"))
        spec = service["spec"]
        kept = {field: spec[field] for field in ("clusterIP", "ports")}
        manifest = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "labels": service["metadata"]["labels"]},
            "spec": {**kept, "selector": {**spec["selector"], **_PROXY_LABEL}},
        }
        self.apply(manifest, manager="helm")
        address = self.pod(_PROXY)["status"]["podIP"]
        slices = ("get", "endpointslices", "-l", f"kubernetes.io/service-name={name}", "-o")
        addresses = "jsonpath={.items[*].endpoints[*].addresses[*]}"
        eventually("the Service leads to the proxy", lambda: self.kubectl(*slices, addresses).split() == [address])
        eventually("the proxy answers", self._proxy_answers)

    def _renew_renderers(self) -> None:
        """Those that are there may have connections to the emulator itself, on which the proxy is passed by."""
        self._replace("renderer")

    def _replace(self, component: str) -> None:
        self.kubectl("delete", "pods", "-l", f"app.kubernetes.io/component={component}")
        eventually(f"another {component} is ready", lambda: any(map(is_ready, self.pods(component))), seconds=60)

    def _proxy_answers(self) -> bool:
        with suppress(httpx.HTTPError):
            answer = httpx.get(f"http://{_EMULATOR_ADDRESS}:9199/healthz", timeout=2)
            return "aiohttp" in answer.headers.get("Server", "")
        return False


def proxy_pod(emulator: dict[str, Any], image: str, upstream: str) -> dict[str, Any]:
    """The proxy in the emulator's place: what may reach the one may reach the other."""
    spec = emulator["spec"]
    [container] = spec["containers"]
    labels = {
        name: value for name, value in emulator["metadata"]["labels"].items() if name.startswith("app.kubernetes.io/")
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": _PROXY, "labels": {**labels, **_PROXY_LABEL}},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "terminationGracePeriodSeconds": 0,
            "securityContext": spec["securityContext"],
            "containers": [
                {
                    "name": "proxy",
                    "image": image,
                    "command": ["/opt/venv/bin/python", "/proxy/storage_proxy.py", upstream],
                    "securityContext": container["securityContext"],
                    "ports": [{"name": "http", "containerPort": 9199}],
                    "readinessProbe": {"httpGet": {"path": "/fault", "port": 9198}, "periodSeconds": 1},
                    "volumeMounts": [{"name": "proxy", "mountPath": "/proxy", "readOnly": True}],
                }
            ],
            "volumes": [{"name": "proxy", "configMap": {"name": _PROXY}}],
        },
    }


def open_to_all() -> dict[str, Any]:
    """Beside the release's own policies: the proxy may ask the emulator, and the tests may ask both."""
    emulators = {"matchLabels": {"app.kubernetes.io/component": "storage-emulator"}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": _PROXY},
        "spec": {"podSelector": emulators, "policyTypes": ["Ingress", "Egress"], "ingress": [{}], "egress": [{}]},
    }


def container_patch(
    container: str, *, mount: dict[str, Any], volume: dict[str, Any], env: Iterable[dict[str, str]] = ()
) -> dict[str, Any]:
    """The strategic merge patch that gives a container of a Deployment a volume, and variables."""
    containers = [{"name": container, "env": [*env], "volumeMounts": [mount]}]
    return {"spec": {"template": {"spec": {"containers": containers, "volumes": [volume]}}}}


def wait_for(what: str, check: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """As `eventually`; an API server that is away for a moment is asked again."""

    def checked() -> bool:
        with suppress(Exception):
            return check()
        return False

    eventually(what, checked, seconds=seconds, every=0.1)


def _service_answers() -> bool:
    """Whether the API server answers, whatever it says, where pods ask it."""
    with suppress(httpx.TransportError):
        httpx.get(f"https://{API_ADDRESS}/livez", verify=False, timeout=2)
        return True
    return False


def _in_pod(uid: str) -> list[int]:
    found = []
    for pid in process.pids():
        with suppress(OSError):
            if pod_uid(Path(f"/proc/{pid}/cgroup").read_text()) == uid:
                found.append(pid)
    return found


def _is_first(pid: int) -> bool:
    """Whether it is the first process of its container."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("NSpid:"):
            return line.split()[-1] == "1"
    return False


def _established(pid: int) -> Iterator[tuple[str, str]]:
    """The addresses and ports, in hexadecimal, of both ends of each connection that a process's network has open."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, remote, state, *_ = line.split()
            if state == "01":
                yield local, remote


def _to_api_server(pid: int) -> list[int]:
    """The ports of a pod at which connections to the API server are established. pid: of one of its processes."""
    server = f"{int.from_bytes(ip_address(API_ADDRESS).packed, 'little'):08X}:01BB"
    return [int(local.partition(":")[2], 16) for local, remote in _established(pid) if remote == server]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _kill(pid: int) -> None:
    process.stop([Process(pid, process.started_at(pid), "pod", leads=False)], number=signal.SIGKILL)
