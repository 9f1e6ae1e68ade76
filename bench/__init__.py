"""Benchmarks of the running system, each beside its baseline in the same run: `make bench`.

Each part_*.py gives the rows of some cases; __main__.py runs them and reports. soak.py is a program of its own: `make
soak`. They talk to the API as clients do, to the cluster through cluster/, and to /proc.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from cluster.progress import Failed


def chromium() -> Path:
    """This machine's Chromium, for what is measured without a cluster."""
    for name in ("chromium-headless-shell", "chromium"):
        if path := shutil.which(name):
            return Path(path)
    raise Failed("no Chromium on this machine for the bare print: apt-get install chromium-headless-shell")
