"""docs/metrics.md: it is what the code says, and no metric is missing in it."""

from __future__ import annotations

import re
from pathlib import Path

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
