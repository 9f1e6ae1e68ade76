"""One containerd's images for another on the same disk: in a second, and without taking room.

Content and layers never change once they are there. The content is linked; the layers are led to by symbolic links,
whose removal by the other containerd leaves what they lead to. The two databases are copied.

What may fail: containerd writes while they are copied. Its databases (bbolt) survive a crash at any moment, so a copy
during which nothing was written is whole, and any other is made again. Containers of the first containerd are in the
copy too: `runtime.remove_containers` is for those.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from cluster.progress import Failed

_DATABASES = ("io.containerd.metadata.v1.bolt/meta.db", "io.containerd.snapshotter.v1.overlayfs/metadata.db")
_BLOBS = "io.containerd.content.v1.content/blobs/sha256"
_LAYERS = "io.containerd.snapshotter.v1.overlayfs/snapshots"
_TRIES = 100


def copy_images(source: Path, target: Path) -> None:
    """Fills `target`, a containerd's root that is not there yet, from `source`, whose containerd may run.

    Raises Failed when it writes without a pause.
    """
    for name in (*_DATABASES, _BLOBS, _LAYERS):
        folder = target / name if name in (_BLOBS, _LAYERS) else (target / name).parent
        folder.mkdir(parents=True, mode=0o700)
    _copy_databases(source, target)
    # After the databases: what is there by then is all that they name, and more does no harm.
    for blob in (source / _BLOBS).iterdir():
        (target / _BLOBS / blob.name).hardlink_to(blob)
    for layer in (source / _LAYERS).iterdir():
        (target / _LAYERS / layer.name).symlink_to(layer)


def _copy_databases(source: Path, target: Path) -> None:
    for _ in range(_TRIES):
        before = _written(source)
        for name in _DATABASES:
            shutil.copyfile(source / name, target / name)
        if _written(source) == before:
            return
    raise Failed(f"containerd writes to its databases in {source} without a pause")


def _written(root: Path) -> list[tuple[int, int]]:
    """When its databases were last written, in nanoseconds, and their sizes."""
    return [(found.st_mtime_ns, found.st_size) for found in ((root / name).stat() for name in _DATABASES)]
