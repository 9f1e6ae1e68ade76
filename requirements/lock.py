"""Write a file of exact versions with hashes, without addresses, for each set of dependencies of pyproject.toml."""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Of what firebase-admin requires, its module `storage` needs neither Firestore nor gRPC; traces are off in local/. Half
# the download is saved, and its file is installed with `pip install --no-deps`.
_NOT_IN_LOCAL = (
    *("google-cloud-firestore", "grpcio", "grpcio-status", "proto-plus"),
    *("opentelemetry-api", "opentelemetry-exporter-http-transport", "opentelemetry-exporter-otlp-common"),
    *("opentelemetry-exporter-otlp-proto-common", "opentelemetry-exporter-otlp-proto-http", "opentelemetry-proto"),
    *("opentelemetry-sdk", "opentelemetry-semantic-conventions"),
)


def main() -> None:
    """Resolve for every Python and platform that pyproject.toml allows."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text())["project"]
    control = project["dependencies"]
    renderer = project["optional-dependencies"]["renderer"]
    local = project["optional-dependencies"]["local"]
    dev = project["optional-dependencies"]["dev"]
    bench = project["optional-dependencies"]["bench"]
    _compile("control", control)
    _compile("renderer", renderer)
    _compile("dev", [*control, *renderer, *local, *dev])
    _compile("bench", bench)
    left_out = (option for name in _NOT_IN_LOCAL for option in ("--no-emit-package", name))
    # The same versions as those that tests are run with.
    _compile("local", [*control, *renderer, *local], "--constraint", str(HERE / "dev.txt"), *left_out)


def _compile(name: str, wanted: Iterable[str], *options: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".in") as source:
        source.write("\n".join(wanted))
        source.flush()
        subprocess.run(
            [
                *("uv", "pip", "compile", source.name, "--output-file", str(HERE / f"{name}.txt")),
                *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
                *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
                *options,
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
