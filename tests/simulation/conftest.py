"""How long the machine runs: --steps; --hypothesis-seed says which runs it makes."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--steps", type=int, default=200_000, help="steps of the simulated controller (200000)")


@pytest.fixture(scope="session")
def first_seed(request: pytest.FixtureRequest) -> int:
    """The seed of the first batch."""
    return int(request.config.getoption("--hypothesis-seed") or 1)


@pytest.fixture(scope="session")
def wanted_steps(request: pytest.FixtureRequest) -> int:
    """How many steps are to be made; the default holds where the option is not known."""
    return int(request.config.getoption("--steps", default=200_000))
