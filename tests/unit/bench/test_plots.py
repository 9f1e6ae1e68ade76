"""What the plots show, the load of the trace, and where the figures go on the page."""

from __future__ import annotations

import pytest

from bench import rows
from bench.part_trace import arrivals, pod_seconds, rate
from bench.plots import cpu_stacks, latency_bars, references, throughput_lines
from bench.publish import BEGIN, END, replaced
from cluster.progress import Failed


def test_the_lines_are_those_of_the_renderers_in_order_of_the_clients() -> None:
    figures = {
        rows.load(1, 16): {"jobs_per_second": 20.0},
        rows.load(1, 2): {"jobs_per_second": 15.0},
        rows.load(2, 2): {"jobs_per_second": 18.0},
        rows.control(4): {"jobs_per_second": 99.0},
    }
    assert throughput_lines(figures) == {1: [(2, 15.0), (16, 20.0)], 2: [(2, 18.0)]}


def test_a_baseline_that_was_not_measured_is_not_drawn() -> None:
    figures = {rows.contexts(2): {"jobs_per_second": 19.0}, rows.pages(1): {"jobs_per_second": 60.0}}
    assert references(figures) == [("(a) a context a job, best", 19.0), ("(b) a page reused, pages: 1", 60.0)]
    assert latency_bars(figures) == []


def test_what_stands_in_for_others_is_no_part_of_a_jobs_cpu_and_little_things_are_put_together() -> None:
    cpu = {"chromium": 20.0, "etcd": 2.0, "coredns": 0.2, "kube-proxy": 0.1, "load generator": 9.0}
    figures = {rows.ONE_AT_A_TIME: {f"cpu_ms_per_job/{role}": ms for role, ms in cpu.items()}}
    cases, stacks = cpu_stacks(figures)
    assert cases == [rows.ONE_AT_A_TIME]
    assert list(stacks) == ["chromium", "etcd", "others"]
    assert stacks["others"] == pytest.approx([0.3])


def test_the_trace_orders_as_many_jobs_as_its_rate_says() -> None:
    ordered = arrivals()
    assert ordered == sorted(ordered)
    first_step = [at for at in ordered if 3 <= at < 18]
    assert len(first_step) == pytest.approx(rate(5) * 15, abs=1)
    assert not [at for at in ordered if 34 <= at < 48]
    assert max(ordered.count(at) for at in ordered) >= 60


def test_a_faster_trace_has_fewer_jobs_at_the_same_rate() -> None:
    assert len(arrivals(2.0)) == pytest.approx(len(arrivals()) / 2, rel=0.02)
    assert arrivals(2.0)[-1] == pytest.approx(arrivals()[-1] / 2, rel=0.05)


def test_pods_cost_by_the_second() -> None:
    assert pod_seconds([0.0, 2.0, 5.0], [1.0, 2.0, 0.0]) == 2 + 6


def test_the_figures_stand_between_their_marks() -> None:
    assert replaced(f"Text.\n{BEGIN}\nold\n{END}\nMore.", "new\n") == f"Text.\n{BEGIN}\n\nnew\n\n{END}\nMore."


def test_a_page_without_marks_is_left_alone() -> None:
    with pytest.raises(Failed, match="no lines"):
        replaced("Text.", "new")
