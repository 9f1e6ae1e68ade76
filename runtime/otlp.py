"""Spans by OpenTelemetry's SDK, sent as OTLP over HTTP. Imported only when runtime/tracing.py has an endpoint.

The SDK reads its own variables: OTEL_TRACES_SAMPLER and its _ARG, OTEL_EXPORTER_OTLP_* and OTEL_BSP_*.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Unpack
from urllib.parse import unquote

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from runtime.settings import PREFIX, SettingsError
from runtime.spans import NO_SPAN, Facts, Span, Tracer

log = logging.getLogger("tracing")

_ATTRIBUTES = {
    "job": "pdfexport.job.id",
    "template": "pdfexport.template.id",
    "attempt": "pdfexport.attempt",
    "phase": "pdfexport.phase",
    "pages": "pdfexport.pages",
    "error": "error.type",
    "status": "http.response.status_code",
}
# A file, since what is sent along is a secret: every child process and every crash report has the variables.
_HEADERS_FILE = f"{PREFIX}TRACING_HEADERS_FILE"
_LOG_EVERY_SECONDS = 60.0
_PROPAGATOR = TraceContextTextMapPropagator()
_TRACEPARENT = "traceparent"


class Recorder(Tracer):
    """Records spans with a provider of its own.

    It is not made the global one: libraries find none then, and add no spans of their own. Those of
    google-cloud-storage would hold the addresses of what it uploads.
    """

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("pdf-export")

    def serve(self, method: str, route: str, traceparent: str | None) -> AbstractContextManager[Span]:
        attributes = {"http.request.method": method, "http.route": route}
        return self._open(f"{method} {route}", _context(traceparent), SpanKind.SERVER, attributes)

    def resume(self, name: str, traceparent: str | None, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
        context = _context(traceparent)
        if not trace.get_current_span(context).get_span_context().is_valid:
            return NO_SPAN
        return self._open(name, context, SpanKind.INTERNAL, _attributes(facts))

    def record(self, name: str, traceparent: str | None, *, began: float, ended: float, **facts: Unpack[Facts]) -> None:
        context = _context(traceparent)
        if trace.get_current_span(context).get_span_context().is_valid:
            start = _nanoseconds(began)
            span = self._tracer.start_span(name, context, attributes=_attributes(facts), start_time=start)
            # The two may be by clocks of two machines.
            span.end(max(_nanoseconds(ended), start))

    def step(self, name: str, *, calls: bool = False, **facts: Unpack[Facts]) -> AbstractContextManager[Span]:
        if not trace.get_current_span().is_recording():
            return NO_SPAN
        return self._open(name, None, SpanKind.CLIENT if calls else SpanKind.INTERNAL, _attributes(facts))

    def current(self) -> Span:
        return _Recorded(trace.get_current_span())

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        if trace.get_current_span().is_recording():
            _PROPAGATOR.inject(carrier)
        return carrier.get(_TRACEPARENT)

    def stop(self, seconds: float) -> None:
        # The SDK's own deadline is half a minute, and is not kept where an export is under way.
        stopping = threading.Thread(target=self._provider.shutdown, daemon=True)
        stopping.start()
        stopping.join(seconds)

    @contextmanager
    def _open(
        self, name: str, context: Context | None, kind: SpanKind, attributes: Mapping[str, str | int]
    ) -> Iterator[Span]:
        # An exception is not recorded: its message may quote the job.
        with self._tracer.start_as_current_span(
            name, context, kind, attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            recorded = _Recorded(span)
            try:
                yield recorded
            except BaseException as e:
                recorded.set(error=error_type(e))
                raise


class _Recorded(Span):
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, **facts: Unpack[Facts]) -> None:
        self._span.set_attributes(_attributes(facts))
        if facts.get("error") or facts.get("status", 0) >= 500:
            self._span.set_status(StatusCode.ERROR)


class _Rarely(logging.Handler):
    """Logs one of the SDK's warnings a minute: it repeats them for as long as the endpoint cannot be reached."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._silent_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + _LOG_EVERY_SECONDS
            log.warning("traces are not sent as they should be: %s", record.getMessage())


def headers() -> Mapping[str, str]:
    """What is sent along with the spans, from the file that a variable names: name=value, percent-encoded, with commas
    between. SettingsError, which quotes nothing of the file."""
    name = os.environ.get(_HEADERS_FILE, "").strip()
    if not name:
        return {}
    try:
        text = Path(name).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError(f"{_HEADERS_FILE} is {name!r}, which cannot be read: {type(e).__name__}") from None
    found: dict[str, str] = {}
    for number, part in enumerate(text.strip().split(",") if text.strip() else (), 1):
        key, equals, value = (unquote(each.strip()) for each in part.partition("="))
        if not equals or not key or " " in key or not (key + value).isprintable():
            raise SettingsError(f"{_HEADERS_FILE}: entry {number} of the file is not name=value, percent-encoded")
        found[key] = value
    return found


def exporting(service: str) -> Recorder:
    """A tracer that sends to the endpoint of the variables, from a queue of bounded length, in a thread."""
    sdk = logging.getLogger("opentelemetry")
    sdk.handlers, sdk.propagate = [_Rarely()], False
    name = os.environ.get("OTEL_SERVICE_NAME") or service
    resource = Resource.create({"service.name": name, "service.instance.id": socket.gethostname()})
    # Not at exit, which would wait for an endpoint that is away: see Tracer.stop.
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(headers=headers())))
    return Recorder(provider)


def _context(traceparent: str | None) -> Context:
    return _PROPAGATOR.extract({_TRACEPARENT: traceparent} if traceparent else {}, Context())


def _attributes(facts: Facts) -> dict[str, str | int]:
    return {_ATTRIBUTES[name]: value for name, value in facts.items() if isinstance(value, str | int)}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)


def error_type(error: BaseException) -> str:
    """OpenTelemetry's error.type: the attribute `error_type` of an exception that has one, else its class.

    Never the message, which may quote the job.
    """
    return str(getattr(error, "error_type", type(error).__name__))
