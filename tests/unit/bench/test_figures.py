"""The arithmetic of figures: percentiles, medians over runs, the best of several cases."""

from __future__ import annotations

import pytest

from bench.figures import best, group, median_of, percentile, spread, under


def test_percentiles_lie_between_the_nearest_values() -> None:
    assert percentile([1.0, 2.0, 3.0], 50) == 2
    assert percentile([0.0, 10.0], 95) == pytest.approx(9.5)


def test_a_single_value_is_its_own_percentile() -> None:
    assert percentile([7.0], 99) == 7


def test_a_spread_names_its_unit_and_counts() -> None:
    assert spread([1.0, 3.0], "s") == pytest.approx({"count": 2, "p50_s": 2, "p95_s": 2.9, "p99_s": 2.98})


def test_nothing_has_no_percentiles() -> None:
    assert spread([]) == {"count": 0}


def test_a_group_gives_back_what_was_put_under_it() -> None:
    figures = {"p50_ms": 1.0, **under("cpu_ms_per_job", {"etcd": 2.0}), **under("cpu", {"api": 3.0})}
    assert group(figures, "cpu_ms_per_job") == {"etcd": 2.0}


def test_each_figure_is_the_median_of_the_runs_that_have_it() -> None:
    runs = [{"e": {"p50_ms": 1.0, "rare": 5.0}}, {"e": {"p50_ms": 9.0}}, {"e": {"p50_ms": 2.0}, "f": {"p50_ms": 4.0}}]
    assert median_of(runs) == {"e": {"p50_ms": 2.0, "rare": 5.0}, "f": {"p50_ms": 4.0}}


def test_the_best_is_looked_for_among_the_named_ones_only() -> None:
    rows = {
        "e 1": {"jobs_per_second": 3.0},
        "e 2": {"jobs_per_second": 5.0},
        "e 3": {"p50_ms": 1.0},
        "h 1": {"jobs_per_second": 9.0},
    }
    assert best(rows, "e ") == ("e 2", 5.0)
    assert best(rows, "g ") == ("", 0.0)
