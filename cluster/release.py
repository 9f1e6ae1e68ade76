"""The project's Helm release on a cluster: images, namespace, install, and its Services as this machine sees them."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cluster.configs import SECCOMP_PROFILE
from cluster.network import DNS_ADDRESS
from cluster.paths import CHART, CHECKOUT, Paths, foreign_kubeconfig
from cluster.progress import Failed, say, wait_until

CRD = CHECKOUT / "crds" / "pdfexportjobs.yaml"
_EMULATOR_PORT = 9199
_TARGET_VALUES = {
    "control": "images.control",
    "renderer": "images.renderer",
    "storage-emulator": "images.storageEmulator",
}


@dataclass(frozen=True, slots=True)
class Release:
    """A release by name and namespace, and the address that the emulator's download URLs shall have."""

    paths: Paths
    name: str
    namespace: str
    emulator_address: str

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl in the namespace and return what it prints; Failed with its message when it fails."""
        return self._cli("kubectl", "-n", self.namespace, *arguments, stdin=stdin)

    def helm(self, *arguments: str) -> str:
        """Run helm in the namespace and return what it prints; Failed with its message when it fails."""
        return self._cli("helm", "-n", self.namespace, *arguments)

    def install(
        self,
        images: Mapping[str, str],
        *,
        values: Sequence[str] = (),
        seconds: int = 180,
        checkout: Path = CHECKOUT,
    ) -> None:
        """Install or upgrade, with the emulator, and wait until all is ready; `values` are further --set texts.

        The chart and the definition of the resource are those of `checkout`. Failed when it is not ready in so many
        seconds.
        """
        chart, crd = (checkout / each.relative_to(CHECKOUT) for each in (CHART, CRD))
        self.make_namespace()
        # Helm installs a chart's CRDs once and never changes them.
        self._cli("kubectl", "apply", "--server-side", "--force-conflicts", "-f", str(crd))
        settings = [f"{_TARGET_VALUES[target]}={reference}" for target, reference in images.items()]
        if foreign_kubeconfig(self.paths):
            settings.append(f"firebaseEmulator.publicUrl=http://127.0.0.1:{_EMULATOR_PORT}")
        else:
            settings.append(f"firebaseEmulator.clusterIP={self.emulator_address}")
            # Its DNS is no pod.
            settings.append(f"networkPolicy.dns.cidrs={{{DNS_ADDRESS}/32}}")
            settings.append(f"renderer.seccompProfile={SECCOMP_PROFILE}")
        command = [
            *("upgrade", "--install", self.name, str(chart), "-f", str(chart / "values-demo.yaml")),
            *("--wait", "--timeout", f"{seconds}s"),
        ]
        for setting in (*settings, *values):
            command += ["--set", setting]
        self._clear_interrupted()
        try:
            self.helm(*command)
        except Failed:
            # A pod that does not start says why in its events, not in Helm's words.
            print(self.kubectl("get", "pods", "-o", "wide"), file=sys.stderr)
            print(self.kubectl("get", "events", "--sort-by=.lastTimestamp"), file=sys.stderr)
            print(self.kubectl("logs", "-l", "app.kubernetes.io/part-of=pdf-export", "--tail=20"), file=sys.stderr)
            raise

    def make_namespace(self) -> None:
        """Make the namespace, if it is not there; its pods are held to the restricted Pod Security Standard."""
        metadata = {"name": self.namespace, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        self._cli("kubectl", "apply", "-f", "-", stdin=json.dumps(namespace))

    def _clear_interrupted(self) -> None:
        """Remove what a Helm that was killed has left half done: another would refuse to go on from there."""
        try:
            status = json.loads(self.helm("status", self.name, "-o", "json"))["info"]["status"]
        except Failed:
            return  # There is no such release yet.
        if status.startswith(("pending", "uninstalling")):
            say(f"release {self.name} is {status}, left by an interrupted run: installing it anew")
            self.helm("uninstall", self.name, "--wait")

    def uninstall(self) -> None:
        """Remove the release and its namespace, if they are there."""
        self.helm("uninstall", self.name, "--ignore-not-found", "--wait")
        self._cli("kubectl", "delete", "namespace", self.namespace, "--ignore-not-found")

    def renew_namespace(self) -> None:
        """An empty namespace. What was in it goes, such as what a run that was killed has left: pods that have the
        Secrets of then."""
        self.uninstall()
        self.make_namespace()

    @contextmanager
    def temporary(self) -> Iterator[None]:
        """An empty namespace to install into, which goes at the end with all that is in it."""
        self.renew_namespace()
        try:
            yield
        finally:
            self.uninstall()

    def url(self, component: str) -> str:
        """The base URL of a component's Service as this machine reaches it."""
        selector = f"app.kubernetes.io/instance={self.name},app.kubernetes.io/component={component}"
        services = json.loads(self.kubectl("get", "services", "-l", selector, "-o", "json"))["items"]
        if not services:
            raise Failed(f"namespace {self.namespace} has no Service of component {component}")
        spec = services[0]["spec"]
        port = spec["ports"][0]["port"]
        if foreign_kubeconfig(self.paths):
            local = _EMULATOR_PORT if component == "storage-emulator" else 8080
            return self._forward(services[0]["metadata"]["name"], port, local)
        # kube-proxy's rules follow a pod's readiness by up to a second.
        _wait_for_listener(spec["clusterIP"], port)
        return f"http://{spec['clusterIP']}" + (f":{port}" if port != 80 else "")

    def _forward(self, service: str, port: int, local: int) -> str:
        """Another cluster's Services are not routed to this machine: forward a port until this process ends."""
        argv = [*_program("kubectl"), "-n", self.namespace, "port-forward", f"service/{service}", f"{local}:{port}"]
        atexit.register(subprocess.Popen(argv, cwd=CHECKOUT, stdout=subprocess.DEVNULL).terminate)
        _wait_for_listener("127.0.0.1", local)
        return f"http://127.0.0.1:{local}"

    def _cli(self, program: str, *arguments: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            [*_program(program), *arguments],
            cwd=CHECKOUT,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{program} {' '.join(arguments[:6])}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout


def images(paths: Paths, *targets: str, checkout: Path = CHECKOUT) -> dict[str, str]:
    """The references of the project's images, built and loaded where the cluster is ours; of all unless some are given.

    They are built from `checkout`, by its own code.
    """
    if foreign_kubeconfig(paths):
        given = os.environ.get("PDFEXPORT_IMAGES")
        if not given:
            raise Failed(
                "KUBECONFIG names another cluster: push the images where it can pull them and set PDFEXPORT_IMAGES to "
                + json.dumps({target: f"REGISTRY/{target}:TAG" for target in _TARGET_VALUES})
            )
        found: dict[str, str] = json.loads(given)
        return found
    references: dict[str, str] = json.loads(_cluster("images", *targets, checkout=checkout)[-1])
    _cluster("load", *references.values())
    return references


def bring_up() -> None:
    """Bring the cluster up; quick when it is up already."""
    _cluster("up")


def ensure(release: Release, *, values: Sequence[str] = ()) -> None:
    """Bring the cluster, the images and the release up; quick when they are there already."""
    bring_up()
    install(release, values=values)


def install(release: Release, *, values: Sequence[str] = ()) -> None:
    """Bring the images and the release up, on a cluster that is up."""
    references = images(release.paths)
    say(f"installing the chart as {release.name} in namespace {release.namespace}")
    release.install(references, values=values)


def _wait_for_listener(host: str, port: int) -> None:
    def listens() -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((host, port)) == 0

    wait_until(f"something listens on {host}:{port}", listens, seconds=30)


def _program(name: str) -> list[str]:
    return [sys.executable, "-m", "cluster", name]


def _cluster(*arguments: str, checkout: Path = CHECKOUT) -> list[str]:
    """Run a command of the cluster's own; it reports its own progress. Its output's lines; Failed when it fails."""
    lines = []
    argv = [sys.executable, "-u", "-m", "cluster", *arguments]
    with subprocess.Popen(argv, cwd=checkout, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    if process.returncode:
        raise Failed(f"`python3 -m cluster {arguments[0]}` failed; what it said stands above")
    return lines
