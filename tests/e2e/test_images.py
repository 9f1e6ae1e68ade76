"""The images: how large they are, and who runs in them."""

from __future__ import annotations

import json

import pytest

from cluster import base_image, images
from cluster.build_store import BuildStore
from cluster.paths import CHECKOUT, foreign_kubeconfig, from_environment
from cluster.release import Release

MEGABYTE = 1_000_000


@pytest.fixture
def store(installed: Release) -> BuildStore:
    """The store that the images were built in."""
    if foreign_kubeconfig(installed.paths):
        pytest.skip("the images of another cluster were built elsewhere")
    return BuildStore(from_environment().image_store / "storage")


# With head room above what the images have (150 and 740): Debian's packages grow by themselves, and what its archive
# holds on a day must not decide a test. What grows by more than that was added by us.
@pytest.mark.parametrize(("target", "megabytes"), [("control", 260), ("renderer", 810)])
def test_an_image_stays_small(store: BuildStore, target: str, megabytes: int) -> None:
    """Uncompressed, above the Debian base."""
    _, reference = images.target_and_reference(CHECKOUT, target)
    of_base = {layer["digest"] for layer in json.loads(store.manifest(base_image.REFERENCE))["layers"]}
    layers = json.loads(store.manifest(reference))["layers"]
    assert of_base & {layer["digest"] for layer in layers}
    # The layers are stored as tar, not compressed.
    assert all(layer["mediaType"].endswith("tar") for layer in layers)
    assert sum(layer["size"] for layer in layers if layer["digest"] not in of_base) < megabytes * MEGABYTE
