"""docs/metrics.md: it is what the code says, no metric is missing in it, and the programs set every one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.generate import DOCS, PREFIX, metrics_page

ROOT = Path(__file__).resolve().parents[3]
PAGE = DOCS / "metrics.md"
_NAME = re.compile(rf'"({PREFIX}[a-z_]+)"')


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == metrics_page(), "docs/metrics.md is out of date: make docs"


def test_every_metric_that_the_code_names_is_on_the_page() -> None:
    page = PAGE.read_text()
    named = {
        name
        for folder in ("api", "controller", "renderer", "runtime", "kube", "crds")
        for path in (ROOT / folder).rglob("*.py")
        for name in _NAME.findall(path.read_text())
    }

    assert {name for name in named if f"`{name.removesuffix('_total')}" not in page} == set()
    assert len(named) > 20


@pytest.mark.parametrize("program", ["api", "controller", "renderer"])
def test_no_metric_is_defined_and_never_set(program: str) -> None:
    trees = [ast.parse(path.read_text()) for path in (ROOT / program).rglob("*.py")]
    used = {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)
    }
    defined = {name for tree in trees for name in _metrics(tree)}

    assert defined - used == set()
    assert defined


def _metrics(tree: ast.Module) -> Iterator[str]:
    """The variables of a module that are metrics."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=variable)],
                value=ast.Call(func=ast.Name(id="Counter" | "Gauge" | "Histogram")),
            ):
                yield variable
