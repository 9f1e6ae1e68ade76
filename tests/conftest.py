"""The option of the suites that test any installation."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cluster", action="store_true", help="test a release on the cluster, not python -m local")
