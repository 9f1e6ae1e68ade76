"""Where what a preview needs is found: the template, what it shares with others, CVs to show it with, Chromium."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cluster.progress import Failed
from cv.templates import METADATA_FILE, template_folders
from local import chromium
from renderer.html.fill import SHARED

PROJECT = Path(__file__).resolve().parents[1]
TEMPLATES = PROJECT / "templates"
"""The project's own templates, in a checkout as in the image."""

VERAPDF_VARIABLE = "PDFEXPORT_VERAPDF"
_VERAPDF = PROJECT / "tests" / "verapdf" / "target" / "verapdf-check.jar"

# The CVs that the tests are made with, where the preview runs in a checkout.
_TEST_CVS = ((PROJECT / "tests" / "data", "*.json"), (PROJECT / "tests" / "data" / "documents", "*.json"))


class NotFound(Exception):
    """Something that a preview cannot do without is not there; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One template to look at, and the folder whose _shared it uses."""

    template_id: str
    template: Path
    shared: Path

    def sources(self) -> list[Path]:
        """The folders whose files make the template: its own, the shared one, those of templates that it extends."""
        found = {self.template_id: self.template, SHARED: self.shared / SHARED}
        others = {path.name: path for path in self.shared.iterdir() if path.is_dir() and path.name not in found}
        queue = [self.template]
        while queue:
            texts = [file.read_text(encoding="utf-8", errors="replace") for file in queue.pop().glob("**/*.j2")]
            for name in [
                name for name in others if any(f"{quote}{name}/" in text for text in texts for quote in "\"'")
            ]:
                queue.append(others[name])
                found[name] = others.pop(name)
        return list(found.values())

    def link(self, into: Path) -> None:
        """Make `into` a templates folder of nothing but what makes this template, by links."""
        for folder in self.sources():
            name = self.template_id if folder == self.template else folder.name
            if not (into / name).is_symlink():
                (into / name).symlink_to(folder, target_is_directory=True)


def find_workspace(folder: Path) -> Workspace:
    """The template in a folder, of the project or an own one; NotFound when there is none."""
    path = folder.resolve()
    if not path.is_dir():
        raise NotFound(f"{folder}: there is no such folder")
    if not (path / METADATA_FILE).is_file():
        raise NotFound(f"{folder} has no {METADATA_FILE}: give a template's folder, such as templates/modern")
    if path not in template_folders([path.parent]).values():
        raise NotFound(f"{folder}: the folder's name is the template's id: a-z, 0-9 and - are allowed in it")
    shared = path.parent if (path.parent / SHARED).is_dir() else TEMPLATES
    return Workspace(path.name, path, shared)


def find_cvs(workspace: Workspace, data: Path | None) -> dict[str, Path]:
    """CVs to show the template with, by the name they are shown under: the given one first, then the template's
    own, then those of the other templates and of the tests."""
    found = [*([data.resolve()] if data else []), workspace.template / "sample.json"]
    found += sorted(workspace.shared.glob("[!_.]*/sample.json"))
    for folder, pattern in _TEST_CVS:
        found += sorted(folder.glob(pattern))
    return {shown(path): path for path in dict.fromkeys(found)}


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path:
    """The browser to print with: the one the environment names, else the first that is installed."""
    try:
        return chromium.require(environ)
    except Failed as e:
        raise NotFound(str(e)) from None


def find_verapdf(given: Path | None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The jar that checks conformance: the given one, the environment's, the one built in the checkout, or None.

    NotFound when one is named that is not there.
    """
    named = given or (Path(environ[VERAPDF_VARIABLE]) if environ.get(VERAPDF_VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            raise NotFound(f"{named}: there is no such file; it is to be veraPDF's jar")
        return named
    return _VERAPDF if _VERAPDF.is_file() else None


def shown(path: Path) -> str:
    """A path as its reader would write it: from the folder they are in, if it is below that."""
    for base in (Path.cwd(), PROJECT):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return str(path)
