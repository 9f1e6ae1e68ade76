"""What is in each image, as CycloneDX's JSON: Debian packages, Python distributions, and programs such as Node.

Made by syft from the image that was built, so it lists what is there, not what was asked for.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from cluster import build, images
from cluster.paths import CHECKOUT, Paths
from cluster.progress import run_long

SYFT = "github.com/anchore/syft/cmd/syft"
VERSION = "v1.57.1"
FOLDER = CHECKOUT / "out" / "sbom"


def command(paths: Paths) -> int:
    """Writes out/sbom/<target>.cdx.json of all images, which are built where they are not, and says where they are."""
    references = images.ensure(paths, images.TARGETS)
    syft = _syft(paths)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for target, reference in references.items():
        file = FOLDER / f"{target}.cdx.json"
        if _describes(file) != reference:
            _write(paths, syft, reference, file)
        print(file.relative_to(CHECKOUT), flush=True)
    return 0


def _describes(file: Path) -> str:
    """The reference of the image that a list was made of; empty for none."""
    try:
        component = json.loads(file.read_text())["metadata"]["component"]
    except (FileNotFoundError, ValueError, KeyError):
        return ""
    return f"{component['name']}:{component['version']}"


def _write(paths: Paths, syft: Path, reference: str, file: Path) -> None:
    name, _, version = reference.rpartition(":")
    with images.lock(paths), images.scratch_folder(paths) as scratch:
        archive = scratch / "image.tar"
        images.write_archive(paths, reference, archive)
        made = scratch / file.name
        run_long(
            f"listing what is in {reference}",
            [
                *(str(syft), "scan", f"oci-archive:{archive}", "--quiet", "--output", f"cyclonedx-json={made}"),
                *("--source-name", name, "--source-version", version),
            ],
            # Packages, not the thousands of files that they consist of; and no look-up whether there is a newer syft.
            env={**os.environ, "SYFT_FILE_METADATA_SELECTION": "none", "SYFT_CHECK_FOR_APP_UPDATE": "false"},
        )
        shutil.copyfile(made, file)


def _syft(paths: Paths) -> Path:
    flags = f"-s -w -X main.version={VERSION}"
    return build.go_program(
        paths, f"{SYFT}@{VERSION}", title="building syft (3 minutes on 2 cores the first time)", flags=flags
    )
