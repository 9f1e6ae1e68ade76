"""The chart, the OpenAPI document, the images, the clients and the Python package have one version."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import yaml

from api.openapi.document import document
from charts import release

CHART: dict[str, Any] = yaml.safe_load((release.CHART / "Chart.yaml").read_text())
VALUES: dict[str, Any] = yaml.safe_load((release.CHART / "values.yaml").read_text())
IMAGES = [f"pdf-export/{target}:{release.version()}" for target in release.TARGETS]


def test_the_chart_has_the_version_of_the_package() -> None:
    assert (CHART["version"], CHART["appVersion"]) == (release.version(), release.version())


def test_the_openapi_document_has_the_version_of_the_package() -> None:
    assert document(templates={}, max_body_bytes=1)["info"]["version"] == release.version()


def test_the_chart_names_the_images_of_this_version() -> None:
    names = [f"pdf-export/{target}" for target in release.TARGETS]
    assert [image["repository"] for image in VALUES["images"].values()] == names
    # The chart's own version, from the registry that the installation names.
    assert {(image["registry"], image["tag"], image["digest"]) for image in VALUES["images"].values()} == {("", "", "")}
    annotated = yaml.safe_load(CHART["annotations"]["artifacthub.io/images"])
    assert [image["image"] for image in annotated] == IMAGES


def test_the_typescript_client_has_the_version_of_the_package() -> None:
    folders = [release.ROOT / "clients" / "typescript", release.ROOT / "examples" / "react"]
    lock, example = (json.loads((folder / "package-lock.json").read_text())["packages"] for folder in folders)
    package = json.loads((folders[0] / "package.json").read_text())
    found = {package["version"], lock[""]["version"], example["node_modules/pdf-export-client"]["version"]}
    assert found == {release.version()}


def test_the_python_client_has_the_version_of_the_package() -> None:
    project = tomllib.loads((release.ROOT / "clients" / "python" / "pyproject.toml").read_text())["project"]
    assert project["version"] == release.version()
