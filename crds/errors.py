"""The fixed set of codes that a job's error carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a job ended in phase Error; the value stands in status.error.code. docs/errors.md is made from it."""

    retryable: bool
    """Whether the same request may succeed when it is sent again."""
    meaning: str
    """What happened, in a sentence."""
    advice: str
    """What to do about it, in a sentence for whoever asked for the export."""

    def __new__(cls, value: str, retryable: bool, meaning: str, advice: str) -> ErrorCode:
        code = str.__new__(cls, value)
        code._value_ = value
        code.retryable, code.meaning, code.advice = retryable, meaning, advice
        return code

    TIMEOUT = (
        "Timeout",
        True,
        "The job was not printed and uploaded within its `timeoutSeconds`, whatever hung or was slow.",
        "Try again; if it ends the same way, shorten the CV.",
    )
    RENDERER_LOST = (
        "RendererLost",
        True,
        "The renderers that had the job were lost, as often as `jobs.maxAttempts` lets it be assigned.",
        "Try again; if it ends the same way, take the largest photo or section out of the CV.",
    )
    UNKNOWN_TEMPLATE = (
        "UnknownTemplate",
        False,
        "The renderer has no template of this `templateId`.",
        "Choose another template.",
    )
    TEMPLATE_ERROR = (
        "TemplateError",
        False,
        "The template is broken, in general or with this CV; the text names its file and line.",
        "Choose another template, and report it to the operator of the service.",
    )
    INVALID_DATA = (
        "InvalidData",
        False,
        "The CV, its photo or an option cannot be printed; the text names the field.",
        "Correct what is named.",
    )
    PAGE_CRASHED = (
        "PageCrashed",
        True,
        "Chromium crashed twice while it printed the document.",
        "Try again; if it ends the same way, shorten the CV.",
    )
    UPLOAD_FAILED = (
        "UploadFailed",
        True,
        "The PDF was printed, but the storage did not take it.",
        "Try again in a few minutes.",
    )
    INTERNAL = (
        "Internal",
        True,
        "The renderer failed in a way that nobody has thought of; its log says where.",
        "Try again; if it ends the same way, report it to the operator of the service.",
    )


_BY_VALUE = {code.value: code for code in ErrorCode}


@dataclass(eq=False)
class JobError(Exception):
    """A job cannot be done: `code` for programs, `message` for people.

    The message must hold nothing personal: it ends up in logs and in the HTTP answer.
    """

    code: ErrorCode
    message: str

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        return self.code.retryable

    @property
    def error_type(self) -> str:
        """What a span that this ends carries as OpenTelemetry's error.type."""
        return str(self.code)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def timeout_error(timeout_seconds: int) -> JobError:
    """The error of a job that took longer than its spec.timeoutSeconds."""
    return JobError(ErrorCode.TIMEOUT, f"Playwright timeout: rendering exceeded {timeout_seconds}s")


def message_with_advice(code: str | None, message: str) -> str:
    """The text of a failed job for people: what happened, and what to do about it."""
    known = _BY_VALUE.get(code or "")
    return f"{message.rstrip('.')}. {known.advice}" if known else message
