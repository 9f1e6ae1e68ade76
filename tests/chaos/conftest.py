"""Rounds in random order with a printed seed, one release for all of them, and the table at the end."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from cluster.lifecycle import Cluster
from cluster.paths import CHECKOUT, foreign_kubeconfig, from_environment
from tests.chaos.account import Account
from tests.chaos.fault_injector import FaultInjector
from tests.chaos.recorder import Recorder
from tests.chaos.scene import Scene
from tests.chaos.table import Row, by_fault, table

Play = Callable[[str], AbstractContextManager[Scene]]
_BY_FAULT = CHECKOUT / "out" / "chaos.md"
_ROWS = pytest.StashKey[list[Row]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=1, help="how often each fault happens")
    parser.addoption("--chaos-seed", type=int, default=0, help="of the order of the faults")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "brief: a fault that `make test-kubernetes` has time for")
    config.stash[_ROWS] = []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "round_number" in metafunc.fixturenames:
        rounds = metafunc.config.getoption("--rounds")
        metafunc.parametrize(
            "round_number", range(1, rounds + 1), ids=lambda number: f"round{number}", scope="function"
        )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if Path(item.fspath).parent == Path(__file__).parent]
    rng = random.Random(config.getoption("--chaos-seed"))
    rng.shuffle(ours)
    ours.sort(key=lambda item: item.callspec.params.get("round_number", 0) if hasattr(item, "callspec") else 0)
    places = iter(ours)
    items[:] = [next(places) if item in set(ours) else item for item in items]


def pytest_report_header(config: pytest.Config) -> str:
    return f"chaos: {config.getoption('--rounds')} rounds, seed {config.getoption('--chaos-seed')}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if rows := config.stash[_ROWS]:
        terminalreporter.section("faults")
        terminalreporter.write_line(table(rows))
        _BY_FAULT.parent.mkdir(exist_ok=True)
        _BY_FAULT.write_text(by_fault(rows) + "\n")


@pytest.fixture(scope="session")
def injector() -> Iterator[FaultInjector]:
    """The release that faults happen to."""
    if foreign_kubeconfig(from_environment()):
        pytest.skip("KUBECONFIG names another cluster: its components are not ours to stop")
    Cluster(from_environment()).up(nodes=1)
    injector = FaultInjector()
    injector.up()
    yield injector
    injector.down()


@pytest.fixture(scope="session")
def recorder(injector: FaultInjector) -> Iterator[Recorder]:
    """Everything that happens to the jobs."""
    recorder = Recorder(injector.release)
    recorder.start()
    yield recorder
    recorder.stop()


@pytest.fixture
def play(injector: FaultInjector, recorder: Recorder, round_number: int, request: pytest.FixtureRequest) -> Play:
    """A scene for a fault: `with play("what happens") as scene`. At its end the account is taken and must be clean."""
    cv = json.loads((CHECKOUT / "tests" / "data" / "cv-two-pages.json").read_text())

    @contextmanager
    def playing(name: str) -> Iterator[Scene]:
        scene = Scene(injector, recorder, cv, name=name)
        began = time.monotonic()
        taken: Account | None = None
        try:
            yield scene
            taken = scene.settle()
        finally:
            scene.close()
            injector.storage("none")
            row = Row(round_number, name, request.function.__name__, time.monotonic() - began, taken, scene.refusals)
            request.config.stash[_ROWS].append(row)
        if taken.problems:
            print(scene.told())
        assert not taken.problems, "\n".join(taken.problems)

    return playing
