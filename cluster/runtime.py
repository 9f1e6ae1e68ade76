"""Talking to the cluster's containerd: images in, containers out."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import IO

from cluster import oci
from cluster.configs import PAUSE_IMAGE
from cluster.paths import Paths
from cluster.progress import Failed, run


def _ctr(paths: Paths, *arguments: str) -> list[str]:
    return ["ctr", "--address", str(paths.containerd_socket), "--namespace", "k8s.io", *arguments]


def images(paths: Paths) -> list[str]:
    """References of the images that pods can use, without the aliases by digest."""
    names = run(_ctr(paths, "images", "list", "--quiet")).split()
    return [name for name in names if not name.startswith("sha256:")]


def import_image(paths: Paths, write: Callable[[IO[bytes]], object]) -> None:
    """Feeds an OCI archive, which `write` writes to the stream it gets, into containerd. Raises Failed."""
    argv = _ctr(paths, "images", "import", "-")
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            write(process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            pass  # It has said why on its output.
        output = process.stdout.read().decode(errors="replace")
    if process.returncode != 0:
        raise Failed(f"`{' '.join(argv)}` ended with {process.returncode}: {output.strip()}")


def blobs(paths: Paths) -> frozenset[str]:
    """Digests of all content that containerd holds whole."""
    return frozenset(run(_ctr(paths, "content", "list", "--quiet")).split())


def remove_images(paths: Paths, references: list[str]) -> None:
    """Forgets images; their layers go with the next collection, which this waits for. None given: nothing."""
    if references:
        run(_ctr(paths, "images", "remove", "--sync", *references), timeout=120)


def ensure_pause_image(paths: Paths, program: Path) -> None:
    """The image that holds each pod's namespaces; without it no pod starts."""
    if PAUSE_IMAGE not in images(paths):
        archive = oci.single_file_image(PAUSE_IMAGE, program)
        import_image(paths, lambda stream: stream.write(archive))


def remove_containers(paths: Paths) -> int:
    """Removes every container and its writable layer; gives how many there were.

    Behind the back of containerd's Kubernetes side: restart containerd where this gives more than 0.
    """
    names = run(_ctr(paths, "containers", "list", "--quiet")).split()
    if names:
        # A task that is gone already makes this fail, and hinders nothing.
        subprocess.run(_ctr(paths, "tasks", "delete", "--force", *names), check=False, capture_output=True)
        run(_ctr(paths, "containers", "delete", *names))
    return len(names)
