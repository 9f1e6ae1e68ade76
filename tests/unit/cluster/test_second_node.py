"""The second node shares the machine with the first one, and takes nothing from it."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from cluster import cleanup, process
from cluster.image_copy import copy_images
from cluster.paths import Paths
from cluster.progress import wait_until

_BLOB = "io.containerd.content.v1.content/blobs/sha256/abc"
_LAYER = "io.containerd.snapshotter.v1.overlayfs/snapshots/7/fs/bin/tool"
_DATABASES = ("io.containerd.metadata.v1.bolt/meta.db", "io.containerd.snapshotter.v1.overlayfs/metadata.db")


def test_copied_images_are_whole_and_their_removal_leaves_the_originals(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for name in (*_DATABASES, _BLOB, _LAYER):
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_text(name)

    copy_images(first, second)

    for name in (*_DATABASES, _BLOB, _LAYER):
        assert (second / name).read_text() == name
    (second / _DATABASES[0]).write_text("changed")
    shutil.rmtree(second)
    for name in (*_DATABASES, _BLOB, _LAYER):
        assert (first / name).read_text() == name


def test_the_end_of_the_second_node_leaves_the_first_ones_programs(tmp_path: Path) -> None:
    paths = Paths(cache=tmp_path / "cache", state=tmp_path / "state")
    try:
        for name in ("kubelet", "node-2/kubelet"):
            process.start(
                name, ["sleep", "1000"], state=paths.state, log=tmp_path / "log", env={"PATH": "/usr/bin:/bin"}
            )
        wait_until("both to run", lambda: len(process.find(paths.state)) == 2, seconds=10)

        cleanup.kill_second_node(paths)

        assert list(process.find_leaders(paths.state)) == ["kubelet"]
    finally:
        process.stop(process.find(paths.state), number=signal.SIGKILL)
