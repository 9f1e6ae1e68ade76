"""Makes the documents that are asked for, once a run, and prints the table at its end.

`pytest tests/documents` has them made by a release on the real cluster, `--local` by the renderer's code on this
machine's Chromium. Documents have names like modern-arabic-A4: choose some with -k "modern and arabic".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.documents import local, report
from tests.documents.samples import Case, Made, brief_cases
from tests.e2e.conftest import helm, installed, kubectl, namespace, release, storage_url

__all__ = ["helm", "installed", "kubectl", "namespace", "release", "storage_url"]

_ROWS = pytest.StashKey[Mapping[Case, report.Row]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--local", action="store_true", help="make documents without a cluster, on this machine")
    parser.addoption("--brief", action="store_true", help="each sample once, in one of the templates; without veraPDF")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--brief", default=False):
        chosen = set(brief_cases())
        left_out = [item for item in items if (case := _case(item)) and case not in chosen]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def rows(request: pytest.FixtureRequest) -> Mapping[Case, report.Row]:
    """The outcome of every document that this run asks for."""
    chosen = [case for item in request.session.items if (case := _case(item))]
    made = _maker(request)(chosen)
    rows = report.judge(made, conformance=not request.config.getoption("--brief", default=False))
    request.config.stash[_ROWS] = rows
    (report.OUT / "table.md").write_text(report.table(rows) + "\n", encoding="utf-8")
    return rows


def _maker(request: pytest.FixtureRequest) -> Callable[[list[Case]], dict[Case, Made]]:
    if request.config.getoption("--local", default=False):
        return local.make
    # Asked for here only: these bring up a cluster.
    from tests.documents import cluster

    api_url = request.getfixturevalue("installed").url("api")
    request.getfixturevalue("storage_url")
    run = request.getfixturevalue("kubectl")
    return lambda cases: cluster.make(cases, api_url=api_url, kubectl=run)


def _case(item: pytest.Item) -> Case | None:
    """The document that a test is about."""
    case = item.callspec.params.get("case") if hasattr(item, "callspec") else None
    return case if isinstance(case, Case) else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, None)
    if rows:
        terminalreporter.section("documents")
        terminalreporter.write_line(report.table(rows))
