"""A release: the tag is checked against the files, and the packaged chart names the images of a registry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from charts import release
from crds.job import CRD_FILE

REGISTRY = "ghcr.io/owner/pdf-export"
DIGEST = "sha256:" + "0a" * 32
VERSION = release.version()
CHANGELOG = f"""\
# Changelog

## [Unreleased]

- what comes next

## [{VERSION}] - 2026-01-31

### Added

- what is new

## [0.0.1] - 2025-01-01

- what was new

[Unreleased]: https://example.com
"""


def load(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that a release is made from, ready for it."""
    (tmp_path / "pyproject.toml").write_text(f'[project]\nversion = "{VERSION}"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "Chart.yaml").write_text(f'version: {VERSION}\nappVersion: "{VERSION}"\n')
    monkeypatch.setattr(release, "ROOT", tmp_path)
    monkeypatch.setattr(release, "CHART", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_tag_gives_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["check", f"v{VERSION}"]) == 0
    assert capsys.readouterr().out == f"{VERSION}\n"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("tag", ["v9.9.9", f"v{VERSION}-rc.1", "latest", "v"])
def test_another_tag_is_refused(tag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["check", tag]) == 1
    assert f"pyproject.toml has version {VERSION}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("Chart.yaml", f"version: {VERSION}\n", "version: 9.9.9\n", "version in Chart.yaml is 9.9.9"),
        ("Chart.yaml", f'appVersion: "{VERSION}"', "appVersion: 9.9.9", "appVersion in Chart.yaml is 9.9.9"),
        ("Chart.yaml", "appVersion", "other", "appVersion in Chart.yaml is missing"),
        ("CHANGELOG.md", "2026-01-31", "Unreleased", f"no heading `## [{VERSION}] - YYYY-MM-DD`"),
    ],
)
def test_a_file_that_is_not_ready_is_named(project: Path, file: str, old: str, new: str, named: str) -> None:
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new, 1))

    with pytest.raises(release.ReleaseError) as raised:
        release.check(f"v{VERSION}")

    assert named in str(raised.value)


def test_a_new_version_is_written_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = (
        "pyproject.toml",
        "runtime/build_info.py",
        "charts/pdf-export/Chart.yaml",
        "clients/openapi.json",
        "clients/typescript/package.json",
        "clients/typescript/package-lock.json",
        "clients/python/pyproject.toml",
        "examples/react/package-lock.json",
        "docs/install.md",
        "docs/templates.md",
        "docs/security.md",
    )
    before = {name: (release.ROOT / name).read_text() for name in files}
    for name, text in before.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(release, "ROOT", tmp_path)

    assert release.main(["set", "7.8.9"]) == 0

    assert release.version() == "7.8.9"
    changed = {
        name: [
            new
            for old, new in zip(text.splitlines(), (tmp_path / name).read_text().splitlines(), strict=True)
            if old != new
        ]
        for name, text in before.items()
    }
    assert {name: len(lines) for name, lines in changed.items()} == dict(
        zip(files, (1, 1, 5, 1, 1, 2, 1, 1, 2, 1, 1), strict=True)
    )
    assert all("7.8.9" in line for lines in changed.values() for line in lines)


@pytest.mark.parametrize("text", ["v1.2.3", "1.2", "1.2.3-rc.1", ""])
def test_what_is_no_version_is_not_written(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["set", text]) == 1
    assert "is no version" in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_the_notes_are_the_section_of_this_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["notes"]) == 0
    assert capsys.readouterr().out == "### Added\n\n- what is new\n"


def test_the_packaged_chart_names_the_images_of_the_registry(tmp_path: Path) -> None:
    digests = dict.fromkeys(release.TARGETS, DIGEST)

    release.write_chart(tmp_path / "chart", REGISTRY, digests)

    assert list(load(tmp_path / "chart" / "values.yaml")["images"].values()) == [
        {"registry": "ghcr.io", "repository": f"owner/pdf-export/{target}", "tag": "", "digest": DIGEST}
        for target in release.TARGETS
    ]
    expected = [f"{REGISTRY}/{target}:{VERSION}@{DIGEST}" for target in release.TARGETS]
    annotations = load(tmp_path / "chart" / "Chart.yaml")["annotations"]
    assert [image["image"] for image in yaml.safe_load(annotations["artifacthub.io/images"])] == expected


def test_nothing_else_of_the_packaged_chart_differs(tmp_path: Path) -> None:
    release.write_chart(tmp_path, REGISTRY, {})

    def files(folder: Path) -> dict[str, bytes]:
        return {f"{file.relative_to(folder)}": file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    before, after = files(release.CHART), files(tmp_path)
    assert before.keys() == after.keys()
    assert {name for name, content in after.items() if content != before[name]} == {"values.yaml", "Chart.yaml"}
    assert not any(file.is_symlink() for file in tmp_path.rglob("*"))


@pytest.mark.parametrize("registry", ["ghcr.io", "ghcr.io/Owner/x", "https://ghcr.io/x", "ghcr.io/x y", ""])
def test_what_is_no_registry_is_refused(registry: str, tmp_path: Path) -> None:
    with pytest.raises(release.ReleaseError, match="is no registry"):
        release.write_chart(tmp_path / "chart", registry, {})


@pytest.mark.parametrize("pair", [f"renderers={DIGEST}", "renderer=sha256:0a", "renderer"])
def test_what_is_no_digest_is_refused(pair: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "chart"
    assert release.main(["chart", str(folder), "--registry", REGISTRY, "--digest", pair]) == 1
    assert "is no digest of" in capsys.readouterr().err
    assert not folder.exists()


def test_artifact_hub_is_shown_the_resource_that_the_chart_installs() -> None:
    (shown,) = yaml.safe_load(load(release.CHART / "Chart.yaml")["annotations"]["artifacthub.io/crds"])
    crd = load(CRD_FILE)
    assert (shown["name"], shown["kind"]) == (crd["metadata"]["name"], crd["spec"]["names"]["kind"])
    assert [shown["version"]] == [version["name"] for version in crd["spec"]["versions"]]
