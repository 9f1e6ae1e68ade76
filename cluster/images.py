"""The project's container images: built with buildah, named after their content, and loaded into the cluster."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from cluster import base_image, build, cleanup, dockerfile, host_settings, oci, runtime, sources
from cluster.build_store import BuildStore
from cluster.locking import exclusive
from cluster.paths import CHECKOUT, Paths
from cluster.progress import Failed, heartbeat, run, run_long, say

TARGETS = ("control", "renderer", "storage-emulator")
_PREFIX = "localhost/pdf-export/"
# As references() names them: by target and content.
_OURS = re.compile(_PREFIX + r"([a-z-]+):[0-9a-f]{16}")
_KEPT_VERSIONS = 5
# Above this many, the layers that no image stands on any more are removed too.
_KEPT_LAYERS = 400


def target_and_reference(checkout: Path, name: str) -> tuple[dockerfile.Target, str]:
    """What a target consists of now, and the reference that this gives it in a pod. Raises Failed."""
    try:
        target = dockerfile.target((checkout / "Dockerfile").read_text(), name)
    except KeyError as error:
        raise Failed(f"the Dockerfile has no target {error}") from error
    except dockerfile.NotUnderstood as error:
        raise Failed(f"Dockerfile: {error}") from error
    return target, f"{_PREFIX}{name}:{sources.content_hash(checkout, target)}"


def _buildah(paths: Paths, *arguments: str) -> list[str]:
    store = paths.image_store
    where = ("--root", str(store / "storage"), "--runroot", str(store / "run"), "--storage-driver", "overlay")
    return ["buildah", *where, *arguments]


def _store(paths: Paths) -> BuildStore:
    return BuildStore(paths.image_store / "storage")


@contextmanager
def scratch_folder(paths: Paths) -> Iterator[Path]:
    """A folder on the cache's disk for the time of one step; what a killed step left there goes first.

    Only for who holds the lock of the images.
    """
    paths.image_store.mkdir(parents=True, exist_ok=True)
    for left in paths.image_store.glob("tmp-*"):
        cleanup.remove_tree(left)
    folder = Path(tempfile.mkdtemp(prefix="tmp-", dir=paths.image_store))
    try:
        yield folder
    finally:
        cleanup.remove_tree(folder)


def command(paths: Paths, *, targets: Sequence[str], only_print: bool) -> int:
    """Builds what is not built, and prints {target: reference}."""
    names = targets or TARGETS
    found = {name: target_and_reference(CHECKOUT, name)[1] for name in names} if only_print else ensure(paths, names)
    print(json.dumps(found), flush=True)
    return 0


def lock(paths: Paths) -> AbstractContextManager[None]:
    """One process at a time changes the images, or reads what another would prune."""
    return exclusive(paths.cache / "images.lock", "another image build")


def loading(paths: Paths) -> AbstractContextManager[None]:
    """One process at a time loads images into nodes, or adds a node. It need not wait for a build."""
    return exclusive(paths.cache / "loading.lock", "another load of images")


def ensure(paths: Paths, names: Sequence[str]) -> dict[str, str]:
    """Builds what is not built; gives the references by target."""
    build.install_packages()
    with lock(paths):
        found = {name: _ensure(paths, name) for name in names}
        _prune(paths, found.values())
    return found


def _ensure(paths: Paths, name: str) -> str:
    """Builds a target unless the store has it; gives its reference."""
    have = _store(paths).names()
    reference = target_and_reference(CHECKOUT, name)[1]
    if reference in have:
        return reference
    # What a killed build left.
    run(_buildah(paths, "rm", "--all"))
    if base_image.REFERENCE not in have:
        _make_base(paths)
    return _build(paths, name)


def _make_base(paths: Paths) -> None:
    with scratch_folder(paths) as scratch:
        root = base_image.make_root(scratch)
        began = time.monotonic()
        container = run(_buildah(paths, "from", "scratch")).strip()
        run(_buildah(paths, "add", "--quiet", container, str(root), "/"), timeout=300)
        run(_buildah(paths, "config", "--cmd", "bash", container))
        run(_buildah(paths, "commit", "--quiet", "--rm", container, base_image.REFERENCE), timeout=300)
        say(f"made {base_image.REFERENCE} in {time.monotonic() - began:.0f} s more")


def _stage(name: str, scratch: Path) -> str:
    """Copies what a target is built from, and gives the reference of just this content, if files change meanwhile."""
    for attempt in range(5):
        context = scratch / f"context-{attempt}"
        context.mkdir()
        target, reference = target_and_reference(CHECKOUT, name)
        sources.stage_context(CHECKOUT, target, context)
        (scratch / "Dockerfile").write_bytes((CHECKOUT / "Dockerfile").read_bytes())
        if target_and_reference(CHECKOUT, name)[1] == reference:
            context.rename(scratch / "context")
            return reference
    raise Failed(f"the files of the image {name} change faster than they can be copied")


def _build(paths: Paths, name: str) -> str:
    """Builds a target; gives its reference."""
    began = time.monotonic()
    with scratch_folder(paths) as scratch:
        reference = _stage(name, scratch)
        run_long(
            f"building the image {name}",
            _buildah(
                paths,
                *("build", "--layers", "--pull-never", "--format", "oci", "--isolation", "chroot"),
                *("--target", name, "--tag", reference, "--file", str(scratch / "Dockerfile")),
                *("--build-arg", f"DEBIAN_IMAGE={base_image.REFERENCE}"),
                # The context holds nothing but what is copied.
                *("--ignorefile", os.devnull),
                *host_settings.build_flags(scratch),
                str(scratch / "context"),
            ),
            summary=lambda count, last: f"{count} lines, now {last[:120]}",
        )
    say(f"built {reference} in {time.monotonic() - began:.0f} s")
    return reference


def outdated(newest_first: Sequence[str], keep: Iterable[str] = ()) -> list[str]:
    """Of these references, those of ours that have newer versions enough. What is not named by content is not ours."""
    seen: dict[str, int] = {}
    old = []
    for name in newest_first:
        ours = _OURS.fullmatch(name)
        if ours:
            seen[ours[1]] = seen.get(ours[1], 0) + 1
            if seen[ours[1]] > _KEPT_VERSIONS and name not in keep:
                old.append(name)
    return old


def _prune(paths: Paths, keep: Iterable[str]) -> None:
    store = _store(paths)
    for name in outdated(store.names(), keep):
        run(_buildah(paths, "rmi", name))
    if store.layer_count() > _KEPT_LAYERS:
        run(_buildah(paths, "rmi", "--prune"), timeout=300)


def load(paths: Paths, reference: str) -> None:
    """Makes a built image usable in pods under exactly this reference. Nothing to do when it is. Raises Failed."""
    with lock(paths), loading(paths):
        nodes = [paths, *([paths.second_node] if paths.second_node.state.exists() else [])]
        lacking = [node for node in nodes if reference not in runtime.images(node)]
        if not lacking:
            say(f"{reference} is loaded already")
        # The second node stands on the first one's layers: none goes that a container of either uses.
        used = set[str]().union(*map(runtime.used_images, nodes))
        for node in lacking:
            _load_into(node, _store(paths), reference, used)


def _load_into(node: Paths, store: BuildStore, reference: str, used: Iterable[str]) -> None:
    began = time.monotonic()
    present = runtime.images(node)
    have = runtime.blobs(node)
    new = [blob for blob in store.blobs(reference) if blob.digest not in have]
    size = sum(blob.size for blob in new) / 1e6
    title = f"loading {reference}, {size:.0f} MB new"
    say(title)
    with heartbeat(lambda: f"  {title}: {time.monotonic() - began:.0f} s"):
        runtime.import_image(node, lambda stream: oci.write_archive(stream, reference, store.manifest(reference), new))
    names = store.names()
    newest_first = [*(name for name in names if name in present), *(name for name in present if name not in names)]
    runtime.remove_images(node, outdated([reference, *newest_first], used))
    say(f"loaded {reference} in {time.monotonic() - began:.1f} s")


def write_archive(paths: Paths, reference: str, file: Path) -> None:
    """Writes a built image into a file, whole, in OCI's format. Only for who holds the lock. Raises Failed."""
    store = _store(paths)
    with file.open("wb") as output:
        oci.write_archive(output, reference, store.manifest(reference), store.blobs(reference))
