"""Each pod reaches what it needs and nothing else: seen from within the pods of a release of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from cluster.network import API_ADDRESS, DNS_ADDRESS, node_address
from cluster.paths import CHECKOUT, foreign_kubeconfig, from_environment
from cluster.release import Release, images
from tests.e2e.client import ApiClient, download, eventually, ready_pods

NAMESPACE = "pdf-export-walled"
ELSEWHERE = "pdf-export-walled-elsewhere"
# Two renderers, so that one can try to reach the other.
VALUES = ("pool.minWarm=2", "pool.max=2")
AGENT = "kube-network-policies"
OUTSIDE, GATEWAY = "198.51.100.2", "198.51.100.1"
OPEN, SILENT = "open", "silent"
# Room for a first packet that is lost, and a second.
SECONDS = 4

# Both say of each address whether a connection opens, stays without an answer, or is refused by whoever got it.
PROBE = r"""
import json, socket, sys
from concurrent.futures import ThreadPoolExecutor

# The cluster's own name server knows it and need not ask any other.
NAME = b"\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00"
QUERY = bytes.fromhex("000701000001000000000000") + NAME + bytes.fromhex("00010001")

def ask(target):
    kind, host, port = target
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM) as one:
        one.settimeout(SECONDS)
        try:
            one.connect((host, port))
            if kind == "udp":
                one.send(QUERY)
                one.recv(512)
        except TimeoutError:
            return "silent"
        except OSError as e:
            return str(e)
    return "open"

targets = json.loads(sys.argv[1])
with ThreadPoolExecutor(len(targets)) as threads:
    print(json.dumps(list(threads.map(ask, targets))))
""".replace("SECONDS", str(SECONDS))
NODE_PROBE = """
const ask = ([, host, port]) => new Promise((done) => {
  const one = require("net").connect({ host, port });
  const end = (said) => { one.destroy(); done(said); };
  one.on("connect", () => end("open")).on("error", (e) => end(e.code)).setTimeout(SECONDS, () => end("silent"));
});
Promise.all(JSON.parse(process.argv[1]).map(ask)).then((all) => console.log(JSON.stringify(all)));
""".replace("SECONDS", str(SECONDS * 1000))
Target = tuple[str, str, int]


@dataclass(frozen=True)
class Walled:
    """The release, the pod that no policy knows, and what there is to reach."""

    release: Release
    images: dict[str, str]
    targets: dict[str, Target]
    renderer: str

    def reaches(self, component: str, *names: str) -> dict[str, str]:
        """What becomes of connections from a component's pod; of all targets where none is named."""
        asked = names or tuple(self.targets)
        pod = {"renderer": f"pod/{self.renderer}", "outsider": "pod/outsider"}.get(
            component, f"deployment/walled-pdf-export-{component}"
        )
        program = ("node", "-e", NODE_PROBE) if component == "storage-emulator" else ("python3", "-c", PROBE)
        namespace = ("-n", ELSEWHERE) if component == "outsider" else ()
        text = json.dumps([self.targets[name] for name in asked])
        said = json.loads(self.release.kubectl(*namespace, "exec", pod, "--", *program, text))
        return dict(zip(asked, said, strict=True))

    def install(self, *values: str) -> None:
        self.release.install(self.images, values=(*VALUES, *values))


