"""How many CVs are tried, --fill and --print, and how many connections, --connections; --hypothesis-seed says which."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz",
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fill", type=int, default=500, help="how many CVs are filled in (500)")
    parser.addoption("--print", type=int, default=20, help="how many CVs are printed (20)")
    parser.addoption("--connections", type=int, default=500, help="how many hostile connections are made (500)")


def pytest_report_header(config: pytest.Config) -> str:
    counts = f"{config.getoption('--fill')} CVs to fill, {config.getoption('--print')} to print"
    counts += f", {config.getoption('--connections')} connections"
    return f"fuzz: {counts}, seed {config.getoption('--hypothesis-seed') or 'new'}"


@pytest.fixture
def fill_settings(request: pytest.FixtureRequest) -> settings:
    """For as many CVs as --fill says."""
    return settings(settings.get_profile("fuzz"), max_examples=request.config.getoption("--fill", default=500))


@pytest.fixture
def print_settings(request: pytest.FixtureRequest) -> settings:
    """For as many CVs as --print says."""
    return settings(settings.get_profile("fuzz"), max_examples=request.config.getoption("--print", default=20))
