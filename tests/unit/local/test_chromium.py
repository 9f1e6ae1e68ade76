"""Which Chromium is taken, and how one comes onto a machine without."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster import packages
from cluster.progress import Failed
from local import chromium


def program(folder: Path, name: str) -> Path:
    """A program of this name in a folder."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o755)
    return file


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a Chromium."""
    monkeypatch.setattr(chromium, "_DEBIAN", ())
    monkeypatch.setattr(chromium, "_MACOS", ())
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("PDFEXPORT_CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.delenv(name, raising=False)


def test_the_one_that_is_named_comes_first(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium")
    named = program(tmp_path, "mine")
    environ = {"PATH": str(tmp_path / "bin"), "PDFEXPORT_CHROMIUM": str(named)}
    assert chromium.find(environ) == named


def test_one_that_is_named_and_not_there_is_an_error() -> None:
    with pytest.raises(Failed, match="PDFEXPORT_CHROMIUM is '/no/such'; there is no such program"):
        chromium.find({"PDFEXPORT_CHROMIUM": "/no/such"})


def test_the_headless_shell_is_preferred_on_the_path(tmp_path: Path) -> None:
    program(tmp_path, "google-chrome")
    shell = program(tmp_path, "chromium-headless-shell")
    assert chromium.find({"PATH": str(tmp_path)}) == shell


def test_playwrights_newest_is_taken_where_the_path_has_none(tmp_path: Path) -> None:
    for number in (1100, 1200):
        newest = program(tmp_path / f"chromium_headless_shell-{number}" / "chrome-linux", "headless_shell")
    assert chromium.find({"PATH": "", "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}) == newest


def test_a_machine_without_has_none() -> None:
    assert chromium.find({"PATH": ""}) is None


def test_root_on_debian_gets_it_by_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[str] = []

    def install(names: list[str]) -> None:
        asked.extend(names)
        program(tmp_path, "chromium-headless-shell")

    monkeypatch.setattr(packages, "install", install)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(program(tmp_path, "apt-get").parent))

    assert chromium.install() == tmp_path / "chromium-headless-shell"
    assert asked == ["chromium-headless-shell"]


def test_others_get_playwrights_and_are_told_what_to_do_when_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(title: str, command: tuple[str, ...]) -> None:
        assert command[1:] == ("-m", "playwright", "install", "--only-shell", "chromium")
        raise Failed("no Internet")

    monkeypatch.setattr(chromium, "run_long", fail)
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(Failed, match=r"no Internet\nThere is no Chromium on this machine: install Chromium"):
        chromium.install()
