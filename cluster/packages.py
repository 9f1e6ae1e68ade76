"""Debian packages: which are missing on this machine, and installing them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence

from cluster.progress import Failed, run_long

# veraPDF is built and run with these.
JAVA = {"default-jdk-headless": "javac", "maven": "mvn"}
# Browsers beside that of the renderer's image, what lists fonts, and a reader of PDFs.
TOOLS = {
    "chromium": "chromium",
    "chromium-headless-shell": "chromium-headless-shell",
    "firefox-esr": "firefox-esr",
    "fontconfig": "fc-list",
    "poppler-utils": "pdftotext",
}


def missing(wanted: Mapping[str, str]) -> list[str]:
    """Of packages and a program that shows that each is there, however it came, those that are not."""
    search = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [package for package, program in wanted.items() if not shutil.which(program, path=search)]


def install(names: Sequence[str]) -> None:
    """Installs packages with apt-get, waiting for another one that runs. Raises Failed."""
    if not names:
        return
    if not shutil.which("apt-get"):
        raise Failed(f"not on this machine, and it has no apt-get to install them: {', '.join(names)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ("apt-get", "-o", "DPkg::Lock::Timeout=900", "-y")
    command = (*apt, "install", "--no-install-recommends", *names)
    title = f"installing {', '.join(names)}"
    try:
        run_long(title, command, env=env)
    except Failed:
        # Package lists that are absent or out of date name no file that can be fetched.
        run_long("refreshing the package lists", (*apt, "update"), env=env)
        run_long(title, command, env=env)
