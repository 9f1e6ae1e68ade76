"""Container images as streams that containerd imports: only what it does not have yet is put in."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import IO

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
_REFERENCE = "org.opencontainers.image.ref.name"


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _add(archive: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = mode
    archive.addfile(entry, io.BytesIO(content))


def _index(reference: str, media_type: str, manifest_digest: str, size: int) -> bytes:
    descriptor = {
        "mediaType": media_type,
        "digest": manifest_digest,
        "size": size,
        "annotations": {_REFERENCE: reference},
    }
    return json.dumps({"schemaVersion": 2, "manifests": [descriptor]}).encode()


def single_file_image(reference: str, program: Path) -> bytes:
    """An OCI archive of an image that holds one static program and runs it, as nobody, at /<its name>."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        _add(archive, program.name, program.read_bytes(), mode=0o755)
    config = json.dumps(
        {
            "architecture": _architecture(program),
            "os": "linux",
            "config": {"Entrypoint": [f"/{program.name}"], "User": "65535:65535", "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer.getvalue())]},
        }
    ).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": digest(config), "size": len(config)},
            "layers": [
                {
                    "mediaType": LAYER,
                    "digest": digest(layer.getvalue()),
                    "size": len(layer.getvalue()),
                }
            ],
        }
    ).encode()
    image = io.BytesIO()
    with tarfile.open(fileobj=image, mode="w") as archive:
        _add(archive, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        _add(archive, "index.json", _index(reference, MANIFEST, digest(manifest), len(manifest)))
        for blob in (layer.getvalue(), config, manifest):
            _add(archive, "blobs/sha256/" + digest(blob).removeprefix("sha256:"), blob)
    return image.getvalue()


def _architecture(program: Path) -> str:
    """Go's name for the machine of an ELF file."""
    machine = int.from_bytes(program.read_bytes()[18:20], "little")
    return {62: "amd64", 183: "arm64"}.get(machine, "amd64")


def stream_layout(layout: Path, reference: str, present: AbstractSet[str], output: IO[bytes]) -> int:
    """Writes an OCI layout folder with one image as an archive named `reference`, without the blobs `present`.

    Gives the bytes of the blobs that were written.
    """
    (descriptor,) = json.loads((layout / "index.json").read_text())["manifests"]
    blobs = layout / "blobs" / "sha256"
    manifest = json.loads((blobs / descriptor["digest"].removeprefix("sha256:")).read_text())
    digests = [descriptor["digest"], *(each["digest"] for each in (manifest["config"], *manifest["layers"]))]
    written = 0
    with tarfile.open(fileobj=output, mode="w|", bufsize=1 << 20) as archive:
        _add(archive, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
        index = _index(reference, descriptor["mediaType"], descriptor["digest"], descriptor["size"])
        _add(archive, "index.json", index)
        for each in dict.fromkeys(digests):
            if each not in present:
                file = blobs / each.removeprefix("sha256:")
                archive.add(file, f"blobs/sha256/{file.name}", recursive=False)
                written += file.stat().st_size
    return written
