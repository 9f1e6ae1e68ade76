"""The images in buildah's store, read where they lie.

`buildah push` writes every layer of an image anew, also those that the cluster has: 6 s for the renderer's 760 MB,
where a change of code is one layer of 2 MB. So the layers that are missing are put together here as buildah does it,
from the store's files and its record of the tar stream (https://github.com/vbatts/tar-split). containerd compares each
one's digest when it takes it in: a mistake would be an error there, never a wrong image.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import oci
from cluster.progress import Failed

_CHUNK = 1 << 20
# Kinds of entries in tar-split's record.
_FILE, _SEGMENT = 1, 2


@dataclass(frozen=True, slots=True)
class StoredImage:
    """One image. names: its references. created: RFC 3339, to sort by."""

    id: str
    names: tuple[str, ...]
    created: str


class BuildStore:
    """A store of containers/storage with the overlay driver. root: what buildah gets as --root."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def images(self) -> list[StoredImage]:
        """All images with a name, newest first."""
        rows = self._read_list("overlay-images/images.json")
        named = [StoredImage(row["id"], tuple(row["names"]), row["created"]) for row in rows if row.get("names")]
        return sorted(named, key=lambda image: image.created, reverse=True)

    def names(self) -> list[str]:
        """References of all images, newest first."""
        return [name for image in self.images() for name in image.names]

    def layer_count(self) -> int:
        """How many layers there are, those of the build cache included."""
        return len(self._read_list("overlay-layers/layers.json"))

    def manifest(self, reference: str) -> bytes:
        return self._data(self._id(reference), "manifest")

    def blobs(self, reference: str) -> Iterator[oci.Blob]:
        """Configuration and layers of an image; a layer is read when its chunks are. Raises Failed."""
        manifest = json.loads(self.manifest(reference))
        if manifest["mediaType"] != oci.MANIFEST:
            raise Failed(f"{reference} is not in OCI's format but {manifest['mediaType']}")
        yield oci.blob(self._data(self._id(reference), manifest["config"]["digest"]))
        layers = {row.get("diff-digest"): row["id"] for row in self._read_list("overlay-layers/layers.json")}
        for layer in manifest["layers"]:
            yield oci.Blob(layer["digest"], layer["size"], self._layer(layers[layer["digest"]]))

    def _id(self, reference: str) -> str:
        for image in self.images():
            if reference in image.names:
                return image.id
        raise Failed(f"{reference} is not built: `python3 -m cluster images` builds, and prints the references")

    def _read_list(self, name: str) -> list[dict[str, Any]]:
        try:
            rows: list[dict[str, Any]] = json.loads((self._root / name).read_text())
        except FileNotFoundError:
            return []
        return rows

    def _data(self, image: str, key: str) -> bytes:
        """A piece of data that goes with an image; names with other than plain characters are encoded."""
        name = key if key.isalnum() else "=" + base64.b64encode(key.encode()).decode()
        return (self._root / "overlay-images" / image / name).read_bytes()

    def _layer(self, layer: str) -> Iterator[bytes]:
        """A layer's tar stream: headers and padding from the record, contents from the files."""
        files = self._root / "overlay" / layer / "diff"
        with gzip.open(self._root / "overlay-layers" / f"{layer}.tar-split.gz") as record:
            for line in record:
                entry = json.loads(line)
                if entry["type"] == _SEGMENT:
                    yield base64.b64decode(entry["payload"])
                elif entry["type"] == _FILE and entry.get("size"):
                    raw = entry.get("name_raw")
                    name = base64.b64decode(raw).decode(errors="surrogateescape") if raw else entry["name"]
                    with (files / name).open("rb") as file:
                        while chunk := file.read(_CHUNK):
                            yield chunk
