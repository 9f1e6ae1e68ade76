"""What is pinned: versions with hashes, without addresses, the same in images and tests; the base by digest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster import base_image, dockerfile

ROOT = Path(__file__).resolve().parents[3]
LISTS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)( ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n")
# Free to use, change and pass on, in the names that npm packages give.
LICENCES = {
    *(
        "MIT",
        "MIT-0",
        "ISC",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BlueOak-1.0.0",
        "CC0-1.0",
        "Python-2.0",
    ),
    "public domain",
}
# These say so in a file of theirs only.
LICENCE_IN_FILE = {"node_modules/fuzzy": "MIT", "node_modules/valid-url": "MIT"}

# The project's own package, from its folder.
CLIENT = "file:../../clients/typescript"


def pins(file: Path) -> dict[str, str]:
    """Versions by package; fails for anything that is no pin with hashes."""
    text = file.read_text()
    found = {match[1]: match[2] for match in PIN.finditer(text)}
    assert PIN.sub("", text) == "", f"{file.name} has lines that are no pin with hashes"
    return found


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.name)
def test_every_requirement_is_an_exact_version_with_hashes(file: Path) -> None:
    assert len(pins(file)) > 5
    assert "://" not in file.read_text()


def test_what_is_tested_is_what_the_images_hold() -> None:
    dev = pins(ROOT / "requirements" / "dev.txt")
    for name in ("control", "renderer", "local"):
        assert dev.items() >= pins(ROOT / "requirements" / f"{name}.txt").items()


def npm_packages() -> Iterator[tuple[str, dict[str, str]]]:
    for folder in ("emulator", "clients/typescript", "examples/react"):
        lock = json.loads((ROOT / folder / "package-lock.json").read_text())
        yield from (
            (place, package)
            for place, package in lock["packages"].items()
            if place and package.get("resolved") != CLIENT
        )


def test_every_npm_package_has_a_hash_and_no_address() -> None:
    for place, package in npm_packages():
        assert package["integrity"].startswith("sha512-"), place
        assert "resolved" not in package, place


def test_every_npm_package_may_be_used() -> None:
    unknown = {}
    for place, package in npm_packages():
        licence = package.get("license") or LICENCE_IN_FILE.get(place, "none")
        if not set(re.split(r" OR ", licence.strip("()"))) & LICENCES:
            unknown[place] = licence
    assert unknown == {}


@pytest.mark.parametrize(
    ("folder", "more_than"),
    [
        ("cluster/k8s", 100),
        ("requirements/go", 5),
        ("requirements/go/prometheus", 100),
        ("requirements/go/kube-score", 5),
    ],
)
def test_every_go_module_has_its_hashes(folder: str, more_than: int) -> None:
    sums = {tuple(line.split()[:2]) for line in (ROOT / folder / "go.sum").read_text().splitlines()}
    text = (ROOT / folder / "go.mod").read_text()
    replaced = dict(re.findall(r"^\t(\S+) => \S+ (v\S+)$", text, re.MULTILINE))
    required = re.findall(r"^\t(\S+) (v\S+)(?: // indirect)?$", text, re.MULTILINE)
    assert len(required) > more_than
    pinned = {(module, replaced.get(module, version)) for module, version in required}
    assert {(module, f"{version}/go.mod") for module, version in pinned} <= sums


def test_images_stand_on_one_base_that_is_named_by_its_digest() -> None:
    preamble, stages = dockerfile.stages((ROOT / "Dockerfile").read_text())
    (base,) = (line.partition("=")[2] for line in preamble if line.startswith("ARG DEBIAN_IMAGE="))
    day = rf"docker\.io/library/debian:{base_image.SUITE}-20\d{{6}}-slim@sha256:[0-9a-f]{{64}}"
    assert re.fullmatch(day, base)
    known = {*stages, "${DEBIAN_IMAGE}"}
    assert {need for stage in stages.values() for need in stage.needs} <= known


def test_the_one_node_cluster_does_not_pass_its_own_base_off_as_debians() -> None:
    assert base_image.REFERENCE.startswith("localhost/")
