"""What the command prints: progress and errors on stderr, results on stdout, with --json one object for each result."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from typing import Any

from pdf_export_client.errors import (
    BadRequest,
    ExportError,
    Forbidden,
    JobFailed,
    JobNotFound,
    Overloaded,
    PatienceEnded,
    RateLimited,
    RequestRefused,
    TransportError,
    Unauthorized,
    ValidationFailed,
)
from pdf_export_client.models import Update, Warning


class ExitCode(IntEnum):
    """The exit code of the command; README.md has the same table."""

    DONE = 0
    FAILED = 1
    """The job failed, or there is no such job."""
    INPUT = 2
    """Wrong usage, or a request that is not valid."""
    REFUSED = 3
    """The token is not valid, or a limit is reached."""
    NO_ANSWER = 4
    """The network, the service or the timeout."""
    INTERRUPTED = 130


class InputError(Exception):
    """A file or an option cannot be used; the message states what to do."""


def exit_code(e: ExportError | InputError) -> ExitCode:
    """The exit code of an error."""
    match e:
        case JobFailed() | JobNotFound():
            return ExitCode.FAILED
        case InputError() | BadRequest() | ValidationFailed() | RequestRefused(status=404 | 405 | 413 | 415):
            return ExitCode.INPUT
        case Unauthorized() | Forbidden() | RateLimited() | Overloaded():
            return ExitCode.REFUSED
        case _:
            return ExitCode.NO_ANSWER


def print_error(e: ExportError | InputError, *, as_json: bool) -> ExitCode:
    """Print an error, and return its exit code."""
    code = exit_code(e)
    if as_json:
        print_json(_error_object(e) | {"exitCode": int(code)})
    else:
        print("\n".join(_error_lines(e)), file=sys.stderr)
    return code


def print_warnings(warnings: tuple[Warning, ...]) -> None:
    """A line on stderr for each warning."""
    for warning in warnings:
        print(f"warning: {warning.field}: {warning.message}", file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON object on a line of stdout."""
    print(json.dumps(value), flush=True)


def size_text(size: int) -> str:
    """A number of bytes for people: `84.2 kB`."""
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[Update], None]]:
    """What takes updates: a moving line on a terminal, else a line for each change; nothing when `quiet`."""
    if quiet:
        yield lambda _update: None
    elif sys.stderr.isatty():
        with _moving_line() as show:
            yield show
    else:
        yield _lines()


def _lines() -> Callable[[Update], None]:
    last = ""

    def show(update: Update) -> None:
        nonlocal last
        if (text := _update_text(update)) != last:
            print(text, file=sys.stderr, flush=True)
        last = text

    return show


@contextmanager
def _moving_line() -> Iterator[Callable[[Update], None]]:
    try:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    except ImportError:  # Installed without [cli].
        yield _lines()
        return
    text = TextColumn("{task.description}", markup=False)
    with Progress(SpinnerColumn(), text, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as line:
        task = line.add_task("")
        yield lambda update: line.update(task, description=_update_text(update))


def _update_text(update: Update) -> str:
    if update.state == "sending":
        return "Sending the CV"
    if update.state == "processing":
        return f"Printing, job {update.job_id}"
    return f"{update.error} Trying again in {update.delay:.0f} s"


def _error_lines(e: ExportError | InputError) -> list[str]:
    details = e.details if isinstance(e, RequestRefused) else ()
    fields = [f"  {problem.field}: {problem.message}" for problem in details]
    first = "error: the request is not valid:" if fields else f"error: {e}"
    return [first, *fields, *_hint(e)]


def _hint(e: ExportError | InputError) -> list[str]:
    match e:
        case Unauthorized():
            return ["Set a valid token: --token or PDF_EXPORT_TOKEN."]
        case RateLimited() | Overloaded():
            return [f"Try again in {e.retry_after or 10:.0f} s."]
        case PatienceEnded():
            return [f"Ask for it later: pdf-export status {e.job_id}"]
        case TransportError():
            return ["Check the network, and the address of the service: --base-url or PDF_EXPORT_URL."]
    return []


def _error_object(e: ExportError | InputError) -> dict[str, Any]:
    value: dict[str, Any] = {"status": "error", "error": type(e).__name__, "message": str(e)}
    if isinstance(e, ExportError):
        value["retryable"] = e.retryable
    if isinstance(e, RequestRefused) and e.details:
        value["details"] = [asdict(problem) for problem in e.details]
    if isinstance(e, JobFailed | PatienceEnded):
        value["jobId"] = e.job_id
    if isinstance(e, JobFailed):
        value["code"] = e.code
    return value
