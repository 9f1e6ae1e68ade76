"""The fonts that a machine lacks, and how they come onto it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cluster.progress import Failed
from cv.templates import load_templates
from local import fonts
from local.installation import PROJECT_FOLDER


def listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, families: str) -> None:
    """An fc-list that prints these lines."""
    (tmp_path / "fc-list").write_text(f"#!/bin/sh\nprintf '{families}'\n")
    (tmp_path / "fc-list").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")


def test_every_font_that_a_template_offers_is_looked_for() -> None:
    templates = load_templates([PROJECT_FOLDER / "templates"])
    offered = {family for template in templates.values() for family in template.options.fontFamily or ()}
    assert offered <= set(fonts.PACKAGES)


def test_what_is_not_listed_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    listed(
        monkeypatch,
        tmp_path,
        "Lato,Lato Black\\nOpen Sans\\nManrope\\nVollkorn\\nCaladea\\nNoto Serif\\n"
        "Noto Color Emoji\\nNoto Sans CJK JP\\n",
    )
    assert fonts.missing() == ["Noto Sans"]


def test_the_fix_names_each_package_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert fonts.fix(["Noto Sans", "Noto Serif", "Lato"]) == "apt install fonts-lato fonts-noto-core"
    monkeypatch.setattr("sys.platform", "darwin")
    assert fonts.fix(["Noto Sans", "Lato"]) == "brew install --cask font-noto-sans font-lato"


def test_without_fontconfig_nothing_can_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", absent)
    with pytest.raises(Failed, match="install fontconfig"):
        fonts.missing()
