"""An OpenTelemetry trace of each export: what the three programs call to have their parts of it recorded.

Without an endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) nothing of OpenTelemetry is imported, and every call here does
nothing. What a span may say of a job is the fields of Facts, and nothing else of it: no cvData, no name, no URL.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TypedDict, Unpack

from runtime.settings import SettingsError

# By OpenTelemetry's own names; the second is the whole URL, the first is followed by /v1/traces.
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# How long the end of a program waits for its last spans to leave.
_STOP_SECONDS = 3.0


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


_tracer = Tracer()


def configure(service: str) -> None:
    """Record from now on if an endpoint is configured; `service` is the service's name unless OTEL_SERVICE_NAME says
    another. SettingsError names the variable that does not fit."""
    configured = {name: endpoint for name in _ENDPOINTS if (endpoint := os.environ.get(name, "").strip())}
    for name, endpoint in configured.items():
        if not endpoint.startswith(("http://", "https://")):
            raise SettingsError(
                f"{name} is {endpoint!r}; it takes an URL of OTLP over HTTP, for example http://collector:4318"
            )
    if configured:
        from runtime.otlp import exporting

        use(exporting(service))


def use(tracer: Tracer) -> None:
    """Record with this tracer from now on."""
    global _tracer
    _tracer = tracer


def serve(method: str, route: str, traceparent: str | None) -> AbstractContextManager[Span]:
    """See Tracer.serve."""
    return _tracer.serve(method, route, traceparent)


def resume(name: str, traceparent: str | None, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
    """See Tracer.resume."""
    return _tracer.resume(name, traceparent, **facts)


def record(name: str, traceparent: str | None, *, began: float, ended: float, **facts: Unpack[Facts]) -> None:
    """See Tracer.record."""
    _tracer.record(name, traceparent, began=began, ended=ended, **facts)


def step(name: str, *, calls: bool = False, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
    """See Tracer.step."""
    return _tracer.step(name, calls=calls, **facts)


def current() -> Span:
    """See Tracer.current."""
    return _tracer.current()


def traceparent() -> str | None:
    """See Tracer.traceparent."""
    return _tracer.traceparent()


def stop() -> None:
    """Send what is left; takes a few seconds at most."""
    _tracer.stop(_STOP_SECONDS)
