"""Bars, tables, and two runs side by side."""

from __future__ import annotations

from bench import rows
from bench.bars import check
from bench.compare import compared
from bench.figures import Rows
from bench.report import markdown


def _figures(*, done_p50_ms: float = 60.0, writes: float = 4.02) -> Rows:
    cpu = {"cpu_ms_per_job/chromium": 20.0, "cpu_ms_per_job/etcd": 10.0, "cpu_ms_per_job/load generator": 99.0}
    return {
        rows.CONTEXT_A_JOB: {"p50_ms": 60.0},
        rows.REUSED_PAGE: {"p50_ms": 12.0},
        rows.POST_TO_DONE: {"p50_ms": done_p50_ms, "p95_ms": 100.0, "p99_ms": 150.0, "count": 100},
        rows.contexts(1): {"jobs_per_second": 15.0},
        rows.contexts(2): {"jobs_per_second": 20.0},
        rows.pages(1): {"jobs_per_second": 60.0},
        rows.pages(2): {"jobs_per_second": 100.0},
        rows.load(1, 4): {"jobs_per_second": 21.0, **cpu},
        rows.load(2, 8): {"jobs_per_second": 30.0, **cpu},
        rows.COLD: {"p50_ms": 3000.0},
        rows.UNUSED: {"p50_ms": 130.0},
        rows.control(8): {"jobs_per_second": 120.0, "writes_per_job": writes},
        rows.NO_OTHER_JOBS: {"p50_ms": 50.0},
        rows.MANY_LIVE_JOBS: {
            "p50_ms": 55.0,
            "live_jobs": 10_000,
            "controller_restart_ms": 4200.0,
            "poll/p50_ms": 1.25,
        },
    }


def _verdicts(figures: Rows) -> dict[str, bool]:
    return {bar.what: bar.passed for bar in check(figures)}


def test_each_bar_has_its_verdict() -> None:
    assert _verdicts(_figures()) == {
        "1. (c) p50 / (a) p50": True,
        "1. (c) p50": True,
        "1. (c) p99 / (c) p50": True,
        "2. best jobs/s (e pods: 2, clients: 8) / (a)'s best": True,
        "2. best jobs/s (e pods: 1, clients: 4) / (b)'s, pages: 1": True,
        "2. best jobs/s (e pods: 2, clients: 8) / (b)'s, pages: 2": False,
        "3. f pool at zero p50": True,
        "3. first job of a warm pod, p50 / (c) p50": False,
        "4. jobs/s (h control path alone, clients: 8)": True,
        "4. API-server writes a job (h control path alone, clients: 8)": True,
        "5. (c) p50 with 10,000 live jobs / without": True,
        "6. CPU of all but Chromium / Chromium's (e pods: 2, clients: 8)": True,
    }


def test_a_bar_that_is_missed_says_so() -> None:
    verdicts = _verdicts(_figures(done_p50_ms=101.0, writes=5.0))
    assert not verdicts["1. (c) p50 / (a) p50"]
    assert not verdicts["1. (c) p50"]
    assert not verdicts["4. API-server writes a job (h control path alone, clients: 8)"]


def test_what_was_not_measured_has_no_bar() -> None:
    assert check({rows.CONTEXT_A_JOB: {"p50_ms": 60.0}}) == []


def test_the_tables_show_ratios_to_the_baselines() -> None:
    figures = _figures()
    machine = {"cpus": 2, "cpu": "a CPU", "memory_gib": 24}
    result = {"when": "2030-01-01", "machine": machine, "quick": False, "runs": [figures], "median": figures}
    text = markdown(result, check(figures))
    assert f"| {rows.POST_TO_DONE} | 60.0 | 100.0 | 150.0 | 1.00 | 5.00 | – | – | 100 |" in text
    assert "| case | chromium | etcd | load generator | all but stand-ins | ÷ Chromium |" in text
    assert f"| {rows.load(2, 8)} | 20.0 | 10.0 | 99.0 | 30.0 | 0.50 |" in text
    assert "| 3. f pool at zero p50 | 3.00 s | ≤ 4.00 s | pass |" in text
    assert "**FAIL**" in text
    assert "| poll, p50 ms | – | 1.25 |" in text
    assert "| controller's start to the first job done, s | – | 4.20 |" in text


def test_two_runs_stand_side_by_side() -> None:
    before = {"c": {"p50_ms": 80.0, "pages": 2.0}, "only before": {"p50_ms": 1.0}}
    after = {"c": {"p50_ms": 60.0, "pages": 2.0}, "only after": {"p50_ms": 1.0}}
    assert compared(before, after).splitlines()[2:] == ["| c | p50_ms | 80.00 | 60.00 | 0.75 |"]
