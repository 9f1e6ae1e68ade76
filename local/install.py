"""`python3 -m local.install FOLDER`: a virtual environment with what `python -m local` needs, and no more.

Plain standard library: it runs before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cluster.progress import Failed, run_long, say

_PROJECT: Final = Path(__file__).resolve().parent.parent
_REQUIREMENTS: Final = _PROJECT / "requirements" / "local.txt"
# What a start imports: its bytecode is made now, of a tenth of all modules, and not by three programs at once. The
# detector of languages imports its data, which takes seconds to compile, when it is made.
_IMPORTS: Final = (
    "import api.__main__, controller.__main__, renderer.__main__, renderer.service, local.__main__, local.command; "
    "import kubernetes.aio.client, kubernetes.aio.config, eld; "
    "eld.LanguageDetector()"
)
_STAMP: Final = ".installed"


def install(folder: Path) -> None:
    """Make the environment anew. Failed when that does not work."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
        raise Failed(f"Python 3.11 or later is needed; {sys.executable} is {sys.version.split()[0]}")
    shutil.rmtree(folder, ignore_errors=True)
    run_long(f"making a virtual environment in {folder.name}", (sys.executable, "-m", "venv", str(folder)))
    python = str(folder / "bin" / "python")
    packages = _REQUIREMENTS.read_text().count("==")
    run_long(
        f"installing {packages} Python packages (120 MB to download)",
        (
            *(python, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"),
            *("--require-hashes", "--no-deps", "--no-compile", "-r", str(_REQUIREMENTS)),
        ),
        summary=lambda _, last: last[:100],
    )
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run_long("compiling them", (python, "-c", _IMPORTS), env=env, cwd=_PROJECT)
    (folder / _STAMP).touch()
    say(f"installed in {folder}")


def main(arguments: Sequence[str]) -> int:
    """Run it; the exit code."""
    try:
        install(Path(arguments[0]).resolve())
    except Failed as e:
        print(f"local: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
