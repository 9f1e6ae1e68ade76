"""The command pdf-export, against a server on a port of its own: exit codes, --json, files, --watch."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from pdf_export_client import command
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from charts.release import ROOT

CV = {"basics": {"name": "Ada Lovelace"}}
PDF = b"%PDF-1.7 a document"
JOBS = "/api/export-pdf/job"


def until(condition: Callable[[], bool]) -> None:
    """Return once the condition holds; AssertionError after 20 seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in 20 s"
        time.sleep(0.01)


class FakeApi:
    """The HTTP contract; each job ends as `ending` says, or stays in processing."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        """One for each Idempotency-Key."""
        self.jobs: dict[str, str] = {}
        """The jobId of each key."""
        self.deleted: list[str] = []
        self.refusal: Response | None = None
        self.ending: dict[str, Any] | None = {"status": "done"}
        self.url = ""
        self.app = Starlette(
            routes=[
                Route(JOBS, self.create, methods=["POST"]),
                Route(JOBS + "/{job_id}", self.get, methods=["GET"]),
                Route(JOBS + "/{job_id}", self.delete, methods=["DELETE"]),
                Route("/api/export-pdf/templates", self.templates),
                Route("/api/export-pdf/convert", self.convert, methods=["POST"]),
                Route("/files/{name}", self.file),
            ]
        )

    async def create(self, request: Request) -> Response:
        if self.refusal is not None:
            return self.refusal
        key = request.headers["Idempotency-Key"]
        if key not in self.jobs:
            self.requests.append(await request.json())
        job_id = self.jobs.setdefault(key, f"job-{len(self.requests)}")
        return JSONResponse({"jobId": job_id, "status": "processing", "message": "m"}, 202)

    async def get(self, request: Request) -> Response:
        job_id = request.path_params["job_id"]
        if job_id == "none":
            return JSONResponse({"error": "Job not found", "jobId": job_id, "message": "gone"}, 404)
        if self.ending is None:
            return JSONResponse({"jobId": job_id, "status": "processing"}, headers={"Retry-After": "1"})
        file = {"fileUrl": f"{self.url}/files/{job_id}.pdf"} if self.ending["status"] == "done" else {}
        return JSONResponse({"jobId": job_id, **file, **self.ending})

    async def delete(self, request: Request) -> Response:
        self.deleted.append(request.path_params["job_id"])
        return Response(status_code=204)

    async def templates(self, _request: Request) -> Response:
        options: dict[str, Any] = {"properties": {"locale": {}, "photo": {}}}
        template = {"id": "modern", "name": "Modern", "description": "Two columns.", "columns": 2, "options": options}
        return JSONResponse({"templates": [template], "cvSchema": {}})

    async def convert(self, request: Request) -> Response:
        if self.refusal is not None:
            return self.refusal
        warning = {"code": "FormatConverted", "field": "cvData", "message": "converted"}
        body = await request.json()
        return JSONResponse({"format": "RenderCV", "cvData": {"basics": body["cv"]}, "warnings": [warning]})

    async def file(self, _request: Request) -> Response:
        return Response(PDF, media_type="application/pdf")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    """A FakeApi on a port, at which the command's environment points."""
    fake = FakeApi()
    server = uvicorn.Server(uvicorn.Config(fake.app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    monkeypatch.setenv("PDF_EXPORT_URL", fake.url)
    monkeypatch.delenv("PDF_EXPORT_TOKEN", raising=False)
    yield fake
    server.should_exit = True
    thread.join()


@pytest.fixture
def cv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a CV, in the working folder."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "cv.json"
    file.write_text(json.dumps(CV))
    return file


def refused(status: int, details: list[dict[str, str]] | None = None) -> Response:
    return JSONResponse({"error": "e", "message": "m", **({"details": details} if details else {})}, status)


@pytest.mark.usefixtures("cv")
def test_an_export_names_the_file_and_its_size(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["export", "cv.json", "-t", "modern"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "cv.pdf (0.0 kB)\n"
    assert shown.err == "Sending the CV\nPrinting, job job-1\n"
    assert Path("cv.pdf").read_bytes() == PDF
    assert sorted(os.listdir()) == ["cv.json", "cv.pdf"]
    assert api.requests == [{"cvData": CV, "templateId": "modern", "resumeId": "cv"}]


@pytest.mark.usefixtures("cv")
def test_every_option_is_part_of_the_request(api: FakeApi) -> None:
    options = ["-O", "photo=false", "-O", "accentColor=#aa2200", "--option", 'sectionOrder=["work"]']
    fields = ["--resume-id", "7", "--file-name", "Ada", "--user-package", "BASIC", "--user-id", "u"]
    assert command.run(["export", "cv.json", "-t", "modern", "-o", "x.pdf", *options, *fields]) == 0
    assert Path("x.pdf").read_bytes() == PDF
    assert api.requests[0] == {
        "cvData": CV,
        "templateId": "modern",
        "resumeId": "7",
        "fileName": "Ada",
        "userPackage": "BASIC",
        "userId": "u",
        "options": {"photo": False, "accentColor": "#aa2200", "sectionOrder": ["work"]},
    }


def test_a_file_may_be_a_whole_request(api: FakeApi, cv: Path) -> None:
    whole = {"resumeId": 5, "templateId": "classic", "cvData": CV, "options": {"photo": True, "locale": "de"}}
    cv.write_text(json.dumps(whole))
    assert command.run(["export", "cv.json", "-O", "photo=false"]) == 0
    assert api.requests == [{**whole, "options": {"photo": False, "locale": "de"}}]


@pytest.mark.usefixtures("api", "cv")
def test_json_is_one_object_and_nothing_else(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    warning = {"code": "PhotoIgnored", "field": "cvData.basics.image", "message": "m"}
    api.ending = {"status": "done", "warnings": [warning]}
    assert command.run(["export", "cv.json", "-t", "modern", "--json"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert json.loads(shown.out) == {
        "status": "done",
        "jobId": "job-1",
        "fileUrl": f"{api.url}/files/job-1.pdf",
        "warnings": [warning],
        "file": "cv.pdf",
        "bytes": len(PDF),
    }


@pytest.mark.usefixtures("cv")
def test_warnings_are_shown(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.ending = {"status": "done", "warnings": [{"code": "c", "field": "cvData.basics.image", "message": "left out"}]}
    command.run(["export", "cv.json", "-t", "modern"])
    assert "warning: cvData.basics.image: left out\n" in capsys.readouterr().err
    assert command.run(["status", "job-1"]) == 0
    assert "warning: cvData.basics.image: left out\n" in capsys.readouterr().err


@pytest.mark.usefixtures("cv")
def test_a_field_that_does_not_fit_is_named(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    details = [{"field": "cvData.work[0].startDate", "message": "takes YYYY"}]
    api.refusal = refused(422, details)
    assert command.run(["export", "cv.json", "-t", "modern"]) == 2
    assert "  cvData.work[0].startDate: takes YYYY\n" in capsys.readouterr().err
    assert command.run(["export", "cv.json", "-t", "modern", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {
        "status": "error",
        "error": "ValidationFailed",
        "message": "m",
        "retryable": False,
        "details": details,
        "exitCode": 2,
    }


@pytest.mark.usefixtures("cv")
@pytest.mark.parametrize(("status", "code"), [(400, 2), (413, 2), (401, 3), (403, 3), (429, 3), (503, 3), (500, 4)])
def test_a_refusal_has_its_exit_code(api: FakeApi, status: int, code: int) -> None:
    api.refusal = refused(status)
    api.refusal.headers["Retry-After"] = "60"
    assert command.run(["export", "cv.json", "-t", "modern", "--timeout", "30"]) == code


@pytest.mark.usefixtures("cv")
def test_a_job_that_fails_is_exit_code_1(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.ending = {"status": "error", "error": "why", "code": "Timeout", "retryable": True}
    assert command.run(["export", "cv.json", "-t", "modern", "--json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert (shown["code"], shown["jobId"], shown["retryable"]) == ("Timeout", "job-1", True)


@pytest.mark.usefixtures("cv")
def test_a_timeout_is_exit_code_4_and_names_the_job(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    api.ending = None
    assert command.run(["export", "cv.json", "-t", "modern", "--timeout", "0.2"]) == 4
    assert "pdf-export status job-1" in capsys.readouterr().err
    assert api.deleted == []


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["export", "none.json", "-t", "modern"], "none.json"),
        (["export", "bad.json", "-t", "modern"], "bad.json is not valid JSON"),
        (["export", "twice.json", "-t", "modern"], "an object has the same field twice: work"),
        # Among so many fields that not each can be compared with all others.
        (["export", "many.json", "-t", "modern"], "an object has the same field twice: 199999"),
        (["export", "text.json", "-t", "modern"], "must have a JSON object"),
        (["export", "cv.json"], "pdf-export templates"),
        (["export", "cv.json", "-t", "modern", "-o", "no/x.pdf"], "The folder no does not exist"),
        (["export", "cv.json", "-t", "modern", "-o", "-", "--json"], "stdout"),
        (["export", "-", "-t", "modern", "--watch"], "--watch"),
        (["status", "x", "--base-url", "export.example.com"], "PDF_EXPORT_URL"),
    ],
)
@pytest.mark.usefixtures("cv")
def test_bad_input_is_exit_code_2(
    api: FakeApi, argv: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("bad.json").write_text("{")
    Path("twice.json").write_text('{"basics": {"name": "Jane"}, "work": [], "work": [{"position": "Engineer"}]}')
    Path("many.json").write_text("{" + ",".join(f'"{name}":0' for name in (*range(200_000), 199_999)) + "}")
    Path("text.json").write_text('"CV"')
    code = command.run(argv)
    shown = capsys.readouterr()
    assert (code, api.requests) == (2, [])
    assert named in shown.err + shown.out


@pytest.mark.parametrize("argv", [[], ["print"], ["export", "cv.json", "-O", "photo"]])
def test_wrong_usage_is_exit_code_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        command.run(argv)
    assert caught.value.code == 2


def test_no_server_is_exit_code_4(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["templates", "--base-url", "http://127.0.0.1:1"]) == 4
    assert "--base-url" in capsys.readouterr().err


@pytest.mark.usefixtures("api")
def test_stdin_and_stdout(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(CV).encode())))
    assert command.run(["export", "-", "-t", "modern", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out == PDF


@pytest.mark.usefixtures("api")
def test_templates_are_listed_with_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["templates"]) == 0
    assert capsys.readouterr().out == "modern: Two columns.\n    options: locale, photo\n"
    assert command.run(["templates", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["templates"][0]["id"] == "modern"


@pytest.mark.usefixtures("api")
def test_a_cv_of_another_program_is_converted(cv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cv.write_text(json.dumps({"cv": {"name": "Zoë"}}))
    converted = {"basics": {"name": "Zoë"}}

    assert command.run(["convert", "cv.json", "-o", "out.json"]) == 0
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("out.json\n", "recognised: RenderCV\nwarning: cvData: converted\n")
    assert json.loads(Path("out.json").read_text()) == converted

    assert command.run(["convert", "cv.json"]) == 0
    assert json.loads(capsys.readouterr().out) == converted

    cv.write_text(json.dumps({"templateId": "modern", "cvData": {"cv": {"name": "Zoë"}}}))
    assert command.run(["convert", "cv.json", "--json"]) == 0
    shown_object = json.loads(capsys.readouterr().out)
    assert (shown_object["format"], shown_object["cvData"]) == ("RenderCV", converted)


@pytest.mark.usefixtures("cv")
@pytest.mark.parametrize(("name", "advice"), [("cv.yaml", "yq"), ("cv.yml", "yq"), ("cv.xml", "Europass"), ("x", "")])
def test_what_is_no_json_is_answered_with_what_to_do(
    api: FakeApi, name: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_text("cv:\n  name: Ada")
    assert command.run(["convert", name]) == 2
    assert advice in capsys.readouterr().err

    api.refusal = refused(422, [{"field": "cvData", "message": "is a Europass CV, which is not read. Do this"}])
    assert command.run(["convert", "cv.json"]) == 2
    assert "is a Europass CV, which is not read. Do this" in capsys.readouterr().err


def test_status_and_cancel(api: FakeApi, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(["status", "job-1"]) == 0
    assert capsys.readouterr().out == f"done: {api.url}/files/job-1.pdf\n"
    api.ending = {"status": "error", "error": "why", "code": "Timeout", "retryable": True}
    assert command.run(["status", "job-1", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"jobId": "job-1", **api.ending}
    assert command.run(["status", "none"]) == 1
    assert command.run(["cancel", "job-1"]) == 0
    assert api.deleted == ["job-1"]


async def test_a_save_cancels_the_export_before_it() -> None:
    began: list[int] = []
    ended: list[int] = []
    saved: asyncio.Queue[bool] = asyncio.Queue()

    async def saves() -> AsyncIterator[object]:
        while await saved.get():
            yield None

    async def export() -> None:
        number = len(began)
        began.append(number)
        await saved.put(number < 2)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(number)

    await asyncio.wait_for(command.watch(saves(), export), timeout=5)
    assert began == ended == [0, 1, 2]


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own, as a terminal starts it: what runs in the background ignores Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-m", "pdf_export_client", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "clients" / "python")},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_watch_exports_again_on_save_until_ctrl_c(api: FakeApi, cv: Path) -> None:
    process = start(cv.parent, "export", "cv.json", "-t", "modern", "--watch")
    try:
        pdf = cv.with_name("cv.pdf")
        until(pdf.exists)
        api.ending = None
        cv.write_text(json.dumps({"basics": {"name": "Second"}}))
        until(lambda: len(api.requests) == 2)
        pdf.unlink()
        # As editors save: a new file takes the place of the old one.
        other = cv.with_name("new")
        other.write_text(json.dumps({"basics": {"name": "Third"}}))
        other.rename(cv)
        until(lambda: len(api.requests) == 3)
        api.ending = {"status": "done"}
        until(pdf.exists)
        assert api.requests[-1]["cvData"]["basics"]["name"] == "Third"
        assert api.deleted == ["job-2"], "the last save wins"
    finally:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    assert process.returncode == 0, output


def test_ctrl_c_cancels_the_job(api: FakeApi, cv: Path) -> None:
    api.ending = None
    process = start(cv.parent, "export", "cv.json", "-t", "modern")
    until(lambda: len(api.requests) == 1)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert (process.returncode, api.deleted) == (130, ["job-1"]), output
