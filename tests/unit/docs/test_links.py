"""The README and the docs: every relative link leads somewhere, and every file that is named exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "charts/*/README.md",
        "cluster/README.md",
        "emulator/README.md",
        "clients/*/README.md",
    )
    for path in ROOT.glob(pattern)
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# `folder/file.ext`, where the folder is one of the project's.
_FILE = re.compile(r"`([a-z_]+/[\w./-]*\.(?:py|yaml|json|js|go|tpl|md|toml))`")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken_links(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_FENCE.sub("", page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def missing_files(page: Path) -> Iterator[str]:
    for name in _FILE.findall(page.read_text()):
        folder = name.partition("/")[0]
        if folder == "out":
            # What runs have written is there or not.
            continue
        if (ROOT / folder).is_dir() and not (ROOT / name).exists() and not (page.parent / name).exists():
            yield name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_to_files_and_headings(page: Path) -> None:
    assert list(broken_links(page)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_exist(page: Path) -> None:
    assert list(missing_files(page)) == []


def test_every_page_of_docs_is_in_the_index() -> None:
    docs = ROOT / "docs"
    for folder in (docs, docs / "decisions"):
        index = (folder / "index.md").read_text()
        assert [page.name for page in folder.glob("*.md") if page.name != "index.md" and page.name not in index] == []
