"""The account that is taken after each fault: it sees a job that is lost, one that is done twice, and what is left."""

from __future__ import annotations

from typing import Any

from tests.chaos.account import Accepted, Account, History, misplaced, overdue, take, unfinished
from tests.chaos.table import Row, by_fault, table

PATH = "exports/a/cv.pdf"
DONE = {"phase": "Done", "attempt": 1, "renderer": "r1", "storagePath": PATH}
FAILED = {
    "phase": "Error",
    "error": {"code": "Timeout", "message": "It took too long."},
    "conditions": [{"type": "Failed", "status": "True", "reason": "Timeout", "message": "It took too long."}],
}
RENDERING = {"phase": "Rendering", "attempt": 1, "renderer": "r1"}


def test_an_attempt_that_was_given_back_may_be_given_again() -> None:
    history = History()
    history.see(1, RENDERING, 1.0)
    history.see(2, {"phase": "Pending"}, 2.0)
    history.see(3, RENDERING | {"renderer": "r2"}, 3.0)
    assert history.attempts_given_twice == 0


def seen(*statuses: dict[str, Any], at: float = 5.0, deleted: bool = False) -> History:
    history = History(deleted=deleted)
    for version, status in enumerate(statuses, start=1):
        history.see(version, status, at)
    return history


def taken(history: History | None, *, expected: str = "Done", **given: Any) -> Account:
    """The account of one job `a`, accepted at 0; the fault is over at 1, and all else is as it should be."""
    histories = {"a": history} if history else {}
    outcome = history.outcome if history else None
    values = {
        "over_at": 1.0,
        "timeout": 20.0,
        "answers": {"a": "done" if outcome == "Done" else "error"},
        "objects": [PATH] if outcome == "Done" else [],
        "pods": [],
        "extra": [],
        **given,
    }
    return take([Accepted("a", 0.0, frozenset({expected}))], histories, **values)


def test_a_job_that_is_done_with_its_object_is_no_problem() -> None:
    account = taken(seen(RENDERING, DONE))
    assert (account.problems, account.done, account.slowest, account.slowest_after) == ((), 1, 5.0, 4.0)


def test_an_error_that_the_fault_explains_is_no_problem() -> None:
    account = taken(seen(RENDERING, FAILED), expected="Timeout")
    assert (account.problems, account.errors) == ((), {"Timeout": 1})


def test_an_error_that_it_does_not_explain_or_that_no_condition_tells_is_one() -> None:
    assert taken(seen(FAILED)).unexpected
    assert taken(seen({**FAILED, "conditions": []}), expected="Timeout").unexpected


def test_a_job_without_an_end_or_never_seen_or_too_late_is_lost() -> None:
    assert taken(seen(RENDERING)).lost
    assert taken(None).lost
    assert taken(seen(DONE, at=51.1)).lost
    assert not taken(seen(DONE, at=50.9)).lost


def test_a_job_that_the_api_does_not_answer_for_is_lost() -> None:
    assert taken(seen(DONE), answers={"a": "404"}).lost
    assert not taken(seen(DONE, deleted=True), answers={"a": "404"}).lost


def test_a_job_that_changes_after_its_end_or_is_given_twice_is_done_twice() -> None:
    assert taken(seen(DONE, {**DONE, "pages": 2})).twice
    assert taken(seen(RENDERING, {**RENDERING, "renderer": "r2"}, DONE)).twice
    assert taken(seen(DONE), extra=["b"]).twice
    assert not taken(seen(DONE, DONE)).twice


def test_a_version_that_is_seen_late_changes_nothing() -> None:
    history = seen(RENDERING)
    history.see(3, DONE, 5.0)
    history.see(2, RENDERING, 6.0)
    history.see(3, DONE, 7.0)
    assert (history.outcome, history.ended_at, history.changed_after_its_end) == ("Done", 5.0, False)


def test_objects_and_pods_that_are_left_or_missing_are_orphans() -> None:
    assert taken(seen(DONE), objects=[]).orphans
    assert taken(seen(FAILED), expected="Timeout", objects=[PATH]).orphans
    assert taken(seen(DONE), pods=["pod x is left"]).orphans
    assert misplaced([PATH, "exports/b/cv.pdf"], {"a": seen(DONE)}) == [
        "object exports/b/cv.pdf belongs to no job that is Done"
    ]


def test_a_deleted_job_has_ended() -> None:
    assert not unfinished([Accepted("a", 0.0)], {"a": seen(RENDERING, deleted=True)})
    assert taken(seen(RENDERING, deleted=True), expected="Deleted").problems == ()


def test_overdue_is_counted_from_the_faults_end() -> None:
    jobs = [Accepted("a", 0.0)]
    assert not overdue(jobs, {}, over_at=100.0, timeout=20.0, now=149.0)
    assert overdue(jobs, {}, over_at=100.0, timeout=20.0, now=151.0) == ["a"]


def test_the_table_sums_up_and_shows_what_could_not_be_made_to_happen() -> None:
    shown = table(
        [Row(1, "a fault", "test_a", 9.6, taken(seen(RENDERING))), Row(2, "another", "test_b", 1.0, None)]
    ).splitlines()
    assert shown[1].split()[:9] == ["1", "a", "fault", "1", "0", "0", "1", "0", "0"]
    assert shown[2].split()[:4] == ["2", "another", "-", "-"]
    assert shown[3].split()[:8] == ["all", "2", "faults", "1", "0", "0", "1", "0"]


def test_rounds_of_a_fault_are_one_line_and_one_that_has_no_account_shows() -> None:
    first, second = taken(seen(RENDERING)), taken(seen(DONE))
    shown = by_fault(
        [
            Row(1, "b", "test_b", 1.0, first, 2),
            Row(1, "a", "test_a", 1.0, second),
            Row(2, "b", "test_b", 1.0, second, 3),
            Row(2, "a", "test_a", 1.0, None),
        ]
    )
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in shown.splitlines()]
    assert [line[:7] for line in cells[2:]] == [
        ["a", "`test_a`", "2 (1 unaccounted)", "1", "1", "0", "0"],
        ["b", "`test_b`", "2", "2", "1", "0", "1"],
        ["all", "", "4 (1 unaccounted)", "3", "2", "0", "1"],
    ]
    assert [line[-1] for line in cells[2:]] == ["0", "5", "5"]
