"""Write a file of exact versions with hashes, without addresses, for each set of dependencies of pyproject.toml."""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Resolve for every Python and platform that pyproject.toml allows."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
    control = project["dependencies"]
    renderer = project["optional-dependencies"]["renderer"]
    dev = project["optional-dependencies"]["dev"]
    bench = project["optional-dependencies"]["bench"]
    for name, wanted in (
        ("control", control),
        ("renderer", renderer),
        ("dev", [*control, *renderer, *dev]),
        ("bench", bench),
    ):
        with tempfile.NamedTemporaryFile("w", suffix=".in") as source:
            source.write("\n".join(wanted))
            source.flush()
            subprocess.run(
                [
                    *("uv", "pip", "compile", source.name, "--output-file", str(HERE / f"{name}.txt")),
                    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
                    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
                ],
                check=True,
            )


if __name__ == "__main__":
    main()
