"""The spans of a trace, and the tracer that makes them: here those that record nothing.

What a span may say of a job is the fields of Facts, and nothing else of it: no cvData, no name, no URL.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import TypedDict, Unpack


class Facts(TypedDict, total=False):
    """What a span says; None is left out."""

    job: str
    template: str
    attempt: int
    phase: str
    pages: int | None
    error: str | None
    """An error code; the span counts as failed."""
    status: int
    """The HTTP status of an answer."""


class Span(AbstractContextManager["Span"]):
    """A span that nobody records."""

    def set(self, **facts: Unpack[Facts]) -> None:
        """Say more of it."""

    def __enter__(self) -> Span:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


NO_SPAN = Span()


class Tracer:
    """Records nothing; runtime/otlp.py has the one that does. Times are seconds since the epoch."""

    def serve(self, method: str, route: str, traceparent: str | None) -> AbstractContextManager[Span]:
        """A request that this program answers: a part of the caller's trace, or the beginning of a new one."""
        return NO_SPAN

    def resume(self, name: str, traceparent: str | None, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
        """A part of the trace that a job carries; none where the job carries none."""
        return NO_SPAN

    def record(self, name: str, traceparent: str | None, *, began: float, ended: float, **facts: Unpack[Facts]) -> None:
        """As `resume`, of what is over."""

    def step(self, name: str, *, calls: bool = False, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
        """A part of the span around it, none where there is none; `calls` another program."""
        return NO_SPAN

    def current(self) -> Span:
        """The span around the caller."""
        return NO_SPAN

    def traceparent(self) -> str | None:
        """The span around the caller as a W3C traceparent; None where it is not recorded."""
        return None

    def stop(self, seconds: float) -> None:
        """Send what is left, for so long at most."""
