"""Container images as OCI archives, written to a stream: https://github.com/opencontainers/image-spec."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_CONFIG = "application/vnd.oci.image.config.v1+json"
_LAYER = "application/vnd.oci.image.layer.v1.tar"
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Blob:
    """A piece of an image. digest: sha256:<hex>, size: bytes, chunks: the content, to be read once."""

    digest: str
    size: int
    chunks: Iterable[bytes]


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def blob(content: bytes) -> Blob:
    return Blob(digest(content), len(content), (content,))


def write_archive(output: IO[bytes], reference: str, manifest: bytes, blobs: Iterable[Blob]) -> int:
    """Writes an archive of one image, named `reference`; gives the bytes of its blobs.

    Blobs that the reader has already may be left out. Raises ValueError when a blob is not as long as it said.
    """
    descriptor = {
        "mediaType": MANIFEST,
        "digest": digest(manifest),
        "size": len(manifest),
        "annotations": {"org.opencontainers.image.ref.name": reference},
    }
    index = json.dumps({"schemaVersion": 2, "manifests": [descriptor]}).encode()
    _write_entry(output, "oci-layout", blob(b'{"imageLayoutVersion":"1.0.0"}'))
    _write_entry(output, "index.json", blob(index))
    written = 0
    for each in (*blobs, blob(manifest)):
        _write_entry(output, "blobs/sha256/" + each.digest.removeprefix("sha256:"), each)
        written += each.size
    output.write(bytes(2 * _BLOCK))
    return written


def _write_entry(output: IO[bytes], name: str, content: Blob) -> None:
    header = tarfile.TarInfo(name)
    header.size = content.size
    output.write(header.tobuf(tarfile.GNU_FORMAT))
    size = 0
    for chunk in content.chunks:
        output.write(chunk)
        size += len(chunk)
    if size != content.size:
        raise ValueError(f"{name} has {size} bytes instead of {content.size}")
    output.write(bytes(-size % _BLOCK))


def write_single_file_image(output: IO[bytes], reference: str, program: Path) -> None:
    """Writes an archive of an image that holds one static program and runs it, as nobody, at /<its name>."""
    packed = io.BytesIO()
    content = program.read_bytes()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo(program.name)
        entry.size = len(content)
        entry.mode = 0o755
        archive.addfile(entry, io.BytesIO(content))
    layer = blob(packed.getvalue())
    config = blob(
        json.dumps(
            {
                # ELF's e_machine, in Go's words.
                "architecture": {62: "amd64", 183: "arm64"}[int.from_bytes(content[18:20], "little")],
                "os": "linux",
                "config": {"Entrypoint": [f"/{program.name}"], "User": "65535:65535", "WorkingDir": "/"},
                "rootfs": {"type": "layers", "diff_ids": [layer.digest]},
            }
        ).encode()
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": _CONFIG, "digest": config.digest, "size": config.size},
        "layers": [{"mediaType": _LAYER, "digest": layer.digest, "size": layer.size}],
    }
    write_archive(output, reference, json.dumps(manifest).encode(), [layer, config])
