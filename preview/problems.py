"""What went wrong, for the template's author: which file, which line, what is there, and why it does not do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crds.errors import ErrorCode, JobError
from cv.options import OptionsInvalid
from cv.resume import ResumeInvalid
from cv.templates import MetadataInvalid
from preview.cvs import Unreadable
from preview.paths import shown
from renderer.chromium.browser import BrowserStuck
from renderer.html.fill import TemplateBroken

_AROUND = 3
_MAX_WIDTH = 240

_TITLES = {
    ErrorCode.INVALID_DATA: "The CV or an option does not fit",
    ErrorCode.UNKNOWN_TEMPLATE: "The template cannot be used",
    ErrorCode.PAGE_CRASHED: "Chromium crashed",
    ErrorCode.TIMEOUT: "It took too long",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a file, numbered from 1; `guilty` is the one that is to be mended."""

    number: int
    text: str
    guilty: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no document. `file` is empty where no file is to blame, `line` 0 where no line is.

    `fields` are {"field", "message"} as the HTTP API answers them.
    """

    title: str
    reason: str = ""
    file: str = ""
    line: int = 0
    source: tuple[SourceLine, ...] = ()
    fields: tuple[dict[str, str], ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.file else ""
        return f"{place}{self.title}: " + (
            self.reason or "; ".join(f"{one['field']} {one['message']}" for one in self.fields)
        )


def problem_of(error: Exception, templates: Path) -> Problem:
    """The problem that an error stands for; files of a broken template are looked up in the folder `templates`."""
    cause: BaseException = (error.__cause__ or error) if isinstance(error, JobError) else error
    match cause:
        case TemplateBroken():
            return _broken(cause, templates)
        case ResumeInvalid():
            return Problem("The CV does not fit", fields=tuple(cause.details))
        case OptionsInvalid():
            return Problem("An option does not fit", fields=tuple(cause.details))
        case Unreadable():
            return _in_file("The CV cannot be read", cause.reason, cause.file, cause.line)
        case BrowserStuck():
            return Problem("Chromium cannot be started", "It does not start, or hangs and cannot be closed.")
        case TimeoutError():
            return Problem("It took too long", "The renderer would have ended the job; the template may never end.")
        case _ if isinstance(error, JobError):
            return Problem(_TITLES.get(error.code, "It cannot be rendered"), error.message)
        case _:
            return Problem("The preview failed", f"{type(error).__name__}: {error}")


def excerpt(text: str, line: int) -> tuple[SourceLine, ...]:
    """The lines around a line, numbered from 1; nothing when the text has no such line."""
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return ()
    first = max(line - _AROUND, 1)
    return tuple(
        SourceLine(number, content[:_MAX_WIDTH], number == line)
        for number, content in enumerate(lines[first - 1 : line + _AROUND], first)
    )


def _broken(error: TemplateBroken, templates: Path) -> Problem:
    file, line, reason = templates / error.file, error.line, error.reason
    cause = error.__cause__
    if isinstance(cause, MetadataInvalid):
        line, reason = cause.line, cause.reason
    if isinstance(cause, ResumeInvalid):
        return Problem(
            "The template's own sample does not fit", file=shown(file.resolve()), fields=tuple(cause.details)
        )
    return _in_file("The template is broken", reason, file.resolve(), line)


def _in_file(title: str, reason: str, file: Path, line: int) -> Problem:
    try:
        source = excerpt(file.read_text(encoding="utf-8", errors="replace"), line)
    except OSError:
        source = ()
    return Problem(title, reason, shown(file), line, source)
