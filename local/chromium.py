"""Chromium on this machine: which one is taken, and how one comes onto it.

Previews, tests and benchmarks take the same one.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cluster import packages
from cluster.progress import Failed, run_long

VARIABLE: Final = "PDFEXPORT_CHROMIUM"

# Debian's programs of the same names on the PATH are shells that stay in between.
_DEBIAN: Final = ("/usr/lib/chromium/chromium-headless-shell", "/usr/lib/chromium/chromium")
_NAMES: Final = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_MACOS: Final = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_PLAYWRIGHT_PATTERNS: Final = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium_headless_shell-*/*/chrome-headless-shell",
)
_FIX: Final = (
    f"install Chromium or Google Chrome, or name the program in {VARIABLE} "
    "(Debian: apt install chromium-headless-shell; any system: python -m playwright install --only-shell chromium)"
)


def find(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The Chromium to print with, None when there is none.

    That of the variable PDFEXPORT_CHROMIUM (Failed when it is not there), else the first one that is installed.
    """
    if named := environ.get(VARIABLE):
        found = shutil.which(named, path=environ.get("PATH"))
        if found is None:
            raise Failed(f"{VARIABLE} is {named!r}; there is no such program")
        return Path(found)
    return next(_candidates(environ), None)


def require(environ: Mapping[str, str] = os.environ) -> Path:
    """The same; Failed when there is none."""
    if found := find(environ):
        return found
    raise Failed(f"there is no Chromium on this machine: {_FIX}")


def install() -> Path:
    """Get a Chromium: by apt for root on Debian, by Playwright elsewhere. Failed when that does not work."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages.install(["chromium-headless-shell"])
    else:
        # Playwright's own comes without the libraries that it needs, which a desktop has.
        _install_by_playwright()
    return require()


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    yield from (path for path in map(Path, _DEBIAN) if path.exists())
    for name in _NAMES:
        if found := shutil.which(name, path=environ.get("PATH")):
            yield Path(found)
    for pattern in _PLAYWRIGHT_PATTERNS:
        # The newest of several.
        yield from sorted(_playwright_folder(environ).glob(pattern), reverse=True)
    if sys.platform == "darwin":
        yield from (path for path in map(Path, _MACOS) if path.exists())


def _playwright_folder(environ: Mapping[str, str]) -> Path:
    if named := environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    cache = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return cache / "ms-playwright"


def _install_by_playwright() -> None:
    command = (sys.executable, "-m", "playwright", "install", "--only-shell", "chromium")
    try:
        run_long("Playwright installs Chromium", command)
    except Failed as e:
        raise Failed(f"{e}\nThere is no Chromium on this machine: {_FIX}") from e
