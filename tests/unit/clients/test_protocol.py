"""The client's decisions: what is sent, how long it waits, when it gives up. No network, and a clock of the test's."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import pytest
from pdf_export_client import (
    BadRequest,
    Done,
    ExportError,
    ExportRequest,
    Forbidden,
    JobFailed,
    JobNotFound,
    Overloaded,
    PatienceEnded,
    RateLimited,
    RequestRefused,
    TransportError,
    Unauthorized,
    Update,
    ValidationFailed,
    Warning,
)
from pdf_export_client import protocol as p

T = TypeVar("T")
REQUEST: ExportRequest = {"resumeId": 1, "templateId": "modern", "cvData": {"basics": {"name": "Ada"}}}
ACCEPTED = httpx.Response(202, json={"jobId": "j-1", "status": "processing", "message": "m"})
PROCESSING = httpx.Response(200, json={"jobId": "j-1", "status": "processing"}, headers={"Retry-After": "3"})
DONE = httpx.Response(200, json={"jobId": "j-1", "status": "done", "fileUrl": "https://files.test/1.pdf"})
LOST = httpx.ConnectError("connection refused")
NOT_FOUND = httpx.Response(404, json={"error": "Job not found", "jobId": "j-1", "message": "gone"})


class World:
    """Answers requests from a list, and lets the time pass that a step takes."""

    def __init__(self, *answers: httpx.Response | httpx.RequestError) -> None:
        self.answers = list(answers)
        self.now = 1000.0
        self.sent: list[p.Send] = []
        self.slept: list[float] = []
        self.updates: list[Update] = []
        self.waits: Callable[[p.Send], float] = lambda _send: 0.0
        """Seconds that a request takes."""

    def clock(self) -> float:
        return self.now

    def run(self, steps: p.Steps[T]) -> T:
        reply: p.Reply = None
        while True:
            try:
                step = steps.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = None
            if isinstance(step, p.Send):
                self.sent.append(step)
                self.now += self.waits(step)
                reply = self.answers.pop(0)
            elif isinstance(step, p.Sleep):
                self.slept.append(step.seconds)
                self.now += step.seconds
            else:
                self.updates.append(step.update)

    def export(self, **options: Any) -> Done:
        return self.run(p.Export(REQUEST, self.clock, **options).steps())

    @property
    def lines(self) -> list[str]:
        return [f"{send.method} {send.url}" for send in self.sent]


def long_poll(send: p.Send) -> float:
    """A server that answers when `?wait` is over."""
    return float(send.url.partition("wait=")[2] or 0)


def refused(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": "e", "message": "m"}, headers=headers)


def test_an_export_posts_then_waits_until_the_job_is_done() -> None:
    world = World(ACCEPTED, PROCESSING, DONE)
    world.waits = long_poll
    assert world.export() == Done("j-1", "https://files.test/1.pdf")
    path = "/api/export-pdf/job/j-1?wait=20"
    assert world.lines == ["POST /api/export-pdf/job", f"GET {path}", f"GET {path}"]
    assert world.slept == [0.0], "a long poll follows another at once"
    assert [update.state for update in world.updates] == ["sending", "processing", "processing"]
    assert json.loads(world.sent[0].content or b"") == REQUEST


def test_a_post_that_is_answered_with_the_outcome_needs_no_poll() -> None:
    world = World(DONE)
    assert world.export().job_id == "j-1"
    assert len(world.sent) == 1


def test_a_post_is_sent_again_with_the_same_key() -> None:
    world = World(LOST, refused(503, **{"Retry-After": "7"}), refused(408), ACCEPTED, DONE)
    world.export()
    keys = [send.headers["Idempotency-Key"] for send in world.sent[:4]]
    assert len(set(keys)) == 1
    assert world.slept[1] == 7, "Retry-After is kept"


def test_each_export_has_a_key_of_its_own() -> None:
    world = World(ACCEPTED, DONE, ACCEPTED, DONE)
    world.export()
    world.export()
    assert world.sent[0].headers["Idempotency-Key"] != world.sent[2].headers["Idempotency-Key"]


def test_a_post_is_given_up_after_some_retries() -> None:
    world = World(*[LOST] * 5)
    with pytest.raises(TransportError, match="connection refused") as caught:
        world.export()
    assert caught.value.__cause__ is LOST
    assert len(world.sent) == 1 + p.RETRIES


def test_a_post_is_not_sent_again_after_the_timeout() -> None:
    world = World(refused(429, **{"Retry-After": "60"}))
    with pytest.raises(RateLimited) as caught:
        world.export(timeout=30)
    assert caught.value.retry_after == 60
    assert world.slept == []


def test_polls_outlive_a_lost_network() -> None:
    world = World(ACCEPTED, *[LOST] * 8, DONE)
    assert world.export().job_id == "j-1"
    assert all(seconds <= 1.2 * p.MAX_BACKOFF_SECONDS for seconds in world.slept)


def test_after_two_failed_waits_it_polls_every_three_seconds() -> None:
    world = World(ACCEPTED, httpx.ReadTimeout("t"), refused(504), PROCESSING, PROCESSING, DONE)
    world.export()
    assert [("wait" in line) for line in world.lines[1:]] == [True, True, False, False, False]
    assert world.slept[-2:] == [3.0, 3.0]


def test_a_server_that_does_not_take_wait_is_polled() -> None:
    world = World(ACCEPTED, refused(422), refused(422), PROCESSING, DONE)
    world.export()
    assert world.lines[-1] == "GET /api/export-pdf/job/j-1"


def test_a_server_that_answers_a_wait_early_is_asked_as_often_as_it_states() -> None:
    world = World(ACCEPTED, PROCESSING, DONE)
    world.export()
    assert world.slept == [3.0]


def test_patience_ends_at_the_timeout() -> None:
    world = World(ACCEPTED, *[PROCESSING] * 9)
    world.waits = long_poll
    with pytest.raises(PatienceEnded) as caught:
        world.export(timeout=90)
    assert (caught.value.job_id, caught.value.retryable) == ("j-1", True)
    assert world.now == 1090
    assert [long_poll(send) for send in world.sent] == [0, 20, 20, 20, 20, 10]


def test_patience_ends_while_the_network_is_lost() -> None:
    world = World(ACCEPTED, *[LOST] * 40)
    with pytest.raises(PatienceEnded):
        world.export(timeout=20)
    assert world.now == 1020


def test_a_job_that_fails_raises() -> None:
    body = {"jobId": "j-1", "status": "error", "error": "why", "code": "InvalidData", "retryable": False}
    world = World(ACCEPTED, httpx.Response(200, json=body))
    with pytest.raises(JobFailed, match="why") as caught:
        world.export()
    assert (caught.value.code, caught.value.retryable, caught.value.job_id) == ("InvalidData", False, "j-1")


def test_warnings_are_part_of_the_result() -> None:
    warning = {"code": "PhotoIgnored", "field": "cvData.basics.image", "message": "m"}
    world = World(ACCEPTED, httpx.Response(200, json=DONE.json() | {"warnings": [warning, "strange"]}))
    assert world.export().warnings == (Warning(**warning),)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(400), BadRequest),
        (refused(401), Unauthorized),
        (refused(403), Forbidden),
        (NOT_FOUND, JobNotFound),
        (refused(413), RequestRefused),
        (refused(422), ValidationFailed),
        (refused(429), RateLimited),
        (refused(500), RequestRefused),
        (refused(503), Overloaded),
        (httpx.Response(404, text="<html>"), RequestRefused),
        (httpx.Response(200, text="<html>"), TransportError),
        (httpx.Response(200, json=[]), TransportError),
        (httpx.Response(200, json={"jobId": "j-1", "status": "done"}), TransportError),
        (LOST, TransportError),
    ],
)
def test_each_answer_has_its_exception(answer: httpx.Response | httpx.RequestError, kind: type[ExportError]) -> None:
    with pytest.raises(ExportError) as caught:
        World(answer).run(p.status("j-1"))
    assert type(caught.value) is kind


def test_a_refusal_names_each_field() -> None:
    details = [{"field": "cvData.work[0].startDate", "message": "takes YYYY"}]
    answer = httpx.Response(422, json={"error": "Invalid request", "message": "m", "details": details})
    with pytest.raises(ValidationFailed) as caught:
        World(answer).export()
    assert [(problem.field, problem.message) for problem in caught.value.details] == [tuple(details[0].values())]


@pytest.mark.parametrize("strange", [float("nan"), {1, 2}, "\ud800"])
def test_a_request_that_is_no_json_is_not_sent(strange: object) -> None:
    world = World()
    request: ExportRequest = {**REQUEST, "cvData": {"x": strange}}
    with pytest.raises(BadRequest):
        world.run(p.create(request, "key"))
    assert world.sent == []


def test_an_interrupted_export_deletes_its_job() -> None:
    export = p.Export(REQUEST, lambda: 0.0, job_id="j-1", _sent=True)
    world = World(httpx.Response(204))
    world.run(export.abandon())
    assert world.lines == ["DELETE /api/export-pdf/job/j-1"]


def test_an_export_interrupted_in_its_post_learns_the_job_by_the_same_key() -> None:
    export = p.Export(REQUEST, lambda: 0.0)
    steps = export.steps()
    next(steps)
    post = steps.send(None)
    steps.close()
    world = World(ACCEPTED, httpx.Response(204))
    world.run(export.abandon())
    assert world.sent[0] == post
    assert world.lines[1] == "DELETE /api/export-pdf/job/j-1"


def test_an_export_that_was_never_sent_deletes_nothing() -> None:
    world = World()
    world.run(p.Export(REQUEST, lambda: 0.0).abandon())
    assert world.sent == []


@pytest.mark.parametrize(("answer", "found"), [(httpx.Response(204), True), (NOT_FOUND, False)])
def test_cancel_states_whether_there_was_a_job(answer: httpx.Response, found: bool) -> None:
    assert World(answer).run(p.cancel("j-1")) is found


def test_a_job_id_cannot_leave_its_path() -> None:
    world = World(NOT_FOUND)
    world.run(p.cancel("../templates?x"))
    assert world.lines == ["DELETE /api/export-pdf/job/..%2Ftemplates%3Fx"]


@pytest.mark.parametrize("answer", [httpx.Response(403), httpx.Response(200, text="<html>"), LOST])
def test_a_download_that_is_no_pdf_raises(answer: httpx.Response | httpx.RequestError) -> None:
    with pytest.raises(TransportError):
        World(answer).run(p.download("https://files.test/1.pdf"))


@pytest.mark.parametrize(
    ("value", "seconds"), [("3", 3.0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0), ("soon", None), ("", None)]
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert p.retry_after(httpx.Response(503, headers={"Retry-After": value})) == seconds


@pytest.mark.parametrize("base_url", ["", "export.example.com", "ftp://x", "http://"])
def test_a_base_url_names_scheme_and_host(base_url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        p.checked_base_url(base_url)
