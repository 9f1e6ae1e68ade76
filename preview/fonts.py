"""Which fonts are installed: without those that a template offers, a preview looks otherwise than the image's PDFs."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def installed_families() -> frozenset[str] | None:
    """The font families that fontconfig finds, as Chromium does; None without fontconfig's programs."""
    listed = _run("fc-list", ":", "family")
    return None if listed is None else parse_families(listed)


def parse_families(listed: str) -> frozenset[str]:
    """The names in what fc-list says: a line a font, with its names in several languages and styles."""
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(",") if name.strip())


def missing(offered: Iterable[str], installed: frozenset[str] | None) -> list[str]:
    """The families offered that are not installed; none when it is not known what is."""
    return [] if installed is None else [family for family in offered if family not in installed]


def font_file(pattern: str) -> Path | None:
    """The file of the font nearest to a fontconfig pattern, such as Lato:bold; None without fontconfig."""
    found = _run("fc-match", "--format", "%{file}", pattern)
    return Path(found) if found else None


def _run(*command: str) -> str | None:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
