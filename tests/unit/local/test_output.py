"""What a person sees of the programs' lines."""

from __future__ import annotations

import json

import pytest

from local.output import Output


def line(level: str, message: str) -> str:
    return json.dumps({"time": "…", "level": level, "logger": "renderer", "message": message})


def test_lines_from_the_level_up_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output("warning")
    output.take("r-1", line("info", "ready for 1000 jobs"))
    output.take("r-1", line("warning", "no sandbox"))
    shown = capsys.readouterr().out
    assert "r-1: no sandbox" in shown
    assert "ready" not in shown


def test_what_is_no_log_line_is_shown_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    Output("error").take("r-1", "Traceback (most recent call last):")
    assert "r-1: Traceback" in capsys.readouterr().out


def test_the_last_lines_are_kept_for_when_something_fails(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output("error")
    output.quiet = True
    output.take("r-1", line("error", "it failed"))
    assert capsys.readouterr().out == ""
    assert output.last() == "  r-1: it failed"
