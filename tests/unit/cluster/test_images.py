"""Images as containerd takes them in: archives, and layers put together from buildah's store."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest

from cluster import oci
from cluster.build_store import BuildStore

REFERENCE = "localhost/pdf-export/control:0123456789abcdef"


def _members(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {member.name: file.read() for member in tar if (file := tar.extractfile(member))}


def test_an_archive_names_its_image_and_holds_the_blobs_by_digest(tmp_path: Path) -> None:
    program = tmp_path / "pause"
    program.write_bytes(b"\x7fELF" + bytes(14) + b"\x3e\x00" + b"x" * 1000)
    output = io.BytesIO()

    oci.write_single_file_image(output, "localhost/pause:1", program)

    members = _members(output.getvalue())
    (descriptor,) = json.loads(members["index.json"])["manifests"]
    assert descriptor["annotations"] == {"org.opencontainers.image.ref.name": "localhost/pause:1"}
    blobs = {name: content for name, content in members.items() if name.startswith("blobs/")}
    assert all(oci.digest(content) == "sha256:" + name.rpartition("/")[2] for name, content in blobs.items())
    manifest = json.loads(blobs["blobs/sha256/" + descriptor["digest"].removeprefix("sha256:")])
    layer = blobs["blobs/sha256/" + manifest["layers"][0]["digest"].removeprefix("sha256:")]
    assert _members(layer) == {"pause": program.read_bytes()}


def test_a_blob_that_is_not_as_long_as_it_said_is_an_error() -> None:
    with pytest.raises(ValueError, match="has 3 bytes instead of 4"):
        oci.write_archive(io.BytesIO(), REFERENCE, b"{}", [oci.Blob("sha256:00", 4, (b"abc",))])


def _store(root: Path) -> bytes:
    """A store with one image of one layer, as containers/storage lays it out; gives the layer's tar stream."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in (("etc/empty", b""), ("etc/hosts", b"localhost\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    layer = packed.getvalue()
    start = layer.index(b"localhost\n")
    record = [
        {"type": 2, "payload": base64.b64encode(layer[:512]).decode()},
        {"type": 1, "name": "etc/empty"},
        {"type": 2, "payload": base64.b64encode(layer[512:start]).decode()},
        {"type": 1, "name": "etc/hosts", "size": 10},
        {"type": 2, "payload": base64.b64encode(layer[start + 10 :]).decode()},
    ]
    config = b"{}"
    manifest = {
        "mediaType": oci.MANIFEST,
        "config": {"digest": oci.digest(config), "size": 2},
        "layers": [{"digest": oci.digest(layer), "size": len(layer)}],
    }
    image = root / "overlay-images" / "i1"
    files = root / "overlay" / "l1" / "diff" / "etc"
    for folder in (image, files, root / "overlay-layers"):
        folder.mkdir(parents=True)
    (files / "hosts").write_bytes(b"localhost\n")
    (image / "manifest").write_text(json.dumps(manifest))
    (image / ("=" + base64.b64encode(oci.digest(config).encode()).decode())).write_bytes(config)
    (root / "overlay-images" / "images.json").write_text(
        json.dumps([{"id": "i0", "created": "2"}, {"id": "i1", "names": [REFERENCE], "created": "1"}])
    )
    (root / "overlay-layers" / "layers.json").write_text(
        json.dumps([{"id": "l0"}, {"id": "l1", "diff-digest": oci.digest(layer)}])
    )
    with gzip.open(root / "overlay-layers" / "l1.tar-split.gz", "wt") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in record)
    return layer


def test_a_layer_of_the_build_store_comes_out_as_it_went_in(tmp_path: Path) -> None:
    layer = _store(tmp_path)

    store = BuildStore(tmp_path)
    config, stored = store.blobs(REFERENCE)

    assert store.names() == [REFERENCE]
    assert b"".join(config.chunks) == b"{}"
    assert b"".join(stored.chunks) == layer
    assert (stored.digest, stored.size) == (oci.digest(layer), len(layer))


def test_a_store_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert BuildStore(tmp_path / "nowhere").names() == []
