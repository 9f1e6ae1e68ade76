"""A Prometheus on this machine that finds the pods of a release as docs/operations.md says, by their annotations."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import yaml

from local.installation import free_port
from tests.e2e.client import eventually

BINARY = Path(sys.prefix) / "bin" / "prometheus"
# Of the rules in this Prometheus: long enough to leave single samples out, and no longer.
_FOR = "3s"
_RANGE = "30s"
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0

Series = dict[str, Any]


class Prometheus:
    """Its HTTP API, as Grafana and an operator use it."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1", timeout=30)

    def firing(self) -> set[str]:
        """The names of the alerts that fire now."""
        alerts = self._get("alerts", {})["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def query(self, expression: str) -> list[Series]:
        """The value of an expression now, as the API's instant vectors have it."""
        found: list[Series] = self._get("query", {"query": expression})["result"]
        return found

    def query_range(self, expression: str, *, start: float, end: float, step: float) -> list[Series]:
        """Its values between two times, in seconds since the epoch, as the API's matrices have it."""
        query = {"query": expression, "start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step:.3f}"}
        found: list[Series] = self._get("query_range", query)["result"]
        return found

    def scraped(self) -> set[str]:
        """The programs whose metrics it has."""
        return {series["metric"]["component"] for series in self.query("pdf_export_build_info")}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _get(self, path: str, query: Mapping[str, str]) -> Any:
        answer = self._http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@contextmanager
def watching(namespace: str, rules: Mapping[str, Any], *, kubeconfig: Path, folder: Path) -> Iterator[Prometheus]:
    """Run one that scrapes the pods of a namespace each second and evaluates these rules; ended at the end."""
    (folder / "rules.yaml").write_text(yaml.safe_dump(quick(rules)))
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(configuration(namespace, kubeconfig)))
    port = free_port()
    command = [
        *(str(BINARY), f"--config.file={folder / 'prometheus.yaml'}", f"--storage.tsdb.path={folder / 'data'}"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"),
    ]
    with (folder / "prometheus.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        url = f"http://127.0.0.1:{port}"
        eventually("Prometheus is ready", lambda: _ready(process, url, folder), seconds=_START_SECONDS)
        prometheus = Prometheus(url)
        try:
            yield prometheus
        finally:
            prometheus.close()
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def configuration(namespace: str, kubeconfig: Path) -> dict[str, Any]:
    """Scrape what is annotated so, and give each series the labels that the Prometheus Operator gives it."""
    annotation = "__meta_kubernetes_pod_annotation_prometheus_io_"
    pods = {"role": "pod", "kubeconfig_file": str(kubeconfig), "namespaces": {"names": [namespace]}}
    relabel = [
        {"source_labels": [f"{annotation}scrape"], "regex": "true", "action": "keep"},
        {"source_labels": ["__meta_kubernetes_pod_phase"], "regex": "Running", "action": "keep"},
        {"source_labels": [f"{annotation}path"], "target_label": "__metrics_path__"},
        {
            "source_labels": ["__meta_kubernetes_pod_ip", f"{annotation}port"],
            "separator": ":",
            "target_label": "__address__",
        },
        {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
    ]
    job = {"job_name": "pods", "kubernetes_sd_configs": [pods], "relabel_configs": relabel}
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "scrape_configs": [job],
    }


def quick(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules with shorter times: how long an alert holds before it fires, and how far back an expression looks.

    With those of production a test would wait for minutes each time. What they compare stays as it is.
    """
    groups = [{**group, "rules": [_quick(rule) for rule in group["rules"]]} for group in rules["groups"]]
    return {"groups": groups}


def _quick(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {**rule, "for": _FOR, "expr": re.sub(r"\[\d+m\]", f"[{_RANGE}]", rule["expr"])}


def _ready(process: subprocess.Popen[bytes], url: str, folder: Path) -> bool:
    assert process.poll() is None, (folder / "prometheus.log").read_text()
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/-/ready", timeout=5).status_code == 200
    return False
