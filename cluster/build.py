"""Programs the cluster needs: Debian packages, the Kubernetes binary, Helm and pause, built once a machine."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from cluster import packages
from cluster.locking import exclusive
from cluster.paths import GO_SOURCES, Paths
from cluster.progress import Failed, run_long, say

HELM = "helm.sh/helm/v4/cmd/helm@v4.3.1"
PROGRAMS = (
    *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
    *("kube-network-policies", "coredns", "kubectl"),
)
CNI_FOLDERS = (Path("/usr/lib/cni"), Path("/opt/cni/bin"))

# Debian package: a program that shows that it is there, however it came.
_PACKAGES = {
    "containerd": "containerd",
    "runc": "runc",
    "iproute2": "ip",
    "iptables": "iptables",
    "conntrack": "conntrack",
    "ebtables": "ebtables",
    "ethtool": "ethtool",
    "socat": "socat",
    "openssl": "openssl",
    "buildah": "buildah",
    "debootstrap": "debootstrap",
}
_KEPT_VERSIONS = 2
_GO_FLAGS = ("-trimpath", "-v", "-ldflags")


def cni_folder() -> Path:
    """Where the CNI plugins are. Raises Failed where they are not."""
    for folder in CNI_FOLDERS:
        if (folder / "bridge").exists():
            return folder
    raise Failed("no CNI plugins: install the package containernetworking-plugins")


def missing_packages() -> list[str]:
    """Debian packages of which nothing is on this machine."""
    missing = packages.missing(_PACKAGES)
    if not any((folder / "bridge").exists() for folder in CNI_FOLDERS):
        missing.append("containernetworking-plugins")
    return missing


def install_packages() -> None:
    """Installs what is missing."""
    packages.install(missing_packages())


def _sources_hash() -> str:
    """Hash of all that makes the binaries what they are."""
    content = hashlib.sha256(HELM.encode())
    for file in sorted(GO_SOURCES.rglob("*")):
        if file.suffix == ".go" or file.name in {"go.mod", "go.sum"}:
            content.update(f"\0{file.relative_to(GO_SOURCES)}\0".encode())
            content.update(file.read_bytes())
    return content.hexdigest()[:16]


def binaries(paths: Paths) -> Path:
    """The folder in which this checkout's binaries lie once they are built."""
    return paths.binaries / _sources_hash()


def ensure(paths: Paths) -> Path:
    """Installs and builds what is missing; gives the folder of the binaries. Returns at once when all is there."""
    folder = binaries(paths)
    if not folder.exists() or missing_packages():
        paths.cache.mkdir(parents=True, exist_ok=True)
        with exclusive(paths.cache / "build.lock", "another build"):
            install_packages()
            if not folder.exists():
                _build(paths, folder)
                _prune(folder)
    return folder


def helm(paths: Paths) -> Path:
    """Helm by itself, for those who need no cluster."""
    return go_program(paths, HELM, title="building Helm (80 s the first time)")


def go_program(paths: Paths, package: str, *, title: str, flags: str = "-s -w") -> Path:
    """A program from `package@version`, built once a machine. Go compares the modules with its checksum database.

    title: what is said while it builds. flags: for the linker. Raises Failed.
    """
    path, _, version = package.partition("@")
    name = path.rpartition("/")[2]
    program = paths.cache / f"{name}-{version}"
    if not program.exists():
        _need_go()
        paths.cache.mkdir(parents=True, exist_ok=True)
        with exclusive(paths.cache / f"{name}.lock", "another build"), TemporaryDirectory(dir=paths.cache) as work:
            if not program.exists():
                run_long(
                    title,
                    ["go", "install", *_GO_FLAGS, flags, package],
                    env={**os.environ, "CGO_ENABLED": "0", "GOBIN": work},
                    cwd=Path("/"),
                    summary=lambda count, last: f"{count} lines, now {last}",
                )
                Path(work, name).rename(program)
    return program


def _need_go() -> None:
    if not shutil.which("go"):
        raise Failed("Go is not on this machine (`go version`); install Go 1.26 or newer")


def _build(paths: Paths, folder: Path) -> None:
    """Builds into a folder beside, which takes its name when complete: a killed build leaves nothing half done."""
    _need_go()
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".build-*"):
        shutil.rmtree(left)
    work = Path(mkdtemp(prefix=".build-", dir=folder.parent))
    began = time.monotonic()
    env = {**os.environ, "CGO_ENABLED": "0"}
    (version,) = re.findall(r"^\tk8s\.io/kubernetes v(\S+)$", (GO_SOURCES / "go.mod").read_text(), re.MULTILINE)
    major, minor, _patch = version.split(".")
    variable = "-X k8s.io/component-base/version.git"
    flags = f"-s -w {variable}Version=v{version} {variable}Major={major} {variable}Minor={minor}"

    # Prints a package a line, and a module where one is fetched.
    listing = run_long("fetching the Go modules", ["go", "list", "-deps", "./..."], env=env, cwd=GO_SOURCES)
    total = sum(not line.startswith("go: ") for line in listing)
    run_long(
        f"building Kubernetes {version} (6 minutes on 2 cores the first time)",
        ["go", "build", *_GO_FLAGS, flags, "-o", f"{work}/k8s", "."],
        env=env,
        cwd=GO_SOURCES,
        summary=lambda count, last: f"{count} of at most {total} packages, now {last}",
    )
    pause = ["go", "build", *_GO_FLAGS, "-s -w", "-o", f"{work}/pause", "./pause"]
    run_long("building pause", pause, env=env, cwd=GO_SOURCES)
    (work / "helm").hardlink_to(helm(paths))
    for program in PROGRAMS:
        (work / program).symlink_to("k8s")
    work.chmod(0o755)
    work.rename(folder)
    say(f"built in {time.monotonic() - began:.0f} s: {folder}")


def _prune(current: Path) -> None:
    """Keeps the newest versions of the binaries, the current one among them."""
    versions = sorted(current.parent.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in versions[_KEPT_VERSIONS:]:
        if old != current:
            shutil.rmtree(old)
