"""Bringing the cluster up, taking it down, and single components: the order of things, and when to start over."""

from __future__ import annotations

import hashlib
import http.client
import signal
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cluster import build, cleanup, configs, images, network, pki, process, runtime, second_network
from cluster.components import PORTS, Component, accepts, components
from cluster.kubeapi import KubeApi
from cluster.locking import exclusive
from cluster.paths import CHART, Paths
from cluster.progress import Failed, say, wait_until
from cluster.second_node import SecondNode
from cluster.starting import end, launch, log_of, wait_healthy

_HOLDER = "another change of the cluster"
# Components with users of their own in the API.
_KUBECONFIGS = (
    *("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
    *("kube-network-policies", "coredns"),
)
_START_SECONDS = 60.0
_MEND_SECONDS = 30.0
# etcd last: an API server whose etcd is gone hangs in shutdown, and keeps its port.
_STOP_ORDER = (
    *("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kube-network-policies", "coredns"),
    *("kube-apiserver", "etcd", "containerd"),
)


@dataclass(frozen=True, slots=True)
class Status:
    """One component now. pid: None when it does not run."""

    name: str
    pid: int | None
    healthy: bool
    log: Path


class Cluster:
    """The machine's cluster. Its state is on the machine, so that every instance and process sees the same one."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.binaries = build.binaries(paths)

    @cached_property
    def components(self) -> dict[str, Component]:
        """Every component by name, in the order of starting. Raises Failed on a machine without an address."""
        return components(self.paths, self.binaries, network.node_address())

    @cached_property
    def second_node(self) -> SecondNode:
        """The second node, which may be there or not."""
        return SecondNode(self.paths, self.binaries)

    def log(self, name: str) -> Path:
        """Where a component's output goes."""
        return log_of(self.paths, name)

    def up(self, *, nodes: int | None = None) -> None:
        """Makes the cluster run and be ready. Starts what is dead, and starts over where that does not help.

        nodes: 1 or 2; None: as many as there are, but a second one that does not work is removed.
        """
        build.ensure(self.paths)
        with exclusive(self.paths.lock, _HOLDER):
            began = time.monotonic()
            if self._continues() and self._works():
                how = "already"
            else:
                if not self._continues() or not self._mended():
                    self._start_over()
                how = f"after {time.monotonic() - began:.1f} s"
            self._second_node_as_wanted(nodes)
            say(f"the cluster is up {how}; KUBECONFIG={self.paths.kubeconfig}")

    def add_node(self) -> None:
        """Adds the second node to a cluster that runs. Nothing to do when it works."""
        with exclusive(self.paths.lock, _HOLDER):
            self._need_config()
            self._second_node_as_wanted(2)

    def remove_node(self) -> None:
        """Removes the second node with its pods, in whatever state it is."""
        with exclusive(self.paths.lock, _HOLDER):
            self._second_node_as_wanted(1)

    def lose_node(self) -> None:
        """The second node ends as by a power cut, and the cluster is not told. `remove_node` removes what is left."""
        with exclusive(self.paths.lock, _HOLDER):
            self.second_node.lose()

    @contextmanager
    def node_cut_off(self) -> Iterator[None]:
        """No packet passes between the nodes; all programs run on."""
        with exclusive(self.paths.lock, _HOLDER):
            second_network.cut()
        try:
            yield
        finally:
            second_network.restore()

    def _second_node_as_wanted(self, nodes: int | None) -> None:
        second = self.second_node
        works = second.exists and second.ready()
        if second.exists and (nodes == 1 or not works):
            say("removing the second node" + ("" if works else ", which does not work"))
            second.remove()
        if nodes == 2 and not works:
            say("adding a second node")
            with images.loading(self.paths):
                second.add()

    def down(self, *, purge: bool = False) -> None:
        """Ends every pod and component and gives back what they held. Safe to repeat.

        Images, certificates and logs stay; purge: they go as well, and so does all that was built.
        """
        with exclusive(self.paths.lock, _HOLDER):
            running = process.find_leaders(self.paths.state)
            self.paths.ready.unlink(missing_ok=True)
            for name in _STOP_ORDER:
                if name == "kubelet":
                    if self.second_node.exists:
                        self.second_node.remove()
                    self._end_pods(running)
                if name == "containerd" and name in running:
                    with suppress(Failed):
                        runtime.remove_containers(self.paths)
                if name in running:
                    process.stop([running[name]], seconds=5.0)
            cleanup.sweep(self.paths)
            say("the cluster is down")
            if purge:
                for folder in (self.paths.state, self.paths.cache):
                    cleanup.remove_tree(folder)
                    say(f"removed {folder}")

    def start(self, name: str) -> None:
        """Starts one component and waits until it works. Nothing to do when it does."""
        with exclusive(self.paths.lock, _HOLDER):
            self._need_config()
            if name not in process.find_leaders(self.paths.state):
                self._launch(name)
            self._wait_healthy([name], _MEND_SECONDS)

    def stop(self, name: str, *, kill: bool = False) -> None:
        """Ends one component and waits until it is gone; kill: by SIGKILL instead of SIGTERM. It stays down until
        `start` or `up`."""
        with exclusive(self.paths.lock, _HOLDER):
            running = process.find_leaders(self.paths.state)
            if name in running:
                process.stop([running[name]], number=signal.SIGKILL if kill else signal.SIGTERM)

    def status(self) -> list[Status]:
        """Every component, in the order of starting; asks them all at once."""
        running = process.find_leaders(self.paths.state)

        def look(component: Component) -> Status:
            found = running.get(component.name)
            return Status(
                component.name,
                found.pid if found else None,
                found is not None and component.healthy(),
                self.log(component.name),
            )

        every = [*self.components.values(), *(self.second_node.components.values() if self.second_node.exists else ())]
        with ThreadPoolExecutor(len(every)) as pool:
            return list(pool.map(look, every))

    def ready(self) -> bool:
        """True when the node takes pods."""
        try:
            api = KubeApi(self.paths)
            return api.node_ready() and api.default_account_exists()
        except (OSError, http.client.HTTPException):
            return False

    def _files(self) -> dict[Path, str]:
        """Configuration by path, all but the kubeconfigs."""
        config = self.paths.config
        try:
            resolv_conf = Path("/etc/resolv.conf").read_text()
        except FileNotFoundError:
            resolv_conf = ""
        return {
            config / "containerd.toml": configs.containerd(self.paths, build.cni_folder()),
            config / "cni" / "10-bridge.conflist": configs.cni(self.paths, ipv6=Path("/proc/sys/net/ipv6").exists()),
            config / "kubelet.json": configs.kubelet(self.paths),
            config / "Corefile": configs.corefile(self.paths, resolv_conf),
            self.paths.seccomp / configs.SECCOMP_PROFILE: (CHART / "files" / "seccomp" / "chromium.json").read_text(),
        }

    def _fingerprint(self) -> str:
        """Hash of all that a running cluster was started from; another one cannot be mended into this one."""
        made_from = (
            Path("/proc/sys/kernel/random/boot_id").read_text(),
            [component.argv for component in self.components.values()],
            sorted((str(path), text) for path, text in self._files().items()),
            (self.paths.pki / "ca.crt").read_text(),
        )
        return hashlib.sha256(repr(made_from).encode()).hexdigest()

    def _continues(self) -> bool:
        """True when a start was once completed, in this boot, with these very programs, flags and files."""
        with suppress(FileNotFoundError):
            return self.paths.ready.read_text() == self._fingerprint() and self.paths.kubeconfig.exists()
        return False

    def _need_config(self) -> None:
        if not self._continues():
            raise Failed("the cluster was not started from here: `python3 -m cluster up` first")

    def _works(self) -> bool:
        return all(each.healthy for each in self._first_node()) and self.ready()

    def _first_node(self) -> list[Status]:
        """The components that no start does without."""
        return [each for each in self.status() if each.name in self.components]

    def _mended(self) -> bool:
        """Starts what does not run. False when the cluster does not become ready by it."""
        ill = [each for each in self._first_node() if not each.healthy]
        try:
            network.set_up(self.paths.saved_sysctls)
            for each in ill:
                if each.pid is not None:
                    with suppress(Failed):
                        self._wait_healthy([each.name], 3.0)
                        continue
                    process.stop([process.find_leaders(self.paths.state)[each.name]], number=signal.SIGKILL)
                say(f"starting {each.name}, which {'did not run' if each.pid is None else 'did not answer'}")
                self._launch(each.name)
                if each.name in {"containerd", "etcd", "kube-apiserver"}:
                    self._wait_healthy([each.name], _MEND_SECONDS)
            self._wait_healthy(self.components, _MEND_SECONDS)
            wait_until("the node to be ready", self.ready, seconds=_MEND_SECONDS, every=0.2)
        except (Failed, KeyError) as error:
            say(f"starting over, since mending did not work: {error}")
            return False
        return True

    def _start_over(self) -> None:
        """A cluster from nothing but images and certificates, whatever there was before."""
        paths = self.paths
        say("starting a cluster")
        cleanup.sweep(paths)
        taken = [port for port in PORTS if accepts(("127.0.0.1", port))()]
        if taken:
            raise Failed(f"another program listens on port {', '.join(map(str, taken))} (`ss -lntp`): end it first")
        for folder in (paths.config, paths.logs, paths.etcd, paths.kubelet, paths.containerd_state):
            folder.mkdir(parents=True, exist_ok=True)
        paths.state.chmod(0o755)
        paths.etcd.chmod(0o700)
        for log in paths.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
        pki.ensure(paths.pki, network.node_address())
        for path, text in self._files().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name in _KUBECONFIGS:
            pki.write_kubeconfig(paths.pki, name, paths.config / f"{name}.kubeconfig")
        network.set_up(paths.saved_sysctls)

        self._launch("etcd")
        self._launch("containerd")
        self._wait_healthy(["etcd"], _START_SECONDS)
        self._launch("kube-apiserver")
        self._prepare_containerd()
        self._wait_healthy(["kube-apiserver"], _START_SECONDS)
        say("the API server is ready")
        # Not before: a kubelet that finds no API server waits longer and longer between its tries.
        for name in (
            *("kubelet", "kube-controller-manager", "kube-scheduler"),
            *("kube-proxy", "kube-network-policies", "coredns"),
        ):
            self._launch(name)
        self._wait_healthy(self.components, _START_SECONDS)
        wait_until("the node to be ready", self.ready, seconds=_START_SECONDS, every=0.1)
        pki.write_kubeconfig(paths.pki, "admin", paths.kubeconfig)
        paths.ready.write_text(self._fingerprint())

    def _prepare_containerd(self) -> None:
        """Empties containerd of an earlier cluster's containers, and gives it the pause image.

        Images that were kept may have been broken by whatever broke the last cluster; then they go too.
        """
        try:
            self._wait_healthy(["containerd"], 10.0)
            left = runtime.remove_containers(self.paths)
            runtime.ensure_pause_image(self.paths, self.binaries / "pause")
        except Failed as error:
            say(f"starting over without the images that were loaded: {error}")
            end(self.paths, "containerd")
            cleanup.remove_tree(self.paths.containerd_root)
            self._launch("containerd")
            self._wait_healthy(["containerd"], 10.0)
            runtime.ensure_pause_image(self.paths, self.binaries / "pause")
            return
        if left:
            # Its Kubernetes side read the containers when it started.
            end(self.paths, "containerd")
            self._launch("containerd")
            self._wait_healthy(["containerd"], 10.0)

    def _launch(self, name: str) -> None:
        launch(self.paths, self.components[name])

    def _wait_healthy(self, names: Iterable[str], seconds: float) -> None:
        """Waits until all of them work. Raises Failed with the end of the log of one that does not."""
        for name in names:
            wait_healthy(self.paths, self.components[name], seconds)

    def _end_pods(self, running: dict[str, process.Process]) -> None:
        """Lets every pod end by itself, for a few seconds: the controllers that would replace them are stopped."""
        if "kube-apiserver" not in running or "kubelet" not in running:
            return
        try:
            api = KubeApi(self.paths)
            pods = api.pods()
            if pods:
                say(f"ending {len(pods)} pods")
            for namespace, name in pods:
                api.delete_pod(namespace, name, grace_seconds=2)
            wait_until("the pods to end", lambda: not api.pods(), seconds=15.0, every=0.2)
        except (Failed, OSError, http.client.HTTPException) as error:
            say(f"pods are killed that did not end: {error}")
