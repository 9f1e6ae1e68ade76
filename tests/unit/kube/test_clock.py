"""The server's clock: the API server's time from the Date headers of its answers."""

from __future__ import annotations

import pytest

from kube.clock import ServerClock, parse_date

NOW = 1_000_000.0


def test_before_the_first_answer_the_time_is_the_machines() -> None:
    assert ServerClock().time(NOW) == NOW


def test_the_whole_seconds_of_a_date_do_not_move_the_time() -> None:
    clock = ServerClock()
    clock.date_received(NOW, NOW + 1.9)
    clock.date_received(NOW, NOW - 1.9)
    assert clock.time(NOW) == NOW


@pytest.mark.parametrize("ahead", [-3600.0, -4.0, 4.0, 3600.0])
def test_a_date_that_differs_by_more_is_the_time_from_then_on(ahead: float) -> None:
    clock = ServerClock()
    clock.date_received(NOW + ahead, NOW)
    assert clock.time(NOW + 10) == NOW + ahead + 10


def test_a_clock_that_jumps_back_is_followed() -> None:
    clock = ServerClock()
    clock.date_received(NOW + 3600, NOW)
    clock.date_received(NOW + 1, NOW + 1)
    assert clock.time(NOW + 1) == NOW + 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("Thu, 01 Jan 1970 00:01:00 GMT", 60.0), ("soon", None), ("", None), (None, None)],
)
def test_a_date_header_is_read_or_ignored(header: str | None, seconds: float | None) -> None:
    assert parse_date(header) == seconds
