"""The metrics of this replica for Prometheus; the set of label values is bounded, whatever clients send."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.operations import route_label
from crds.job import Phase
from runtime import build_info
from runtime.addresses import any_address

_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})
_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)

CREATE_SECONDS = Histogram(
    "pdf_export_api_create_seconds", "One request to the API server for a new job", buckets=_BUCKETS, registry=None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFigures:
    """What a replica has cached of the jobs, at one moment."""

    phases: Mapping[Phase, int]
    """The number of live jobs in each phase."""
    cached: int
    in_sync: bool
    waiting_requests: int
    watch_restarts: int
    refused: int
    """Requests refused so far because the queue was full."""


class Metrics:
    """The registry, and the counters that requests feed; `figures` is called for each scrape."""

    def __init__(self, figures: Callable[[], JobFigures]) -> None:
        # A second time series for each counter, of no use here.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        labels = ("route", "method", "status")
        self.requests = Counter("pdf_export_api_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "pdf_export_api_request_seconds",
            "Time from the request's head to the end of the answer; waiting (?wait=) is a route of its own",
            ("route", "method"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(CREATE_SECONDS)
        self.registry.register(_JobCollector(figures))
        ProcessCollector(registry=self.registry)
        build_info.publish("api", self.registry)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def serve(self, port: int) -> None:
        """Serve them at /metrics of a port of this host until the process ends; OSError when it is taken.

        From a thread: they answer while the event loop is busy. `figures` is called in it.
        """
        start_http_server(port, addr=any_address(), registry=self.registry)


class _JobCollector(Collector):
    """Reads the job cache when it is scraped, so that counting costs nothing in between."""

    def __init__(self, figures: Callable[[], JobFigures]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        now = self._figures()
        phases = GaugeMetricFamily("pdf_export_jobs", "Live jobs by phase, as this replica sees them", labels=["phase"])
        for phase, count in now.phases.items():
            phases.add_metric([phase], count)
        yield phases
        yield _gauge("pdf_export_api_cache_jobs", "Jobs in this replica's cache", now.cached)
        yield _gauge("pdf_export_api_cache_in_sync", "1 while the cache is in sync with the cluster", now.in_sync)
        yield _gauge("pdf_export_api_waiting_requests", "Requests that wait for a job (?wait=)", now.waiting_requests)
        yield CounterMetricFamily("pdf_export_api_watch_restarts", "Job watches that broke", value=now.watch_restarts)
        yield CounterMetricFamily(
            "pdf_export_api_refused", "Requests refused because the queue was full", value=now.refused
        )


class RequestMetrics:
    """ASGI middleware: counts and times each request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = "none"  # The client disconnected before there was an answer.

        async def observe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, observe)
        finally:
            route, method = route_label(scope), scope["method"]
            method = method if method in _METHODS else "other"
            self._metrics.requests.labels(route, method, status).inc()
            self._metrics.seconds.labels(route, method).observe(time.perf_counter() - started)


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value)
