"""The lists of what is in the images: valid CycloneDX, and just what the running pods have."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import cyclonedx.schema
import jsonschema_rs
import pytest

from cluster.paths import CHECKOUT, foreign_kubeconfig
from cluster.release import Release
from tests.e2e.client import eventually, ready_pods
from tests.e2e.conftest import Run

Packages = set[tuple[str, str]]
INSTALLED = ("dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\\n")
DISTRIBUTIONS = (
    "import importlib.metadata as m; print(*(f'{d.name} {d.version}' for d in m.distributions()), sep='\\n')"
)
NODE = "from playwright._impl._driver import compute_driver_executable as d; print(d()[0])"


@pytest.fixture(scope="module")
def lists(installed: Release) -> dict[str, dict[str, Any]]:
    """The lists by image, made of the images that the release runs."""
    if foreign_kubeconfig(installed.paths):
        pytest.skip("the images of another cluster were built elsewhere")
    argv = [sys.executable, "-m", "cluster", "sbom"]
    said = subprocess.run(argv, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    # How far it is stands there as well.
    made = [word for word in said if word.endswith(".cdx.json")]
    return {Path(name).name.removesuffix(".cdx.json"): json.loads((CHECKOUT / name).read_text()) for name in made}


def packages(bom: dict[str, Any], kind: str) -> Packages:
    """Names and versions of a list's packages of one kind."""
    mine = (each for each in bom["components"] if each.get("purl", "").startswith(f"pkg:{kind}/"))
    return {(each["name"], each["version"]) for each in mine}


def pod(kubectl: Run, component: str) -> str:
    """A ready pod of the release, as kubectl takes it."""
    found, *_ = eventually(f"a pod of {component} is ready", lambda: ready_pods(kubectl, component) or None)
    return f"pod/{found['metadata']['name']}"


def normal(found: Packages) -> Packages:
    """Names of Python distributions as PyPI compares them."""
    return {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in found}


def test_each_image_has_a_valid_list(lists: dict[str, dict[str, Any]]) -> None:
    assert set(lists) == {"control", "renderer", "storage-emulator"}
    folder = Path(cyclonedx.schema.__file__).with_name("_res")
    schemas = {file.name: json.loads(file.read_text()) for file in folder.glob("*.schema.json")}
    registry = jsonschema_rs.Registry(
        [(f"http://cyclonedx.org/schema/{name}", schema) for name, schema in schemas.items()]
    )
    for target, bom in lists.items():
        schema = schemas[f"bom-{bom['specVersion']}.SNAPSHOT.schema.json"]
        problems = jsonschema_rs.validator_for(schema, registry=registry).iter_errors(bom)
        assert [f"{list(problem.instance_path)}: {problem.message}" for problem in problems] == [], target
        component = bom["metadata"]["component"]
        assert component["name"] == f"localhost/pdf-export/{target}"


@pytest.mark.parametrize(("component", "target"), [("api", "control"), ("renderer", "renderer")])
def test_a_list_names_what_is_in_the_image_and_nothing_else(
    lists: dict[str, dict[str, Any]], kubectl: Run, component: str, target: str
) -> None:
    running = pod(kubectl, component)
    image = kubectl("get", running, "-o", "jsonpath={.spec.containers[0].image}")
    described = lists[target]["metadata"]["component"]
    assert image == f"{described['name']}:{described['version']}"

    lines = kubectl("exec", running, "--", *INSTALLED).splitlines()
    debian = {(name, version) for name, version, status in map(str.split, lines) if status == "installed"}
    assert packages(lists[target], "deb") == debian
    lines = kubectl("exec", running, "--", "python3", "-c", DISTRIBUTIONS).splitlines()
    distributions = {(name, version) for name, version in map(str.split, lines)}
    assert normal(packages(lists[target], "pypi")) == normal(distributions)


def test_what_prints_is_listed_with_its_version(lists: dict[str, dict[str, Any]], kubectl: Run) -> None:
    running = pod(kubectl, "renderer")
    node = kubectl("exec", running, "--", "python3", "-c", NODE).strip()
    version = kubectl("exec", running, "--", node, "--version").strip().removeprefix("v")
    assert ("node", version) in packages(lists["renderer"], "generic")
    assert "chromium-headless-shell" in {name for name, _ in packages(lists["renderer"], "deb")}
    assert "playwright-core" in {name for name, _ in packages(lists["renderer"], "npm")}
