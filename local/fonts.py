"""The fonts of the renderer's image that this machine lacks: documents look otherwise without them."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from cluster.progress import Failed

# What templates offer as options.fontFamily, and the packages that the image has them from.
PACKAGES: Final = {
    "Lato": "fonts-lato",
    "Open Sans": "fonts-open-sans",
    "Manrope": "fonts-manrope",
    "Vollkorn": "fonts-vollkorn",
    "Caladea": "fonts-crosextra-caladea",
    "Noto Sans": "fonts-noto-core",
    "Noto Serif": "fonts-noto-core",
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
