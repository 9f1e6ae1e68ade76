"""The files of the checkout that go into an image: their content decides its name, and a build sees no others."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from cluster.dockerfile import Target
from cluster.progress import Failed, run

# All files of a build have this time, 2020-01-01, so that a fresh clone finds the layers that another one built.
_MODIFIED = 1577836800


def visible_files(checkout: Path, sources: Iterable[str]) -> list[str]:
    """Files that git tracks, or would add, under the given paths, sorted. Raises Failed for a path that has none."""
    listing = ["git", "-c", "safe.directory=*", "-C", str(checkout), "ls-files", "-z"]
    found: set[str] = set()
    for source in sorted(sources):
        names = run([*listing, "--cached", "--others", "--exclude-standard", "--", source]).split("\0")
        # A file that was deleted, but not yet from git's index, is listed too.
        present = {name for name in names if name and os.path.lexists(checkout / name)}
        if not present:
            raise Failed(f"the Dockerfile copies {source}, and there is no such file in {checkout}")
        found |= present
    return sorted(found)


def content_hash(checkout: Path, target: Target) -> str:
    """16 hex digits that change when, and only when, the target's instructions or files do."""
    content = hashlib.sha256("\n".join(target.instructions).encode())
    for name in visible_files(checkout, target.sources):
        file = checkout / name
        kind = "link" if file.is_symlink() else "program" if os.access(file, os.X_OK) else "file"
        body = os.readlink(file).encode() if file.is_symlink() else file.read_bytes()
        content.update(f"\0{name}\0{kind}\0{len(body)}\0".encode())
        content.update(body)
    return content.hexdigest()[:16]


def stage_context(checkout: Path, target: Target, context: Path) -> None:
    """Copies the target's files into an empty folder, with times and modes that depend on the content only."""
    for name in visible_files(checkout, target.sources):
        place = context / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkout / name, place, follow_symlinks=False)
        if not place.is_symlink():
            place.chmod(0o755 if os.access(checkout / name, os.X_OK) else 0o644)
    for folder, folders, files in os.walk(context, topdown=False):
        os.chmod(folder, 0o755)
        for each in (*(os.path.join(folder, name) for name in (*folders, *files)), folder):
            os.utime(each, (_MODIFIED, _MODIFIED), follow_symlinks=False)
