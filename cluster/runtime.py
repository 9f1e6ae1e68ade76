"""Talking to the cluster's containerd: images in, containers out."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from cluster import oci
from cluster.configs import PAUSE_IMAGE
from cluster.paths import Paths
from cluster.progress import Failed, run

_PIPE_BYTES = 1 << 20


def _ctr(paths: Paths, *arguments: str) -> list[str]:
    return ["ctr", "--address", str(paths.containerd_socket), "--namespace", "k8s.io", *arguments]


def images(paths: Paths) -> dict[str, str]:
    """Digest by reference of all images. The reference is a name, or containerd's own alias sha256:<configuration>."""
    rows = run(_ctr(paths, "images", "list")).splitlines()[1:]
    return {columns[0]: columns[2] for row in rows if len(columns := row.split()) > 2}


def import_image(paths: Paths, write: Callable[[IO[bytes]], object]) -> None:
    """Feeds an OCI archive, which `write` writes to the stream it gets, into containerd. Raises Failed."""
    argv = _ctr(paths, "images", "import", "-")
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=_PIPE_BYTES
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        # ctr sends what one read gives as one message, and waits for the answer to each.
        fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
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


def used_images(paths: Paths) -> set[str]:
    """References of the images that containers were made from, whether they run or not."""
    rows = run(_ctr(paths, "containers", "list")).splitlines()[1:]
    return {columns[1] for row in rows if len(columns := row.split()) > 1}


def remove_images(paths: Paths, references: Iterable[str]) -> None:
    """Forgets images, and collects their layers where nothing else stands on them. Running containers keep theirs."""
    present = images(paths)
    gone = set(references) & set(present)
    kept = {digest for name, digest in present.items() if name not in gone and not name.startswith("sha256:")}
    # containerd's Kubernetes side holds each image by an alias as well.
    gone |= {name for name, digest in present.items() if name.startswith("sha256:") and digest not in kept}
    if gone:
        run(_ctr(paths, "images", "remove", "--sync", *sorted(gone)), timeout=120)


def ensure_pause_image(paths: Paths, program: Path) -> None:
    """The image that holds each pod's namespaces; without it no pod starts."""
    if PAUSE_IMAGE not in images(paths):
        import_image(paths, lambda stream: oci.write_single_file_image(stream, PAUSE_IMAGE, program))


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