@pytest.fixture(scope="module")
def outside() -> Iterator[Target]:
    """A server at an address of the Internet, which this machine forwards to as to any other."""
    namespace, link = "pdfx-outside", "pdfx-out"
    ip = ("ip", "-n", namespace)
    # It ends with this process, however that ends: else it keeps namespace and link.
    serve = ("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "http.server", "443", "--directory", "/var/empty")
    for leftover in (("netns", "delete", namespace), ("link", "delete", link)):
        subprocess.run(["ip", *leftover], check=False, capture_output=True)
    try:
        for command in (
            ("ip", "netns", "add", namespace),
            ("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace),
            ("ip", "address", "add", f"{GATEWAY}/30", "dev", link),
            ("ip", "link", "set", link, "up"),
            (*ip, "address", "add", f"{OUTSIDE}/30", "dev", "eth0"),
            (*ip, "link", "set", "eth0", "up"),
            (*ip, "route", "add", "default", "via", GATEWAY),
        ):
            subprocess.run(command, check=True, capture_output=True)
        with subprocess.Popen(
            ("ip", "netns", "exec", namespace, *serve), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server:
            yield ("tcp", OUTSIDE, 443)
            server.terminate()
    finally:
        # Its end of the link, and with it ours, goes with it.
        subprocess.run(["ip", "netns", "delete", namespace], check=False, capture_output=True)


@pytest.fixture(scope="module")
def walled(installed: Release, outside: Target) -> Iterator[Walled]:
    """The release with the chart's policies; `installed` has brought the cluster up."""
    if foreign_kubeconfig(installed.paths):
        pytest.skip("another cluster's network may enforce no policies")
    release = Release(from_environment(), name="walled", namespace=NAMESPACE, emulator_address="10.96.91.94")
    built = images(release.paths)
    with release.temporary(), _outsider(release, built["control"]):
        release.install(built, values=VALUES)
        pods = eventually("two renderers are there", lambda: _two_renderers(release), seconds=60)
        mine, other = sorted(pods)
        api, controller = (_pods(release, NAMESPACE, component) for component in ("api", "controller"))
        service = json.loads(release.kubectl("get", "service", "walled-pdf-export-api", "-o", "json"))["spec"]
        ((_, outsider),) = _pods(release, ELSEWHERE, "outsider").items()
        node, (api_pod,), (controller_pod,) = node_address(), api.values(), controller.values()
        targets: dict[str, Target] = {
            "API server": ("tcp", API_ADDRESS, 443),
            "API server at the node": ("tcp", node, 6443),
            "DNS": ("tcp", DNS_ADDRESS, 53),
            "storage": ("tcp", "10.96.91.94", 9199),
            "API": ("tcp", service["clusterIP"], 80),
            "API's pod": ("tcp", api_pod, 8080),
            "API's metrics": ("tcp", api_pod, 9090),
            "controller's health": ("tcp", controller_pod, 8080),
            "controller's metrics": ("tcp", controller_pod, 9090),
            "renderer": ("tcp", pods[other], 8080),
            "pod elsewhere": ("tcp", outsider, 8080),
            "kubelet": ("tcp", node, 10250),
            "Internet": outside,
        }
        yield Walled(release, built, targets, mine)


def _pods(release: Release, namespace: str, component: str) -> dict[str, str]:
    """The addresses of a component's pods by name."""
    pods = ready_pods(partial(release.kubectl, "-n", namespace), component)
    return {pod["metadata"]["name"]: pod["status"]["podIP"] for pod in pods}


def _two_renderers(release: Release) -> dict[str, str] | None:
    return pods if len(pods := _pods(release, NAMESPACE, "renderer")) == 2 else None


@contextmanager
def _outsider(release: Release, image: str) -> Iterator[None]:
    """A pod in a namespace without policies: something to reach, and somebody who may reach all that is open."""
    container = {
        "name": "server",
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["/opt/venv/bin/python", "-m", "http.server", "8080", "--directory", "/tmp"],
        "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1},
    }
    spec = {"automountServiceAccountToken": False, "terminationGracePeriodSeconds": 0, "containers": [container]}
    metadata = {"name": "outsider", "namespace": ELSEWHERE, "labels": {"app.kubernetes.io/component": "outsider"}}
    # One that an interrupted run has left.
    release.kubectl("delete", "namespace", ELSEWHERE, "--ignore-not-found")
    try:
        for manifest in (
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": ELSEWHERE}},
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec},
        ):
            release.kubectl("-n", ELSEWHERE, "apply", "-f", "-", stdin=json.dumps(manifest))
        release.kubectl("-n", ELSEWHERE, "wait", "--for=condition=Ready", "pod/outsider", "--timeout=60s")
        yield
    finally:
        release.kubectl("delete", "namespace", ELSEWHERE, "--ignore-not-found", "--wait=false")


def opened(said: dict[str, str]) -> set[str]:
    """The targets that were reached. What was not was not answered at all: nobody there has heard of it."""
    assert set(said.values()) <= {OPEN, SILENT}, said
    return {name for name, what in said.items() if what == OPEN}


def test_the_policies_know_the_clusters_api_server(walled: Walled) -> None:
    service, endpoints, policy = (
        json.loads(walled.release.kubectl("-n", namespace, "get", kind, name, "-o", "json"))
        for namespace, kind, name in (
            ("default", "service", "kubernetes"),
            ("default", "endpointslice", "kubernetes"),
            (NAMESPACE, "networkpolicy", "walled-pdf-export-controller"),
        )
    )
    (rule,) = policy["spec"]["egress"]
    addresses = {*service["spec"]["clusterIPs"], *(a for each in endpoints["endpoints"] for a in each["addresses"])}
    assert {peer["ipBlock"]["cidr"].partition("/")[0] for peer in rule["to"]} == addresses
    ports = {port["port"] for port in (*service["spec"]["ports"], *endpoints["ports"])}
    assert {port["port"] for port in rule["ports"]} == ports


def test_a_renderer_reaches_the_api_server_and_the_storage_and_nothing_else(walled: Walled) -> None:
    said = opened(walled.reaches("renderer"))
    assert said == {"API server", "API server at the node", "DNS", "storage"}


@pytest.mark.parametrize("component", ["api", "controller"])
def test_api_and_controller_reach_the_api_server_and_nothing_else(walled: Walled, component: str) -> None:
    own = {"api": ("API", "API's pod", "API's metrics"), "controller": ("controller's health", "controller's metrics")}[
        component
    ]
    others = [name for name in walled.targets if name not in own]
    assert opened(walled.reaches(component, *others)) == {"API server", "API server at the node"}


def test_the_storage_emulator_reaches_nothing(walled: Walled) -> None:
    others = [name for name in walled.targets if name != "storage"]
    assert opened(walled.reaches("storage-emulator", *others)) == set()


def test_pods_have_no_address_that_no_policy_is_enforced_for(walled: Walled) -> None:
    addresses = walled.release.kubectl("exec", walled.renderer, "--", "cat", "/proc/net/if_inet6")
    assert {line.split()[-1] for line in addresses.splitlines()} <= {"lo"}


def test_names_are_resolved_for_those_who_need_it(walled: Walled) -> None:
    walled.targets["names"] = ("udp", DNS_ADDRESS, 53)
    try:
        said = {each: walled.reaches(each, "names")["names"] for each in ("renderer", "api", "controller", "outsider")}
    finally:
        del walled.targets["names"]
    assert said == {"renderer": OPEN, "api": SILENT, "controller": SILENT, "outsider": OPEN}


def test_a_pod_that_no_policy_knows_reaches_what_serves_and_no_renderer(walled: Walled) -> None:
    """The control of the tests above: what they find silent is there, and answers others."""
    closed = {"API's metrics", "controller's health", "controller's metrics", "renderer"}
    assert opened(walled.reaches("outsider")) == set(walled.targets) - closed


def test_jobs_are_exported_behind_the_walls(walled: Walled) -> None:
    with httpx.Client(base_url=walled.release.url("api"), timeout=40) as http:
        api = ApiClient(http)
        jobs = [api.finished(api.post({"basics": {"name": "Ada Lovelace"}})) for _ in range(4)]
    assert [download(job["fileUrl"]).content[:5] for job in jobs] == [b"%PDF-"] * 4


def test_helm_test_passes_behind_the_walls(walled: Walled) -> None:
    assert walled.release.helm("test", "walled", "--timeout", "120s").count("Succeeded") == 2


def test_where_nobody_gives_a_verdict_nothing_is_opened(walled: Walled) -> None:
    _cluster("stop", AGENT, "--kill")
    try:
        assert opened(walled.reaches("renderer", "API server", "storage")) == set()
        assert opened(walled.reaches("outsider", "API", "Internet")) == set()
    finally:
        _cluster("start", AGENT)
    assert opened(walled.reaches("renderer", "API server", "storage")) == {"API server", "storage"}


def test_without_the_policies_all_of_it_is_open(walled: Walled) -> None:
    """It is they that stop it, and the value turns them off and on."""
    renderers = _pods(walled.release, NAMESPACE, "renderer")
    everything = set(walled.targets)
    walled.install("networkPolicy.enabled=false")
    assert not walled.release.kubectl("get", "networkpolicies", "-o", "name").strip()
    eventually("a renderer reaches all", lambda: opened(walled.reaches("renderer")) == everything)
    assert opened(walled.reaches("storage-emulator")) == everything
    assert opened(walled.reaches("outsider")) == everything
    walled.install()
    eventually("a renderer reaches what it may", lambda: len(opened(walled.reaches("renderer"))) == 4)
    # They hold for pods that run.
    assert _pods(walled.release, NAMESPACE, "renderer") == renderers


def _cluster(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "cluster", *arguments], cwd=CHECKOUT, check=True, capture_output=True)
