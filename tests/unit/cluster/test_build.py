"""Programs from Go modules are built once a machine, and a machine without Go gets an answer that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster import build
from cluster.paths import Paths
from cluster.progress import Failed

# Stands in for Go: the program that it installs holds the arguments.
GO = '#!/bin/sh\necho "$@" > "$GOBIN/tool"\n'


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(cache=tmp_path / "cache", state=tmp_path / "state")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the machine's programs; empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}")
    return folder


@pytest.fixture
def go(machine: Path) -> Path:
    program = machine / "go"
    program.write_text(GO)
    program.chmod(0o755)
    return program


def test_a_program_is_built_from_its_exact_version_and_once(paths: Paths, go: Path) -> None:
    first = build.go_program(paths, "example.com/cmd/tool@v1.2.3", title="building tool")
    go.unlink()
    second = build.go_program(paths, "example.com/cmd/tool@v1.2.3", title="building tool")

    assert first == second == paths.cache / "tool-v1.2.3"
    assert first.read_text() == "install -trimpath -v -ldflags -s -w example.com/cmd/tool@v1.2.3\n"


@pytest.mark.usefixtures("go")
def test_another_version_is_another_program(paths: Paths) -> None:
    programs = {build.go_program(paths, f"example.com/tool@{version}", title="…") for version in ("v1", "v2")}

    assert {program.name for program in programs} == {"tool-v1", "tool-v2"}


@pytest.mark.usefixtures("machine")
def test_without_go_the_answer_is_what_to_install(paths: Paths) -> None:
    with pytest.raises(Failed, match=r"install Go 1\.26"):
        build.helm(paths)


@pytest.mark.usefixtures("machine")
def test_what_is_built_already_needs_no_go(paths: Paths) -> None:
    version = build.HELM.rpartition("@")[2]
    paths.cache.mkdir()
    (paths.cache / f"helm-{version}").touch()

    assert build.helm(paths) == paths.cache / f"helm-{version}"
