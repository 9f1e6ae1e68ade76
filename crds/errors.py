"""The fixed set of codes that a job's error carries."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a job ended in phase Error; the value stands in status.error.code."""

    TIMEOUT = "Timeout"
    RENDERER_LOST = "RendererLost"
    UNKNOWN_TEMPLATE = "UnknownTemplate"
    TEMPLATE_ERROR = "TemplateError"
    INVALID_DATA = "InvalidData"
    PAGE_CRASHED = "PageCrashed"
    UPLOAD_FAILED = "UploadFailed"
    INTERNAL = "Internal"


_RETRYABLE = {
    ErrorCode.TIMEOUT,
    ErrorCode.RENDERER_LOST,
    ErrorCode.PAGE_CRASHED,
    ErrorCode.UPLOAD_FAILED,
    ErrorCode.INTERNAL,
}


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
        return self.code in _RETRYABLE

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def timeout_error(timeout_seconds: int) -> JobError:
    """The error of a job that took longer than its spec.timeoutSeconds."""
    return JobError(ErrorCode.TIMEOUT, f"Playwright timeout: rendering exceeded {timeout_seconds}s")
