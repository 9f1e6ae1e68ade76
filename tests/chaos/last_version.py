"""The version that users have, for upgrades from it: `last_version.txt` names its commit, or its tag once there is one.

Whatever is released next is tested against that one. A release therefore writes its own tag into the file.
"""

from __future__ import annotations

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster.paths import CHECKOUT, Paths
from cluster.progress import Failed, run
from cluster.release import images

_NAME = Path(__file__).with_suffix(".txt").read_text().strip()
_GIT = ("git", "-c", "safe.directory=*", "-C", str(CHECKOUT))


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the project: its files, and the references of those of its images that differ by target."""

    checkout: Path
    images: Mapping[str, str]


def is_there() -> bool:
    """Whether this clone has the last version: a shallow one has it not."""
    try:
        run([*_GIT, "cat-file", "-e", f"{_NAME}^{{commit}}"])
    except Failed:
        return False
    return True


def make(paths: Paths, folder: Path) -> Version:
    """Put the last version's files into a folder that is not there yet, and its images into the cluster."""
    archive = folder.with_suffix(".tar")
    run([*_GIT, "archive", f"--output={archive}", _NAME])
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    archive.unlink()
    # Images are made of the files that git sees.
    run(["git", "init", "--quiet", str(folder)])
    return Version(folder, images(paths, "control", "renderer", checkout=folder))
