"""The fonts of the renderer's image that this machine lacks: documents look otherwise without them.

`python3 -m local.fonts` installs them on Debian, as root, and names them elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

from cluster import packages
from cluster.progress import Failed, say

# What templates offer as options.fontFamily and what stands in for other scripts, with the packages of the image.
PACKAGES: Final = {
    "Lato": "fonts-lato",
    "Open Sans": "fonts-open-sans",
    "Manrope": "fonts-manrope",
    "Vollkorn": "fonts-vollkorn",
    "Caladea": "fonts-crosextra-caladea",
    "Noto Sans": "fonts-noto-core",
    "Noto Serif": "fonts-noto-core",
    "Noto Sans CJK JP": "fonts-noto-cjk",
    "Noto Color Emoji": "fonts-noto-color-emoji",
}
_FC_LIST_SECONDS = 60


def missing() -> list[str]:
    """The families that are not installed. Failed without fontconfig's fc-list, which renderers need too."""
    try:
        listed = subprocess.run(
            ["fc-list", ":", "family"], capture_output=True, text=True, check=True, timeout=_FC_LIST_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        how = "brew install fontconfig" if sys.platform == "darwin" else "apt install fontconfig"
        raise Failed(f"fc-list, which lists the fonts, is not on this machine or does not work: {how}") from None
    installed = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    return [family for family in PACKAGES if family not in installed]


def fix(families: list[str]) -> str:
    """The command that installs families."""
    packages = sorted({PACKAGES[family] for family in families})
    if sys.platform == "darwin":
        casks = (f"font-{family.lower().replace(' ', '-')}" for family in families)
        return f"brew install --cask {' '.join(casks)}"
    return f"apt install {' '.join(packages)}"


def main() -> int:
    """Install what is missing where that is possible; the exit code."""
    try:
        if lacking := missing():
            if os.geteuid() == 0 and shutil.which("apt-get"):
                packages.install(sorted({PACKAGES[family] for family in lacking}))
            else:
                say(f"fonts of the image that are not on this machine: {', '.join(lacking)}; {fix(lacking)}")
    except Failed as e:
        print(f"local: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
