"""The process shell: exit codes, messages, and what is configured before a program serves."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import program, tracing
from runtime.program import Program, run
from runtime.settings import ProgramSettings, SettingsError
from runtime.spans import Tracer

MESSAGE = "PDFEXPORT_PORT is 'x'; it takes a whole number from 1 to 65535"


class Settings(ProgramSettings):
    namespace: str = "cv"


class Stops(Tracer):
    count = 0

    def stop(self, seconds: float) -> None:
        self.count += 1


@pytest.fixture(autouse=True)
def tracer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stops]:
    """Counts how often tracing is stopped; nothing outside the test is configured."""
    stops = Stops()
    monkeypatch.setattr(program, "configure_logging", lambda level: None)
    monkeypatch.setattr(tracing, "configure", lambda service: None)
    tracing.use(stops)
    yield stops
    tracing.use(Tracer())


@pytest.fixture(autouse=True)
def termination_log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    path = tmp_path / "termination-log"
    monkeypatch.setattr(program, "_TERMINATION_LOG", path)
    return path


async def serve(settings: Settings) -> None:
    logging.getLogger("runtime").debug("serving at %s", settings.log_level)


async def refuse(settings: Settings) -> None:
    raise SettingsError(MESSAGE)


async def fail(settings: Settings) -> None:
    raise RuntimeError


def refuse_variables() -> Settings:
    raise SettingsError(MESSAGE)


def test_a_program_that_ends_by_itself_exits_with_0(tracer: Stops) -> None:
    assert run(Program(name="api", read_settings=Settings, serve=serve)) == 0
    assert tracer.count == 1


@pytest.mark.parametrize(
    "refusing",
    [
        Program(name="api", read_settings=refuse_variables, serve=serve),
        Program(name="api", read_settings=Settings, serve=refuse),
    ],
)
def test_settings_that_do_not_fit_end_with_2_and_one_line_on_stderr(
    refusing: Program[Settings], tracer: Stops, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(refusing) == 2
    assert capsys.readouterr().err == f"api: {MESSAGE}\n"
    assert tracer.count == 1


def test_in_a_pod_the_message_is_in_the_termination_log(termination_log: Path) -> None:
    termination_log.touch()
    run(Program(name="api", read_settings=refuse_variables, serve=serve))
    assert termination_log.read_text() == MESSAGE


def test_outside_a_pod_no_termination_log_is_made(termination_log: Path) -> None:
    run(Program(name="api", read_settings=refuse_variables, serve=serve))
    assert not termination_log.exists()


def test_other_exceptions_pass_through_once_the_spans_are_sent(tracer: Stops) -> None:
    with pytest.raises(RuntimeError):
        run(Program(name="api", read_settings=Settings, serve=fail))
    assert tracer.count == 1
