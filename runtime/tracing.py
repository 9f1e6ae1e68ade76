"""An OpenTelemetry trace of each export: what the three programs call to have their parts of it recorded.

Without an endpoint (OTEL_EXPORTER_OTLP_ENDPOINT) nothing of OpenTelemetry is imported, and every call here does
nothing.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from typing import Unpack

from runtime.settings import SettingsError
from runtime.spans import Facts, Span, Tracer

# By OpenTelemetry's own names; the second is the whole URL, the first is followed by /v1/traces.
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# How long the end of a program waits for its last spans to leave.
_STOP_SECONDS = 3.0

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
