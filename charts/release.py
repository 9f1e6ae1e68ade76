"""What the release workflow does to the files of the project: `python3 -m charts.release COMMAND`.

    set VERSION  write the version into every file that has it
    check TAG    print the version, if the tag, the package, the chart and the changelog agree on it
    notes        print the changelog's section of this version
    chart DIR    write the chart into DIR, with the images of a registry

Plain standard library: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHART = ROOT / "charts" / "pdf-export"
TARGETS = ("control", "renderer", "storage-emulator")

_VERSIONED = (
    *("charts/pdf-export/Chart.yaml", "runtime/build_info.py"),
    *("clients/openapi.json", "clients/typescript/package.json", "clients/typescript/package-lock.json"),
    "clients/python/pyproject.toml",
    "examples/react/package-lock.json",
    *("docs/install.md", "docs/templates.md", "docs/security.md"),
    # version() reads it, so it is the last that changes.
    "pyproject.toml",
)
# What stands before a version in them.
_BEFORE = (
    r'^version = "|^VERSION: Final = "|^version: |^appVersion: |\bpdf-export/[a-z-]+:'
    r'|"title": "PDF export",\n +"version": "'
    r'|"name": "pdf-export-client",\n +"version": "|"node_modules/pdf-export-client": \{\n +"version": "'
)
_REGISTRY = re.compile(r"[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ReleaseError(Exception):
    """The release cannot be made; the text says which file disagrees."""


def version() -> str:
    """The version of the project, as pyproject.toml has it."""
    found: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return found


def set_version(new: str) -> None:
    """Writes a version into every file that has it. Raises ReleaseError where it is none, or a file has another one."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", new):
        raise ReleaseError(f"{new} is no version such as 1.2.3")
    old = re.compile(rf"({_BEFORE}){re.escape(version())}(?![\w.])", re.MULTILINE)
    for name in _VERSIONED:
        text, count = old.subn(rf"\g<1>{new}", (ROOT / name).read_text())
        if not count:
            raise ReleaseError(f"{name} does not have version {version()}")
        (ROOT / name).write_text(text)


def check(tag: str) -> str:
    """The version that a tag releases. Raises ReleaseError where a file has another one."""
    expected = version()
    chart = (CHART / "Chart.yaml").read_text()
    found = {
        "the tag": tag.removeprefix("v") if tag.startswith("v") else tag,
        "version in Chart.yaml": _field(chart, "version"),
        "appVersion in Chart.yaml": _field(chart, "appVersion"),
    }
    for name, other in found.items():
        if other != expected:
            raise ReleaseError(f"pyproject.toml has version {expected}, {name} is {other}")
    notes()
    return expected


def notes(changelog: str | None = None) -> str:
    """The changelog's section of this version, without its heading. Raises ReleaseError where it has no date."""
    text = changelog if changelog is not None else (ROOT / "CHANGELOG.md").read_text()
    heading = re.escape(f"## [{version()}] - ")
    section = re.search(rf"^{heading}\d{{4}}-\d\d-\d\d\n(.*?)(?=^## |^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    if section is None:
        raise ReleaseError(f"CHANGELOG.md has no heading `## [{version()}] - YYYY-MM-DD`")
    return section[1].strip() + "\n"


def write_chart(folder: Path, registry: str, digests: Mapping[str, str]) -> None:
    """Copies the chart and names its images by registry, version and, where given, digest.

    registry: what the images' names begin with, for example ghcr.io/owner/pdf-export. digests: `sha256:…` by target.
    Raises ReleaseError for a name that is no reference, or where the chart does not name an image.
    """
    if not _REGISTRY.fullmatch(registry):
        raise ReleaseError(f"{registry} is no registry with a path in lower case, such as ghcr.io/owner/pdf-export")
    for target, digest in digests.items():
        if target not in TARGETS or not _DIGEST.fullmatch(digest):
            raise ReleaseError(f"{target}={digest} is no digest of {', '.join(TARGETS)}")
    shutil.copytree(CHART, folder, dirs_exist_ok=True)
    host, _, path = registry.partition("/")
    for target in TARGETS:
        digest = digests.get(target, "")
        _replace_once(
            folder / "values.yaml",
            _image_values("", f"pdf-export/{target}", ""),
            _image_values(host, f"{path}/{target}", digest),
        )
        reference = f" {registry}/{target}:{version()}" + (f"@{digest}" if digest else "")
        _replace_once(folder / "Chart.yaml", f" pdf-export/{target}:{version()}\n", f"{reference}\n")


def _image_values(registry: str, repository: str, digest: str) -> str:
    def quoted(text: str) -> str:
        return text or '""'

    return f"""\
    registry: {quoted(registry)}
    repository: {repository}
    tag: ""
    digest: {quoted(digest)}
"""


def _replace_once(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    if text.count(old) != 1:
        raise ReleaseError(f"{file.name} does not have this once: {old.strip()}")
    file.write_text(text.replace(old, new))


def main(arguments: Sequence[str]) -> int:
    """Runs one command; gives the exit code: 0, or 1 with the reason on stderr."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "set":
            set_version(options.version)
        elif options.command == "check":
            print(check(options.tag))
        elif options.command == "notes":
            print(notes(), end="")
        else:
            write_chart(options.folder, options.registry, dict(_pair(each) for each in options.digest))
    except ReleaseError as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m charts.release")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    command = commands.add_parser("set", help="write the version into every file that has it")
    command.add_argument("version", help="for example 1.2.3")
    command = commands.add_parser("check", help="print the version that a tag releases, if all files agree on it")
    command.add_argument("tag", help="for example v1.2.3")
    commands.add_parser("notes", help="print the changelog's section of this version")
    command = commands.add_parser("chart", help="write the chart with the images of a registry")
    command.add_argument("folder", type=Path)
    command.add_argument("--registry", required=True, help="for example ghcr.io/owner/pdf-export")
    command.add_argument("--digest", action="append", default=[], metavar="TARGET=sha256:…")
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _field(chart: str, name: str) -> str:
    found = re.search(rf"^{name}: (\S+)$", chart, re.MULTILINE)
    return found[1].strip('"') if found else "missing"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
