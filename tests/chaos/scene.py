"""One fault: jobs are asked for, something happens to what works on them, and what became of all is accounted for."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bench.testbed import is_ready
from crds.job import parse_time
from tests.chaos import account
from tests.chaos.account import Accepted, Account, History
from tests.chaos.fault_injector import MIN_WARM, TIMEOUT_SECONDS, FaultInjector, wait_for
from tests.chaos.recorder import Recorder
from tests.e2e.client import JOBS, eventually

_TIDY_SECONDS = 60.0
# A connection on which nothing comes any more is given up after 75 s.
_DEAD_WATCH_SECONDS = 90.0
_ANSWER_SECONDS = 120.0
_PAUSE_SECONDS = 0.2


class Scene:
    """Posts jobs, tells their end, and takes the account. `job_ids` in the order of their acceptance."""

    def __init__(self, injector: FaultInjector, recorder: Recorder, cv: dict[str, Any], *, name: str) -> None:
        self.name = name
        self.injector = injector
        self._recorder = recorder
        self._cv = cv
        self._before = set(recorder.histories)
        self._lock = threading.Lock()
        self._posters: list[threading.Thread] = []
        self._closed = threading.Event()
        self._failures: list[str] = []
        self._http = httpx.Client(base_url=injector.release.url("api"), timeout=40)
        self.accepted: list[Accepted] = []
        self.refusals = 0
        """Posts that were refused or got no answer, and were sent again with the same Idempotency-Key."""

    # -- asking

    def post(self, count: int = 1, *, trouble: str = "", expected: Iterable[str] = ("Done",)) -> list[str]:
        """Ask for jobs, one after the other, each until it is accepted; their jobIds."""
        return [self._post(trouble, frozenset(expected)) for _ in range(count)]

    def keep_posting(self, count: int, *, every: float = 0.1, expected: Iterable[str] = ("Done",)) -> None:
        """Ask for so many jobs beside what else happens."""
        outcomes = frozenset(expected)

        def run() -> None:
            try:
                for _ in range(count):
                    if self._closed.wait(every):
                        return
                    self._post("", outcomes)
            except Exception as e:
                self._failures.append(f"{type(e).__name__}: {e}")

        thread = threading.Thread(target=run, daemon=True)
        self._posters.append(thread)
        thread.start()

    @contextmanager
    def posting(self, *, every: float) -> Iterator[None]:
        """Ask for jobs for as long as something else happens."""
        done = threading.Event()

        def run() -> None:
            try:
                while not done.wait(every):
                    self._post("", frozenset({"Done"}))
            except Exception as e:
                self._failures.append(f"{type(e).__name__}: {e}")

        poster = threading.Thread(target=run, daemon=True)
        self._posters.append(poster)
        poster.start()
        try:
            yield
        finally:
            done.set()
            self.wait_for_posters()

    def post_at_once(self, count: int) -> None:
        """Ask for so many jobs at the same time, each in a thread of its own."""
        for _ in range(count):
            self.keep_posting(1, every=0)

    def wait_for_posters(self) -> None:
        """Until all that was to be asked for is accepted."""
        for poster in self._posters:
            poster.join(_ANSWER_SECONDS)
            assert not poster.is_alive(), "a job is not accepted"
        assert not self._failures, self._failures

    def _post(self, trouble: str, expected: frozenset[str]) -> str:
        cv = {"basics": {"name": "Ada Lovelace", "label": trouble}} if trouble else self._cv
        body = {
            "resumeId": 1,
            "templateId": "trouble" if trouble else "modern",
            "cvData": cv,
            "fileName": "chaos",
            "userId": self.name,
        }
        key = str(uuid.uuid4())
        deadline = time.monotonic() + _ANSWER_SECONDS
        while True:
            try:
                answer = self._http.post(JOBS, json=body, headers={"Idempotency-Key": key})
                # 200: an earlier request, whose answer was lost, made the job, and the job has ended since.
                if answer.status_code in (200, 202):
                    break
                problem = f"{answer.status_code} {answer.text}"
                # Whatever is broken behind it, the API says so in its own words.
                assert answer.status_code in (429, 503), problem
            except httpx.TransportError as e:
                problem = repr(e)
            assert time.monotonic() < deadline, f"a job is not accepted: {problem}"
            with self._lock:
                self.refusals += 1
            time.sleep(_PAUSE_SECONDS)
        job_id = str(answer.json()["jobId"])
        with self._lock:
            self.accepted.append(Accepted(job_id, time.monotonic(), expected))
        return job_id

    def cancel(self, job_id: str) -> None:
        """Cancel a job, as a client does."""
        answer = self._http.delete(f"{JOBS}/{job_id}")
        assert answer.status_code == 204, answer.text

    def create(self) -> str:
        """Make a job by the API server itself; its name."""
        name = str(uuid.uuid4())
        manifest = {
            "apiVersion": "pdfexport.dev/v1",
            "kind": "PdfExportJob",
            "metadata": {"name": name},
            "spec": {"resumeId": 1, "templateId": "modern", "cvData": self._cv},
        }
        self.injector.kubectl("create", "-f", "-", stdin=json.dumps(manifest))
        self.accepted.append(Accepted(name, time.monotonic(), frozenset({"Done", "Deleted"})))
        return name

    # -- looking

    def history(self, job_id: str) -> History:
        """What has been seen of a job."""
        return self._recorder.histories.get(job_id, History())

    def status(self, job_id: str) -> dict[str, Any]:
        """The job's status as it was last seen."""
        return self.history(job_id).status

    def until(self, what: str, check: Callable[[], bool], *, seconds: float = 60.0) -> None:
        """Wait for something, whatever is away just now."""
        wait_for(what, check, seconds=seconds)

    def rendering(self, job_id: str) -> dict[str, Any]:
        """Wait until a renderer has a job; the renderer's pod."""
        eventually(
            f"a renderer has job {job_id}",
            lambda: self.status(job_id).get("phase") == "Rendering",
            seconds=60,
            every=0.01,
        )
        return self.injector.pod(self.status(job_id)["renderer"])

    def rendering_for(self, job_id: str) -> float:
        """Seconds since a renderer was given a job that it still has; 0 when it has it not."""
        status = self.status(job_id)
        return time.time() - parse_time(status["startedAt"]) if status.get("phase") == "Rendering" else 0.0

    def given(self, job_id: str, attempt: int) -> None:
        """Wait until a job has been given to a renderer for the so-manieth time."""
        self.until(f"attempt {attempt} of job {job_id}", lambda: self.status(job_id).get("attempt") == attempt)

    def wait_for_accepted(self, count: int) -> None:
        """Wait until so many jobs are accepted."""
        self.until(f"{count} jobs are accepted", lambda: len(self.accepted) >= count)

    def some_at_work(self) -> dict[str, Any]:
        """Wait until a renderer has one of the jobs; its pod."""
        names: list[str] = []

        def found() -> bool:
            with self._lock:
                jobs = [job.job_id for job in self.accepted]
            names[:] = [self.status(job)["renderer"] for job in jobs if self.status(job).get("phase") == "Rendering"]
            return bool(names)

        eventually("a renderer has a job", found, seconds=60, every=0.01)
        return self.injector.pod(names[0])

    def ended(self, job_id: str, *, seconds: float = 90.0) -> dict[str, Any]:
        """Wait until a job has ended; its status."""
        eventually(f"job {job_id} ends", lambda: self.history(job_id).ended_at is not None, seconds=seconds)
        return self.status(job_id)

    def took(self, job: Accepted) -> float:
        """Seconds from a job's 202 until it was seen to have ended."""
        ended_at = self.history(job.job_id).ended_at
        assert ended_at is not None
        return ended_at - job.at

    def events(self, job_id: str) -> list[str]:
        """The reasons of the Events about a job."""
        told = "jsonpath={.items[*].reason}"
        return self.injector.kubectl(
            "get", "events", f"--field-selector=involvedObject.name={job_id}", "-o", told
        ).split()

    # -- accounting

    def settle(self) -> Account:
        """The fault is over: wait until every job has ended or is overdue, then take the account."""
        over_at = time.monotonic()
        self.wait_for_posters()
        while account.unfinished(self.accepted, self._recorder.histories) and not account.overdue(
            self.accepted, self._recorder.histories, over_at=over_at, timeout=TIMEOUT_SECONDS, now=time.monotonic()
        ):
            time.sleep(_PAUSE_SECONDS)
        self._until_told()
        self._until_tidy()
        accepted = {job.job_id for job in self.accepted}
        return account.take(
            self.accepted,
            self._recorder.histories,
            over_at=over_at,
            timeout=TIMEOUT_SECONDS,
            answers={job_id: self._answer(job_id) for job_id in accepted},
            objects=self.injector.objects(),
            pods=self._wrong_pods(),
            extra=set(self._recorder.histories) - self._before - accepted,
        )

    def _until_told(self) -> None:
        """The controller's watch tells it of a new job: its passes need not find it, which takes seconds."""

        def told() -> bool:
            before = self.injector.jobs_fetched()
            self.ended(*self.post())
            return self.injector.jobs_fetched() == before

        self.until("the controller's watch tells of jobs", told, seconds=_DEAD_WATCH_SECONDS)

    def _until_tidy(self) -> None:
        """What is to be removed may take a moment to go; what is still there then is in the account."""
        deadline = time.monotonic() + _TIDY_SECONDS
        while time.monotonic() < deadline:
            try:
                if not self._wrong_pods() and not account.misplaced(self.injector.objects(), self._recorder.histories):
                    return
            except httpx.HTTPError:
                pass
            time.sleep(_PAUSE_SECONDS)

    def _wrong_pods(self) -> list[str]:
        pods = self.injector.pods("renderer")
        wrong = []
        for pod in pods:
            if not is_ready(pod):
                wrong.append(f"pod {pod['metadata']['name']} is {pod['status']['phase']}, not ready or about to end")
        if len(pods) != MIN_WARM:
            wrong.append(f"there are {len(pods)} renderers, not {MIN_WARM}")
        return wrong

    def _answer(self, job_id: str) -> str:
        """What a client gets in the end that asks again when nobody answers."""
        deadline = time.monotonic() + account.GRACE_SECONDS
        while True:
            try:
                response = self._http.get(f"{JOBS}/{job_id}", params={"wait": 5})
                break
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    return "nothing"
                time.sleep(_PAUSE_SECONDS)
        if response.status_code != 200:
            return str(response.status_code)
        answer = response.json()
        if answer["status"] == "done":
            pdf = httpx.get(answer["fileUrl"], timeout=30)
            return "done" if pdf.content.startswith(b"%PDF-") else f"done, but its link gives {pdf.status_code}"
        return str(answer["status"])

    def told(self) -> str:
        """What the programs and the cluster say, for whoever looks into a fault that has gone badly."""
        logs = ("logs", "-l", "app.kubernetes.io/part-of=pdf-export", "--prefix", "--tail=60")
        asked = (logs, ("get", "pods", "-o", "wide"), ("get", "events", "--sort-by=.lastTimestamp"))
        return "\n".join(self.injector.kubectl(*each) for each in asked)

    def close(self) -> None:
        """No more jobs are asked for; close the connections."""
        self._closed.set()
        for poster in self._posters:
            poster.join(_ANSWER_SECONDS)
        self._http.close()
