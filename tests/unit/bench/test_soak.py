"""What a soak makes of its samples, and the jobs that it orders."""

from __future__ import annotations

from itertools import islice

import pytest

from bench.footprint import PAGE, Footprint, Sample, is_zombie, role_of
from bench.soak import Soak
from bench.soak_load import DONE, Outcome, orders
from bench.soak_report import Line, left_zombies, lines, markdown, replaced
from crds.errors import ErrorCode

RENDERER = (7, 100)


def held(rss_mib: float, *, role: str = "renderer", place: str = "pod", descriptors: int = 20) -> Footprint:
    return Footprint(role, place, rss_mib, rss_mib / 2, descriptors)


def samples(*rss_mib: float, renders: int = 100, **fields: int | str) -> list[Sample]:
    """One before the first render, and one after each equal part of them, of one process."""
    parts = len(rss_mib) - 1
    return [
        Sample(round(n * renders / parts), {RENDERER: held(size, **fields)}, frozenset())  # type: ignore[arg-type]
        for n, size in enumerate(rss_mib)
    ]


def only(found: list[Sample], rest: Sample | None = None, *, renders: int = 100) -> Line:
    """The line of the one process; at rest as at the last sample."""
    [line] = lines(found, rest or found[-1], renders=renders)
    return line


def test_memory_is_compared_with_that_after_a_tenth_of_the_renders() -> None:
    # At 0, 10, 20 … 100: what a program takes until it is warm is none of its growth.
    line = only(samples(50, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109))
    assert line.rss_mib == (50, 100, 104, 109)
    assert line.growth == pytest.approx(0.09)
    assert line.flat


def test_more_than_a_tenth_of_growth_is_not_flat() -> None:
    grown = only(samples(*[100] * 10, 111))
    shrunk = only(samples(*[100] * 10, 50))
    assert (grown.flat, shrunk.flat) == (False, True)


def test_a_figure_is_the_median_of_the_last_fortieth_of_the_renders() -> None:
    sizes = [900.0] + [100.0] * 1000
    sizes[-3:] = [300, 101, 102]  # One high sample among those of the last 25 is none of the figure.
    assert only(samples(*sizes, renders=1000), renders=1000).rss_mib[3] == 100


def test_descriptors_are_compared_at_rest() -> None:
    def line(*, under_load: int, after: int, role: str = "renderer") -> Line:
        found = samples(*[100.0] * 11, role=role)
        found[-1] = Sample(100, {RENDERER: held(100, role=role, descriptors=under_load)}, frozenset())
        return only(found, Sample(100, {RENDERER: held(100, role=role, descriptors=after)}, frozenset()))

    # Connections for many requests at once are none that stay; a page's process is a new one every so many jobs.
    assert line(under_load=90, after=40).flat
    assert not line(under_load=20, after=41).flat
    assert line(under_load=20, after=41).leaks_descriptors
    assert line(under_load=20, after=41, role=PAGE).flat


def test_pages_come_and_go_and_are_one_line() -> None:
    def sample(renders: int, *pages: tuple[int, float]) -> Sample:
        return Sample(renders, {(pid, 1): held(size, role=PAGE) for pid, size in pages}, frozenset())

    found = [sample(0, (1, 50)), sample(10, (1, 80)), sample(50, (1, 90), (2, 50)), sample(100, (3, 85))]
    line = only(found)
    assert (line.name, line.rss_mib) == ("chromium pages", (50, 80, 140, 85))
    assert replaced(found) == {}


def test_a_process_that_was_replaced_is_told() -> None:
    found = samples(100, 100)
    found[-1] = Sample(100, {(8, 200): held(100)}, frozenset())
    assert replaced(found) == {"renderer": 1}


def test_a_process_that_is_gone_at_rest_is_a_fault() -> None:
    found = samples(*[100.0] * 11)
    there, gone = (Soak(found, rest, Outcome(), 1.0, [], []) for rest in (found[-1], Sample(100, {}, frozenset())))
    assert there.faults() == []
    assert gone.faults() == ["1 × renderer was replaced"]


def test_a_zombie_is_left_when_two_looks_find_it() -> None:
    seen: list[frozenset[tuple[int, int]]] = [frozenset(), frozenset({(1, 1), (2, 2)}), frozenset({(2, 2)})]
    assert left_zombies([Sample(n, {}, zombies) for n, zombies in enumerate(seen)]) == {(2, 2)}


def test_what_is_not_ours_is_printed_after_what_is_and_not_judged() -> None:
    both = [
        Sample(n, {(1, 1): held(100 + n, role="etcd", place=""), RENDERER: held(100)}, frozenset()) for n in range(101)
    ]
    found = lines(both, both[-1], renders=100)
    assert [(line.name, line.judged) for line in found] == [("renderer", True), ("etcd", False)]
    text = markdown(found, renders=100)
    assert "not ours" in text
    assert "grows" not in text


@pytest.mark.parametrize(
    ("component", "command", "role"),
    [
        ("renderer", ["/usr/lib/chromium/chromium-headless-shell", "--disable-gpu"], "chromium browser"),
        ("renderer", ["/usr/lib/chromium/chromium-headless-shell", "--type=renderer", "--x"], PAGE),
        (
            "renderer",
            ["/usr/lib/chromium/chromium-headless-shell --type=zygote --data-dir=/tmp/x"],
            "chromium zygote",
        ),
        ("renderer", ["/opt/playwright/driver/node", "cli.js"], "driver"),
        ("renderer", ["/opt/venv/bin/python", "-m", "renderer"], "renderer"),
        ("api", ["/opt/venv/bin/python", "-m", "api"], "api"),
    ],
)
def test_each_process_of_chromium_is_told_from_the_others(component: str, command: list[str], role: str) -> None:
    assert role_of(component, "\0".join(command).encode() + b"\0") == role


def test_a_process_that_has_ended_is_told_from_one_that_is_called_so() -> None:
    assert is_zombie("7 (a) Z) Z 3 7 7 0")
    assert not is_zombie("7 (a) Z) S 3 7 7 0")


def test_one_job_in_a_hundred_is_made_to_fail_and_all_documents_take_their_turn() -> None:
    first = list(islice(orders(), 1000))
    assert sum(ErrorCode.TIMEOUT in order.ends for order in first) == 2
    assert sum(ErrorCode.INVALID_DATA in order.ends for order in first) == 8
    done = [order.spec for order in first if order.ends == {DONE}]
    assert len(done) == 990
    assert len({spec["templateId"] for spec in done}) == 6
    assert any(str(spec["cvData"]["basics"].get("image", "")).startswith("data:") for spec in done)
    assert first == list(islice(orders(), 1000))
