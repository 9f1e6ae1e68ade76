"""The version of the programs, and the metric that has it as a label."""

from __future__ import annotations

from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Gauge

VERSION: Final = "0.1.0"


def publish(component: str, registry: CollectorRegistry = REGISTRY) -> None:
    """Add pdf_export_build_info, which is 1, for one program: api, controller or renderer. Once for each registry."""
    labels = ("component", "version")
    build = Gauge("pdf_export_build_info", "1; the labels have the program and its version", labels, registry=registry)
    build.labels(component, VERSION).set(1)
